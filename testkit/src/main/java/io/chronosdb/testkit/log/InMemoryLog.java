package io.chronosdb.testkit.log;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The log in memory. One lock guards everything: it is for tests, where nothing is large. */
public final class InMemoryLog implements Log {
    private static final int POLL_RECORDS_MAX = 500;

    private final Topics topics;
    private final int partitions;
    private final InstantSource clock;
    private final Consumer<PendingAppend> network;
    private final Map<String, List<List<LogRecord>>> records = new TreeMap<>();
    private final Map<String, List<Member>> groups = new HashMap<>();
    private final Map<LogPartition, Long> begins = new HashMap<>();
    private final Map<String, Map<LogPartition, String>> notes = new HashMap<>();

    /** A log whose appends arrive at once. */
    public InMemoryLog(Topics topics, int partitions) {
        this(topics, partitions, InstantSource.system(), PendingAppend::append);
    }

    /**
     * @param partitions of every topic but dead letters
     * @param clock gives records their time
     * @param network decides what becomes of each append, now or later
     */
    public InMemoryLog(Topics topics, int partitions, InstantSource clock, Consumer<PendingAppend> network) {
        this.topics = topics;
        this.partitions = partitions;
        this.clock = clock;
        this.network = network;
    }

    @Override
    public Topics topics() {
        return topics;
    }

    @Override
    public synchronized int open(Database database) {
        for (Topics.Kind kind : Topics.Kind.values()) {
            records.computeIfAbsent(topics.name(database, kind), name -> {
                List<List<LogRecord>> lists = new ArrayList<>();
                for (int p = 0; p < (kind == Topics.Kind.DEAD_LETTERS ? 1 : partitions); p++) {
                    lists.add(new ArrayList<>());
                }
                return lists;
            });
        }
        return partitions;
    }

    @Override
    public synchronized String generation(String topic) {
        list(new LogPartition(topic, 0));
        return "generation-" + topic;
    }

    @Override
    public synchronized boolean exists(String topic) {
        return records.containsKey(topic);
    }

    @Override
    public Appender appender() {
        return new Appender() {
            @Override
            public CompletableFuture<Long> append(LogPartition partition, NewRecord record) {
                CompletableFuture<Long> result = new CompletableFuture<>();
                if (!exists(partition.topic())) {
                    result.completeExceptionally(new Unavailable("log", "no such topic: " + partition.topic(), null));
                } else {
                    network.accept(new PendingAppend(partition, record, () -> store(partition, record), result));
                }
                return result;
            }

            @Override
            public void close() {}
        };
    }

    private synchronized long store(LogPartition partition, NewRecord record) {
        List<LogRecord> list = list(partition);
        Instant now = clock.instant();
        list.add(
                new LogRecord(partition, list.size(), now, record.key(), record.value(), Map.copyOf(record.headers())));
        notifyAll();
        return list.size() - 1L;
    }

    @Override
    public synchronized long end(LogPartition partition) {
        return list(partition).size();
    }

    @Override
    public synchronized Map<LogPartition, Long> ends(Collection<LogPartition> partitions, Duration max) {
        Map<LogPartition, Long> ends = new HashMap<>();
        for (LogPartition partition : partitions) {
            if (exists(partition.topic())) {
                ends.put(partition, end(partition));
            }
        }
        return ends;
    }

    /** Every record of a partition, as it lies there. */
    public synchronized List<LogRecord> all(LogPartition partition) {
        return List.copyOf(list(partition));
    }

    /** At most so many records of a partition, from an offset on. */
    public synchronized List<LogRecord> some(LogPartition partition, long from, int most) {
        List<LogRecord> list = list(partition);
        int first = (int) Math.min(from, list.size());
        return List.copyOf(list.subList(first, first + Math.min(most, list.size() - first)));
    }

    private List<LogRecord> list(LogPartition partition) {
        List<List<LogRecord>> lists = records.get(partition.topic());
        if (lists == null || partition.number() >= lists.size()) {
            throw new Unavailable("log", "no such partition: " + partition, null);
        }
        return lists.get(partition.number());
    }

    /** Drops the records before an offset, as retention does. */
    public synchronized void drop(LogPartition partition, long before) {
        list(partition);
        begins.put(partition, before);
    }

    @Override
    public synchronized long begin(LogPartition partition) {
        list(partition);
        return begins.getOrDefault(partition, 0L);
    }

    @Override
    public Reader read(Map<LogPartition, Long> from) {
        Cursor cursor = new Cursor();
        from.forEach(cursor::set);
        return new Reader() {
            @Override
            public long position(LogPartition partition) {
                synchronized (InMemoryLog.this) {
                    return Objects.requireNonNull(cursor.offsets.get(partition));
                }
            }

            @Override
            public List<LogRecord> poll(Duration max) {
                return await(cursor, Set.of(), max);
            }

            @Override
            public void seek(LogPartition partition, long offset) {
                synchronized (InMemoryLog.this) {
                    cursor.set(partition, offset);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Tail tail() {
        Cursor cursor = new Cursor();
        return new Tail() {
            @Override
            public CompletableFuture<Void> follow(LogPartition partition) {
                synchronized (InMemoryLog.this) {
                    if (!cursor.offsets.containsKey(partition)) {
                        cursor.set(partition, end(partition));
                    }
                }
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public List<LogRecord> poll(Duration max) {
                if (cursor.closed) {
                    throw new IllegalStateException("closed");
                }
                return await(cursor, Set.of(), max);
            }

            @Override
            public void close() {
                cursor.closed = true;
            }
        };
    }

    @Override
    public GroupReader join(String group, Topics.Kind kind, Ownership ownership) {
        Member member = new Member(group, kind, ownership);
        synchronized (this) {
            members(group).add(member);
        }
        return member;
    }

    private List<Member> members(String group) {
        return groups.computeIfAbsent(group, name -> new ArrayList<>());
    }

    @Override
    public void close() {}

    private synchronized List<LogRecord> await(Cursor cursor, Set<LogPartition> paused, Duration max) {
        long deadline = System.nanoTime() + max.toNanos();
        while (true) {
            List<LogRecord> next = next(cursor, paused);
            long left = deadline - System.nanoTime();
            if (!next.isEmpty() || left <= 0 || cursor.woken || cursor.closed) {
                cursor.woken = false;
                return next;
            }
            try {
                wait(left / 1_000_000, (int) (left % 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return next;
            }
        }
    }

    private List<LogRecord> next(Cursor cursor, Set<LogPartition> paused) {
        List<LogRecord> next = new ArrayList<>();
        for (Map.Entry<LogPartition, Long> entry : cursor.offsets.entrySet()) {
            List<LogRecord> list = list(entry.getKey());
            int from = (int) Math.min(Math.max(entry.getValue(), begin(entry.getKey())), list.size());
            if (!paused.contains(entry.getKey())) {
                List<LogRecord> some = list.subList(from, Math.min(list.size(), from + POLL_RECORDS_MAX - next.size()));
                next.addAll(some);
                entry.setValue((long) from + some.size());
            }
        }
        return next;
    }

    /** Where a reader is in each of its partitions. */
    private static final class Cursor {
        private final Map<LogPartition, Long> offsets = new LinkedHashMap<>();
        private volatile boolean woken;
        private volatile boolean closed;

        void set(LogPartition partition, long offset) {
            offsets.put(partition, offset);
        }
    }

    /** A member takes what is its by its rank, as soon as the one before has let go. */
    private final class Member implements GroupReader {
        private final String group;
        private final Topics.Kind kind;
        private final Ownership ownership;
        private final Cursor cursor = new Cursor();
        private final Set<LogPartition> paused = new HashSet<>();
        private boolean joined;

        Member(String group, Topics.Kind kind, Ownership ownership) {
            this.group = group;
            this.kind = kind;
            this.ownership = ownership;
        }

        @Override
        public List<LogRecord> poll(Duration max) {
            rebalance();
            return await(cursor, paused, max);
        }

        /** Whoever lets go is told before another one may take: it may still note something. */
        private void rebalance() {
            Set<LogPartition> revoked;
            synchronized (InMemoryLog.this) {
                revoked = new LinkedHashSet<>(cursor.offsets.keySet());
                revoked.removeAll(wanted());
            }
            letGo(revoked);
            Set<LogPartition> assigned = new LinkedHashSet<>();
            synchronized (InMemoryLog.this) {
                wanted().stream().filter(this::free).forEach(assigned::add);
                assigned.forEach(p -> cursor.set(p, 0));
            }
            if (!assigned.isEmpty() || !joined) {
                joined = true;
                ownership.assigned(assigned);
            }
        }

        private void letGo(Set<LogPartition> revoked) {
            if (!revoked.isEmpty()) {
                ownership.revoked(revoked);
                synchronized (InMemoryLog.this) {
                    cursor.offsets.keySet().removeAll(revoked);
                }
            }
        }

        private Set<LogPartition> wanted() {
            List<Member> members = members(group);
            int rank = members.indexOf(this);
            Set<LogPartition> wanted = new LinkedHashSet<>();
            int i = 0;
            for (Map.Entry<String, List<List<LogRecord>>> topic : records.entrySet()) {
                if (topics.all(kind).matcher(topic.getKey()).matches()) {
                    for (int p = 0; p < topic.getValue().size(); p++) {
                        if (i++ % members.size() == rank) {
                            wanted.add(new LogPartition(topic.getKey(), p));
                        }
                    }
                }
            }
            return wanted;
        }

        private boolean free(LogPartition partition) {
            return members(group).stream().noneMatch(m -> m.cursor.offsets.containsKey(partition));
        }

        @Override
        public void wakeup() {
            synchronized (InMemoryLog.this) {
                cursor.woken = true;
                InMemoryLog.this.notifyAll();
            }
        }

        @Override
        public void seek(LogPartition partition, long offset) {
            synchronized (InMemoryLog.this) {
                cursor.set(partition, offset);
            }
        }

        @Override
        public void pause(Collection<LogPartition> partitions) {
            paused.addAll(partitions);
        }

        @Override
        public void resume(Collection<LogPartition> partitions) {
            paused.removeAll(partitions);
        }

        @Override
        public OptionalLong position(LogPartition partition) {
            synchronized (InMemoryLog.this) {
                Long offset = cursor.offsets.get(partition);
                return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
            }
        }

        @Override
        public Map<LogPartition, String> noted(Collection<LogPartition> partitions) {
            synchronized (InMemoryLog.this) {
                Map<LogPartition, String> noted = new HashMap<>(notes.getOrDefault(group, Map.of()));
                noted.keySet().retainAll(partitions);
                return noted;
            }
        }

        @Override
        public void note(LogPartition partition, long offset, String text, Duration max) {
            synchronized (InMemoryLog.this) {
                if (cursor.offsets.containsKey(partition)) {
                    notes.computeIfAbsent(group, name -> new HashMap<>()).put(partition, text);
                } else if (!max.isZero()) {
                    throw new Unavailable("log", "another member may have it: " + partition, null);
                }
            }
        }

        @Override
        public void close() {
            Set<LogPartition> owned;
            synchronized (InMemoryLog.this) {
                owned = Set.copyOf(cursor.offsets.keySet());
            }
            letGo(owned);
            synchronized (InMemoryLog.this) {
                members(group).remove(this);
            }
        }
    }
}
