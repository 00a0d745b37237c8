package io.chronosdb.mongo;

import com.mongodb.client.MongoClient;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.mongo.ProgressStore.Stored;
import io.chronosdb.port.Progress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The projection into one database. Thread-safe; one batch at a time per partition. */
final class DatabaseProjector {
    private final IndexSettings settings;
    private final IndexDatabase database;
    private final ProgressStore progress;
    private final CollectionIndexes indexes;
    private final RebuildGate gate;
    private final VersionPruning pruning;

    /**
     * The generation of the index as this process last read it, per partition. If it is outdated, the progress does not
     * move: that is what it is for.
     */
    private final Map<Integer, String> generations = new ConcurrentHashMap<>();

    private volatile @Nullable Boolean transactional;

    DatabaseProjector(IndexSettings settings, MongoClient client) {
        this.settings = settings;
        this.database = new IndexDatabase(client, settings.dbName());
        this.progress = new ProgressStore(database);
        this.indexes = new CollectionIndexes(database, settings.maps());
        this.gate = new RebuildGate(database);
        this.pruning = new VersionPruning(database, settings.retention());
    }

    Progress progress(int partition) {
        Stored stored = progress.read(partition);
        generations.put(partition, stored.generation());
        return stored.progress();
    }

    Progress project(int partition, List<LoggedEvent> events, Progress before, Progress after) {
        gate.requireOpen();
        String generation = generations.get(partition);
        if (generation == null) {
            Progress stored = progress(partition);
            return stored.equals(before) ? project(partition, events, before, after) : stored;
        }
        if (before.equals(Progress.START)) {
            indexes.forget(); // A new database, or one that was dropped.
        }
        Progress reached = before;
        int stepMax = transactional() ? BatchTransaction.EVENTS_MAX : Math.max(1, events.size());
        for (int from = 0; from == 0 || from < events.size(); from += stepMax) {
            int to = Math.min(events.size(), from + stepMax);
            List<LoggedEvent> step = events.subList(from, to);
            // By the event itself, since those before it need not all be here: some may be parked.
            Progress next = to == events.size() ? after : Progress.behind(step.get(step.size() - 1));
            if (!write(partition, step, new Stored(reached, generation), new Stored(next, generation))) {
                return progress(partition);
            }
            reached = next;
        }
        return after;
    }

    private boolean write(int partition, List<LoggedEvent> events, Stored before, Stored after) {
        Collection<CollectionBatch> batches = CollectionBatch.fold(events, settings);
        batches.forEach(batch -> indexes.ensure(batch.collection(), batch.nested()));
        Optional<Boolean> moved = transactional() && !batches.isEmpty()
                ? new BatchTransaction(database, progress).write(partition, batches, before, after)
                : Optional.empty();
        boolean ours = moved.orElseGet(() -> database.call("project", () -> {
            BatchWriter writer = new BatchWriter(database, BulkWrites::direct);
            batches.forEach(writer::write);
            return progress.move(null, partition, before, after);
        }));
        if (ours && !events.isEmpty()) {
            batches.forEach(pruning::pruneItems);
            pruning.sweep(partition, events.get(events.size() - 1).event().at(), database::collections);
        }
        return ours;
    }

    private boolean transactional() {
        Boolean known = transactional;
        if (known == null) {
            known = settings.transactions() && BatchTransaction.possible(database);
            transactional = known;
        }
        return known;
    }
}
