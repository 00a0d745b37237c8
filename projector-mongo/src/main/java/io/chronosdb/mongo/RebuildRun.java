package io.chronosdb.mongo;

import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.mongo.ProgressStore.Stored;
import io.chronosdb.mongo.RebuildResult.Difference;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/** One rebuild, from an empty shadow to the switch. For one thread, which lets others replay partitions. */
final class RebuildRun {
    /** How often it starts over, because a batch that was under way has moved the old index. */
    private static final int ATTEMPTS_MAX = 5;

    /** How often it waits for a batch that was under way. If nobody finishes it, nobody will: its writer is gone. */
    private static final int AHEAD_ATTEMPTS_MAX = 2;

    private final Database database;
    private final IndexDatabase live;
    private final ProgressStore liveProgress;
    private final ShadowIndex shadow;
    private final Optional<String> only;
    private final EventSource source;
    private final RebuildLease lease;
    private final IndexRebuild.Watcher watcher;

    private long total;

    /** Behind what is in the shadow. */
    private final Map<Integer, Progress> reached = new ConcurrentSkipListMap<>();

    /** The same while a partition is being replayed, as an offset. */
    private final Map<Integer, Long> replayed = new HashMap<>();

    RebuildRun(
            Database database,
            IndexDatabase live,
            ShadowIndex shadow,
            Optional<String> only,
            EventSource source,
            RebuildLease lease,
            IndexRebuild.Watcher watcher) {
        this.database = database;
        this.live = live;
        this.liveProgress = new ProgressStore(live);
        this.shadow = shadow;
        this.only = only;
        this.source = source;
        this.lease = lease;
        this.watcher = watcher;
    }

    RebuildResult run(IfDifferent ifDifferent) {
        for (int partition = 0; partition < source.partitions(database); partition++) {
            reached.put(partition, Progress.START);
        }
        Map<Integer, Stored> begun = readLive();
        replay(isNew(begun) ? ends() : offsets(begun));
        shadow.makeIndexes();
        lease.pause();
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            Map<Integer, Stored> stands = lease.awaitStill(this::readLive);
            replay(offsets(stands));
            Optional<RebuildResult> result = attempt(stands, ifDifferent, attempt < AHEAD_ATTEMPTS_MAX);
            if (result.isPresent()) {
                return result.get();
            }
        }
        throw new Unavailable("rebuild", "the index does not stand still: database=" + live.name(), null);
    }

    /** Nothing if the old index is moving, and the same has to be done again. */
    private Optional<RebuildResult> attempt(Map<Integer, Stored> stands, IfDifferent ifDifferent, boolean waits) {
        Optional<Difference> ofProgress = differenceOfProgress(stands);
        Set<String> old = ofProgress.isEmpty() && isBeside(stands) ? oldCollections() : Set.of();
        IndexComparison comparison = IndexComparison.of(live, shadow.database(), old, stands, shadow.due())
                .or(ofProgress);
        lease.requireHeld();
        if (comparison.ahead() > 0 && waits) {
            return Optional.empty();
        }
        boolean switches = comparison.difference().isEmpty() || ifDifferent == IfDifferent.SWITCH;
        IndexFingerprint built = IndexFingerprint.of(shadow.database(), shadow.collections());
        if (switches && !switchOver(stands).execute(live, lease, stands)) {
            return Optional.empty();
        }
        return Optional.of(
                new RebuildResult(built, !old.isEmpty(), comparison.difference(), switches, comparison.ahead()));
    }

    private IndexSwitch switchOver(Map<Integer, Stored> stands) {
        Map<Integer, Stored> progress = new TreeMap<>();
        stands.forEach((partition, stored) -> {
            Progress old = stored.progress();
            Progress at = reached(partition);
            // The other collections stay as they are, perhaps behind this one.
            boolean stays = only.isPresent() && old.next() < at.next();
            progress.put(partition, new Stored(stays ? old : at, lease.generation()));
        });
        return new IndexSwitch(lease.generation(), shadow.prefix(), shadow.collections(), progress);
    }

    /** What there is to compare with. A collection that was dropped is none of it. */
    private Set<String> oldCollections() {
        Set<String> collections = new TreeSet<>(live.collections());
        only.ifPresent(name -> collections.removeIf(other -> !other.equals(name)));
        return collections;
    }

    /** Whether there is no old index: it was dropped, or has not begun. */
    private static boolean isNew(Map<Integer, Stored> progress) {
        return progress.values().stream().allMatch(at -> at.progress().equals(Progress.START));
    }

    /** Whether both are at the same place; not so if the old one is being projected from the start at the same time. */
    private boolean isBeside(Map<Integer, Stored> stands) {
        return stands.entrySet().stream()
                .allMatch(stored -> stored.getValue().progress().equals(reached(stored.getKey())));
    }

    /** The old index may be one of another log. */
    private Optional<Difference> differenceOfProgress(Map<Integer, Stored> stands) {
        return stands.entrySet().stream()
                .filter(stored -> isElsewhere(stored.getValue().progress(), reached(stored.getKey())))
                .map(stored -> new Difference(
                        "chronos_progress", "projector/" + stored.getKey(), "hash", "the old index is of another log"))
                .findFirst();
    }

    /** Further than the log, or as far on another chain. */
    private static boolean isElsewhere(Progress old, Progress at) {
        return old.next() > at.next() || old.next() == at.next() && !old.equals(at);
    }

    private Progress reached(int partition) {
        return reached.getOrDefault(partition, Progress.START);
    }

    private Map<Integer, Stored> readLive() {
        Map<Integer, Stored> progress = new TreeMap<>();
        reached.keySet().forEach(partition -> progress.put(partition, liveProgress.read(partition)));
        return progress;
    }

    private Map<Integer, Long> ends() {
        Map<Integer, Long> ends = new TreeMap<>();
        reached.keySet().forEach(partition -> ends.put(partition, source.end(of(partition))));
        return ends;
    }

    private static Map<Integer, Long> offsets(Map<Integer, Stored> progress) {
        Map<Integer, Long> offsets = new TreeMap<>();
        progress.forEach((partition, at) -> offsets.put(partition, at.progress().next()));
        return offsets;
    }

    private DatabasePartition of(int partition) {
        return new DatabasePartition(database, partition);
    }

    /** Goes on up to the offsets, but not behind the end of the log. */
    private void replay(Map<Integer, Long> upTo) {
        total = Math.max(
                total, upTo.values().stream().mapToLong(Long::longValue).sum());
        List<Progress> unused =
                Parallel.map(upTo.entrySet(), partition -> replay(partition.getKey(), partition.getValue()));
    }

    private Progress replay(int partition, long upTo) {
        Progress from = reached(partition);
        long to = Math.min(upTo, source.end(of(partition)));
        if (to > from.next()) {
            reached.put(partition, source.replay(of(partition), from, to, events -> {
                lease.requireHeld();
                shadow.write(events);
                if (!events.isEmpty()) {
                    tell(partition, events.get(events.size() - 1).position().offset() + 1);
                }
            }));
        }
        tell(partition, reached(partition).next());
        return reached(partition);
    }

    private void tell(int partition, long behind) {
        synchronized (replayed) {
            replayed.put(partition, behind);
            watcher.replayed(
                    replayed.values().stream().mapToLong(Long::longValue).sum(), total);
        }
    }
}
