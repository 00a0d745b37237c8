package io.chronosdb.health;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Condition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.PartitionStatus;
import io.chronosdb.port.RoleStatus;
import io.chronosdb.port.Watched;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the roles of this process about once a second, on a thread of its own, and asks for the ends of all that they
 * read in one call. Whoever asks gets what it saw last: asking often costs nobody anything.
 */
public final class Monitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration ENDS_MAX = Duration.ofSeconds(3);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);

    /** It rests so many times as long as a look took: with many partitions it looks less often. */
    private static final int REST = 9;

    private static final Comparator<PartitionLook> IN_ORDER = Comparator.comparing(PartitionLook::role)
            .thenComparing(look -> look.status().partition().database())
            .thenComparing(look -> look.status().partition().number());

    private final List<Watched> roles;
    private final Log log;
    private final Duration patience;
    private final InstantSource clock;
    private final Movement movement = new Movement();
    private final Map<LogPartition, Long> ends = new HashMap<>();
    private final Set<String> joined = new HashSet<>();
    private final Thread thread = new Thread(this::loop, "chronos-monitor");
    private final CountDownLatch closing = new CountDownLatch(1);
    private boolean ready;
    private volatile Look last;

    /** @param patience how long something may be in the way before the process is not ready */
    public Monitor(List<Watched> roles, Log log, Duration patience, InstantSource clock) {
        this.roles = List.copyOf(roles);
        this.log = log;
        this.patience = patience;
        this.clock = clock;
        this.last = Look.nothingYet(clock.instant());
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    Look look() {
        return last;
    }

    Instant now() {
        return clock.instant();
    }

    Health health() {
        return Health.judge(last, clock.instant(), patience);
    }

    /** Asks the roles themselves: also if nobody looks any more. */
    boolean live() {
        return roles.stream().allMatch(Watched::alive);
    }

    private void loop() {
        boolean open = true;
        while (open) {
            long began = System.nanoTime();
            try {
                lookAround();
            } catch (RuntimeException e) {
                LOG.warn("could not look at how the roles are, and looks again", e);
            }
            long took = System.nanoTime() - began;
            open = rest(Math.max(PERIOD.toNanos() - took, Math.min(REST * took, patience.toNanos() / 2)));
        }
    }

    private boolean rest(long nanos) {
        try {
            return !closing.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void lookAround() {
        List<RoleLook> seen = new ArrayList<>();
        for (Watched role : roles) {
            RoleStatus status = role.status();
            seen.add(new RoleLook(role.role(), role.alive(), status));
            if (status.member()) {
                joined.add(role.role());
            }
        }
        Optional<Problem> unreachable = askForEnds(seen);
        Instant now = clock.instant();
        List<PartitionLook> partitions = new ArrayList<>();
        for (RoleLook role : seen) {
            for (PartitionStatus status : role.status().partitions()) {
                Long end = ends.get(status.source());
                partitions.add(movement.see(
                        role.role(), status, end == null ? OptionalLong.empty() : OptionalLong.of(end), now));
            }
        }
        movement.endOfLook();
        partitions.sort(IN_ORDER);
        boolean started = joined.size() == roles.size();
        Look look = new Look(now, List.copyOf(seen), List.copyOf(partitions), unreachable, started, last.settled());
        Health health = Health.judge(look, now, patience);
        boolean settled = look.settled() || health.ready();
        sayIfChanged(health, settled);
        last = new Look(now, look.roles(), look.partitions(), unreachable, started, settled);
    }

    private void sayIfChanged(Health health, boolean settled) {
        if (settled && health.ready() != ready) {
            ready = health.ready();
            if (ready) {
                LOG.info("ready");
            } else {
                Problem first = health.problems().get(0);
                LOG.warn(
                        "not ready: problems={} role={} at={} problem={}",
                        health.problems().size(),
                        first.role(),
                        first.place(),
                        first.problem());
            }
        }
    }

    /** Where they cannot be asked, those of before count: nobody is further behind than that. */
    private Optional<Problem> askForEnds(List<RoleLook> seen) {
        Set<LogPartition> sources = new HashSet<>();
        seen.forEach(role -> role.status().partitions().forEach(partition -> sources.add(partition.source())));
        ends.keySet().retainAll(sources);
        try {
            ends.putAll(log.ends(sources, ENDS_MAX));
            return Optional.empty();
        } catch (Unavailable e) {
            Instant since = last.unreachable().map(Problem::since).orElseGet(clock::instant);
            return Optional.of(new Problem("kafka", "", "cannot be reached: cause=" + Condition.kind(e), since));
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(STOP_DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
