package io.chronosdb.log;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Condition;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Parking;
import io.chronosdb.port.Projection;
import io.chronosdb.port.RoleStatus;
import io.chronosdb.port.Watched;
import io.chronosdb.port.Watcher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consume loop of every projection: poll, keep what continues the chain, write it idempotently, and only then move
 * on. Where to begin is in the projection's own store, beside its effects. A store that is down stops nothing but the
 * partitions that are written to it. One thread polls, a few write; the group shares partitions among processes.
 */
public final class ProjectionLoop implements Watched, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionLoop.class);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(20);
    private static final Duration EVENTS_WITHIN = Duration.ofSeconds(30);
    private static final Duration REJOIN_PAUSE = Duration.ofSeconds(1);

    private final Log log;
    private final Projection projection;
    private final Parking parking;
    private final Predicate<Database> known;
    private final LoopLimits limits;
    private final Watcher watcher;
    private final ExecutorService workers;
    private final EventReader events;
    private final Thread thread;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Map<LogPartition, Follower> followers = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Runnable> outcomes = new ConcurrentLinkedQueue<>();
    private final Map<DatabasePartition, String> stopped = new ConcurrentHashMap<>();
    private volatile RoleStatus standing =
            RoleStatus.joining(Timing.SYSTEM.clock().instant(), Optional.empty());
    private volatile boolean stopping;

    /**
     * @param parking where the projection notes what it cannot take
     * @param known whether the configuration has the database; others' partitions are left alone
     */
    public ProjectionLoop(
            Log log, Projection projection, Parking parking, Predicate<Database> known, LoopLimits limits) {
        this(log, projection, parking, known, limits, Watcher.NONE);
    }

    /** The same, and {@code watcher} is told what it does. */
    public ProjectionLoop(
            Log log,
            Projection projection,
            Parking parking,
            Predicate<Database> known,
            LoopLimits limits,
            Watcher watcher) {
        this.log = log;
        this.projection = projection;
        this.parking = parking;
        this.known = known;
        this.limits = limits;
        this.watcher = watcher;
        this.workers = Executors.newFixedThreadPool(
                limits.workers(), task -> new Thread(task, "chronos-" + projection.name() + "-worker"));
        this.events = new EventReader(log, EVENTS_WITHIN);
        this.thread = new Thread(this::loop, "chronos-" + projection.name());
    }

    public void start() {
        thread.start();
    }

    /**
     * The partitions of this process that have stopped, at an event that the projection cannot take or because its store has not got
     * what it has from this log, and why. They are looked at again every minute.
     */
    public Map<DatabasePartition, String> stopped() {
        return Map.copyOf(stopped);
    }

    /** Completes exceptionally if this process must not go on. */
    public CompletableFuture<Void> failure() {
        return failure;
    }

    @Override
    public String role() {
        return projection.name();
    }

    @Override
    public boolean alive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    @Override
    public RoleStatus status() {
        return standing.with(followers.values().stream().map(Follower::status).toList());
    }

    private void loop() {
        while (!stopping) {
            try {
                consume();
            } catch (RuntimeException e) {
                LOG.error("{} failed and joins its group again", projection.name(), e);
                standing = RoleStatus.joining(Timing.SYSTEM.clock().instant(), Optional.of(Condition.kind(e)));
                sleep(REJOIN_PAUSE);
            }
        }
    }

    private void consume() {
        Membership membership = new Membership();
        String group = log.topics().prefix() + "." + projection.name();
        try (Log.GroupReader member = log.join(group, Topics.Kind.EVENTS, membership)) {
            membership.member = member;
            while (!stopping) {
                for (LogRecord record : poll(member)) {
                    Follower follower = followers.get(record.partition());
                    if (follower != null) {
                        follower.offer(record);
                    }
                }
                for (Runnable outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
                    outcome.run();
                }
                followers.values().forEach(follower -> tend(follower, member));
            }
        } finally {
            followers.clear();
            stopped.clear();
        }
    }

    private void tend(Follower follower, Log.GroupReader member) {
        follower.takeSeek().ifPresent(offset -> member.seek(follower.source(), offset));
        if (follower.begin()) {
            workers.execute(() -> {
                Outcome outcome = work(follower);
                outcomes.add(() -> follower.done(outcome));
                member.wakeup();
            });
        }
        follower.stopped()
                .ifPresentOrElse(
                        why -> stopped.put(follower.partition(), why), () -> stopped.remove(follower.partition()));
        if (follower.wantsRecords()) {
            member.resume(Set.of(follower.source()));
        } else {
            member.pause(Set.of(follower.source()));
        }
        follower.tell();
    }

    private Outcome work(Follower follower) {
        try {
            return follower.work();
        } catch (Error e) {
            failure.completeExceptionally(e); // Out of memory, most likely: another process takes over.
            throw e;
        }
    }

    private List<LogRecord> poll(Log.GroupReader member) {
        try {
            boolean gathering = followers.values().stream().anyMatch(Follower::gathers);
            return member.poll(gathering && limits.gather().compareTo(POLL) < 0 ? limits.gather() : POLL);
        } catch (Unavailable e) {
            LOG.warn("{} cannot read events: cause={}", projection.name(), e.getMessage());
            sleep(REJOIN_PAUSE);
            return List.of();
        }
    }

    private void sleep(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
    }

    /** Finishes the batches under way and leaves the group, within a deadline. */
    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(STOP_DEADLINE.toMillis());
            workers.shutdown();
            if (!workers.awaitTermination(STOP_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} did not stop in time", projection.name());
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        events.close();
    }

    /** Makes and drops followers as the group says. */
    private final class Membership implements Log.Ownership {
        private Log.@Nullable GroupReader member;

        @Override
        public void assigned(Set<LogPartition> partitions) {
            if (!standing.member()) {
                standing = RoleStatus.joined(Timing.SYSTEM.clock().instant());
            }
            Objects.requireNonNull(member).pause(partitions); // Until their followers know where to begin.
            for (LogPartition partition : partitions) {
                log.topics()
                        .database(partition.topic(), Topics.Kind.EVENTS)
                        .filter(known)
                        .ifPresent(database -> followers.put(
                                partition,
                                new Follower(
                                        new DatabasePartition(database, partition.number()),
                                        partition,
                                        projection,
                                        parking,
                                        new ReadLog(log, events),
                                        limits,
                                        Timing.SYSTEM,
                                        watcher)));
            }
        }

        /** A batch under way goes on; its projection is safe against whoever follows from now on. */
        @Override
        public void revoked(Set<LogPartition> partitions) {
            for (LogPartition partition : partitions) {
                Follower follower = followers.remove(partition);
                if (follower != null) {
                    stopped.remove(follower.partition());
                }
            }
        }
    }
}
