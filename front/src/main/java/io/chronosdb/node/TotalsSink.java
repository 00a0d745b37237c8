package io.chronosdb.node;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.counters.TotalsRecord;
import io.chronosdb.error.ChronosException;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.port.Condition;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.PartitionStatus;
import io.chronosdb.port.RoleStatus;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.Watched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lands what is counted in the analytics databases: the last totals of every collection, from the compacted totals
 * topics. They are absolute and guarded by position, so it keeps no position of its own and begins at the beginning,
 * which is short.
 */
final class TotalsSink implements Watched, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TotalsSink.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(15);

    private final Log log;
    private final Function<Database, TotalsStore> stores;
    private final Predicate<Database> known;
    private final Map<Database, Map<String, TotalsStore.Part>> waiting = new LinkedHashMap<>();
    private final Thread thread = new Thread(this::loop, "chronos-totals");
    private final Map<LogPartition, PartitionStatus> own = new ConcurrentHashMap<>();
    private final Map<Database, String> troubles = new HashMap<>();
    private volatile RoleStatus standing = RoleStatus.joining(Instant.now(), Optional.empty());
    private volatile boolean stopping;

    TotalsSink(Log log, Function<Database, TotalsStore> stores, Predicate<Database> known) {
        this.log = log;
        this.stores = stores;
        this.known = known;
    }

    void start() {
        thread.start();
    }

    @Override
    public String role() {
        return "totals";
    }

    @Override
    public boolean alive() {
        return thread.getState() != Thread.State.TERMINATED;
    }

    @Override
    public RoleStatus status() {
        return standing.with(List.copyOf(own.values()));
    }

    private void loop() {
        while (!stopping) {
            try {
                consume();
            } catch (RuntimeException e) {
                LOG.error("totals cannot be landed and are read again", e);
                standing = RoleStatus.joining(Instant.now(), Optional.of(Condition.kind(e)));
                sleep();
            }
        }
    }

    private void consume() {
        FromTheStart ownership = new FromTheStart();
        try (Log.GroupReader member = log.join(log.topics().prefix() + ".totals", Topics.Kind.TOTALS, ownership)) {
            ownership.member = member;
            while (!stopping) {
                member.poll(POLL).forEach(this::keep);
                store();
                own.replaceAll((partition, before) -> now(before, member.position(partition)));
            }
        } finally {
            own.clear();
        }
    }

    /** It is behind what it has polled, unless that waits to be stored. */
    private PartitionStatus now(PartitionStatus before, OptionalLong polled) {
        Database database = before.partition().database();
        boolean waits = waiting.containsKey(database);
        return new PartitionStatus(
                before.partition(),
                before.source(),
                waits ? before.position() : polled,
                0,
                before.condition()
                        .now(
                                waits ? Condition.State.WAITING : Condition.State.FOLLOWING,
                                waits ? Optional.ofNullable(troubles.get(database)) : Optional.empty(),
                                Instant.now()),
                0,
                Optional.empty());
    }

    private static PartitionStatus started(Database database, LogPartition partition) {
        return new PartitionStatus(
                new DatabasePartition(database, partition.number()),
                partition,
                OptionalLong.empty(),
                0,
                Condition.starting(Instant.now()),
                0,
                Optional.empty());
    }

    /** Every partition is read from its beginning by whoever it is given to. */
    private final class FromTheStart implements Log.Ownership {
        private Log.@Nullable GroupReader member;

        @Override
        public void assigned(Set<LogPartition> partitions) {
            // Within a poll, before it fetches anything.
            partitions.forEach(partition -> Objects.requireNonNull(member).seek(partition, 0));
            partitions.forEach(partition -> log.topics()
                    .database(partition.topic(), Topics.Kind.TOTALS)
                    .filter(known)
                    .ifPresent(database -> own.put(partition, started(database, partition))));
            if (!standing.member()) {
                standing = RoleStatus.joined(Instant.now());
            }
        }

        @Override
        public void revoked(Set<LogPartition> partitions) {
            own.keySet().removeAll(partitions);
        }
    }

    /** Only the last of each is of interest, so this is bounded by the number of collections and their windows. */
    private void keep(LogRecord record) {
        if (record.value().length == 0) {
            return; // A window that is kept no longer: the totals in all time say so, and where the others begin.
        }
        log.topics()
                .database(record.partition().topic(), Topics.Kind.TOTALS)
                .filter(known)
                .ifPresent(database -> keep(database, record));
    }

    private void keep(Database database, LogRecord record) {
        try {
            TotalsStore.Part part = TotalsRecord.decode(record.value());
            waiting.computeIfAbsent(database, d -> new LinkedHashMap<>()).put(TotalsRecord.key(part), part);
        } catch (MalformedRecord e) {
            // One tenant's garbage must not hold up the others.
            LOG.warn("not a totals record, passed over: database={} offset={}", database, record.offset());
        }
    }

    private void store() {
        for (Database database : List.copyOf(waiting.keySet())) {
            Map<String, TotalsStore.Part> parts = waiting.getOrDefault(database, Map.of());
            try {
                stores.apply(database).store(new ArrayList<>(parts.values()));
                waiting.remove(database);
            } catch (ChronosException e) {
                troubles.put(database, Condition.kind(e));
                LOG.warn("totals wait: database={} cause={}", database, e.getMessage());
                sleep();
            } catch (RuntimeException e) {
                withoutRefused(database, parts);
            }
        }
    }

    /** The counters write nothing that a store refuses, but they are not the only ones who can write to a topic. */
    private void withoutRefused(Database database, Map<String, TotalsStore.Part> parts) {
        for (Map.Entry<String, TotalsStore.Part> part : List.copyOf(parts.entrySet())) {
            try {
                stores.apply(database).store(List.of(part.getValue()));
            } catch (ChronosException e) {
                return; // It waits with all others.
            } catch (RuntimeException e) {
                LOG.warn("totals are refused and passed over: database={} cause={}", database, e.toString());
            }
            parts.remove(part.getKey());
        }
    }

    private void sleep() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(STOP_DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
