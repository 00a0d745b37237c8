package io.chronosdb.mongo;

import io.chronosdb.event.LoggedEvent;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A new index beside the one that serves, written by the same code under other names. Thread-safe for {@link #write}, one batch at a
 * time per partition.
 */
final class ShadowIndex {
    private static final String PREFIX = "rebuild.";

    private final IndexSettings settings;
    private final Optional<String> only;
    private final String prefix;
    private final IndexDatabase database;
    private final CollectionIndexes indexes;

    /** By collection, the indexed paths where there are objects. */
    private final Map<String, Set<String>> nested = new ConcurrentSkipListMap<>();

    private final VersionPruning pruning;

    /** By partition, when its last event happened. */
    private final Map<Integer, Instant> times = new ConcurrentHashMap<>();

    private volatile boolean indexed;

    /**
     * An empty one.
     *
     * @param only the one collection to build; empty: all
     */
    ShadowIndex(IndexDatabase live, IndexSettings settings, Optional<String> only, String generation) {
        this.settings = settings;
        this.only = only;
        this.prefix = PREFIX + generation + ".";
        this.database = live.shadow(prefix);
        this.indexes = new CollectionIndexes(database, settings.maps());
        this.pruning = new VersionPruning(database, settings.retention());
    }

    /** Drops what rebuilds have left behind that were killed or found a difference. */
    static void dropLeftovers(IndexDatabase live) {
        for (String name : live.collectionNames()) {
            if (name.startsWith(PREFIX)) {
                live.call("drop", () -> {
                    live.collection(name).drop();
                    return true;
                });
            }
        }
    }

    void write(List<LoggedEvent> events) {
        database.call("rebuild", () -> {
            BatchWriter writer = new BatchWriter(database, BulkWrites::direct);
            CollectionBatch.fold(events, settings).stream()
                    .filter(batch -> only.isEmpty() || only.get().equals(batch.collection()))
                    .forEach(batch -> write(writer, batch));
            return true;
        });
        events.forEach(
                event -> times.put(event.position().partition(), event.event().at()));
        events.stream().map(event -> event.position().partition()).distinct().forEach(this::sweep);
    }

    /** Not before there are indexes: without them it would look at everything. */
    private void sweep(int partition) {
        Instant now = times.get(partition);
        if (indexed && now != null) {
            pruning.sweep(partition, now, this::collections);
        }
    }

    private void write(BatchWriter writer, CollectionBatch batch) {
        nested.computeIfAbsent(batch.collection(), name -> ConcurrentHashMap.newKeySet())
                .addAll(batch.nested());
        if (indexed) {
            indexes.ensure(batch.collection(), batch.nested());
        }
        writer.write(batch);
        pruning.pruneItems(batch);
    }

    /** Makes the indexes. Later than the bulk of the documents, since that is faster than along with them. */
    void makeIndexes() {
        List<Boolean> unused = Parallel.map(nested.entrySet(), collection -> {
            indexes.ensure(collection.getKey(), collection.getValue());
            return true;
        });
        indexed = true;
        times.keySet().forEach(this::sweep);
    }

    /** What its versions are due by: when the last event of every partition happened. */
    DueVersions due() {
        return new DueVersions(settings.retention(), Map.copyOf(times));
    }

    String prefix() {
        return prefix;
    }

    IndexDatabase database() {
        return database;
    }

    /** What there were events of. */
    Collection<String> collections() {
        return nested.keySet();
    }
}
