package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;

import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonMinKey;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.conversions.Bson;

/**
 * Takes versions that are due out of {@code <c>_ver}. Behind a batch, for what it leaves is for the next one: nothing depends on
 * how soon it goes. Before anything goes, the counter says from which cv on everything is there.
 */
final class VersionPruning {
    /** In the counter: the first cv as of which every version is there. */
    static final String KEPT_FROM = "keptFrom";

    /** How many are looked at and removed at a time. */
    private static final int CHUNK = 1_000;

    /** How many items' versions one query looks for. */
    private static final int ITEMS_MAX = 100;

    /** How far the log's time goes on before versions are looked for again that have become too old. */
    private static final Duration SWEEP_EVERY = Duration.ofHours(1);

    private final IndexDatabase database;
    private final VersionRetention retention;

    /** When it was swept, by partition, in the log's time. */
    private final Map<Integer, Instant> swept = new ConcurrentHashMap<>();

    VersionPruning(IndexDatabase database, VersionRetention retention) {
        this.database = database;
        this.retention = retention;
    }

    /** Removes what the items of a batch have too many of. */
    void pruneItems(CollectionBatch batch) {
        if (retention.perItem().isEmpty()) {
            return;
        }
        List<Bson> due = new ArrayList<>();
        batch.latest().forEach((id, ov) -> {
            long last = ov - retention.perItem().getAsLong();
            if (last >= 0) {
                due.add(and(
                        gte("_id", versionId(id, new BsonMinKey())), lte("_id", versionId(id, new BsonInt64(last)))));
            }
        });
        for (int from = 0; from < due.size(); from += ITEMS_MAX) {
            List<Bson> some = due.subList(from, Math.min(due.size(), from + ITEMS_MAX));
            database.call("prune", () -> removeAll(batch.collection(), or(some)));
        }
    }

    private static BsonDocument versionId(String id, BsonValue ov) {
        return new BsonDocument("id", new BsonString(id)).append("ov", ov);
    }

    private boolean removeAll(String collection, Bson filter) {
        List<BsonDocument> due;
        do {
            due = database.versions(collection)
                    .find(filter)
                    .projection(include(EntryDocuments.UNTIL_CV))
                    .limit(CHUNK)
                    .into(new ArrayList<>());
            remove(collection, due);
        } while (due.size() == CHUNK);
        return true;
    }

    /**
     * Removes what has become too old in a partition, now and then.
     *
     * @param now the time of the last event of the partition
     */
    void sweep(int partition, Instant now, Supplier<Collection<String>> collections) {
        Instant last = swept.get(partition);
        if (retention.ended().isEmpty() || last != null && now.isBefore(last.plus(SWEEP_EVERY))) {
            return;
        }
        String horizon = retention.horizon(now).orElseThrow();
        for (String collection : collections.get()) {
            database.call("prune", () -> removeEnded(collection, partition, horizon));
        }
        swept.put(partition, now);
    }

    /** From the first one that has ended on; ends and their cvs have one order. */
    private boolean removeEnded(String collection, int partition, String horizon) {
        long from = -1;
        while (true) {
            List<BsonDocument> oldest = database.versions(collection)
                    .find(gt(EntryDocuments.UNTIL_CV, from))
                    .sort(ascending(EntryDocuments.UNTIL_CV))
                    .projection(include("until", EntryDocuments.UNTIL_CV, "position.partition"))
                    .limit(CHUNK)
                    .into(new ArrayList<>());
            List<BsonDocument> due = oldest.stream()
                    .filter(version -> version.getString("until").getValue().compareTo(horizon) <= 0)
                    .toList();
            remove(
                    collection,
                    due.stream()
                            .filter(version -> version.getDocument("position")
                                            .getInt32("partition")
                                            .getValue()
                                    == partition)
                            .toList());
            if (due.size() < CHUNK) {
                return true;
            }
            from = due.get(CHUNK - 1).getInt64(EntryDocuments.UNTIL_CV).getValue();
        }
    }

    private void remove(String collection, List<BsonDocument> due) {
        if (due.isEmpty()) {
            return;
        }
        // One without an end was written late by a process that was replaced: no list has it.
        long keptFrom = due.stream()
                .filter(version -> version.containsKey(EntryDocuments.UNTIL_CV))
                .mapToLong(version -> version.getInt64(EntryDocuments.UNTIL_CV).getValue())
                .max()
                .orElse(0);
        database.part(Part.COUNTER, collection)
                .updateOne(
                        eq("_id", collection),
                        Updates.max(KEPT_FROM, new BsonInt64(keptFrom)),
                        new UpdateOptions().upsert(true));
        List<BsonValue> ids = due.stream().map(version -> version.get("_id")).toList();
        database.versions(collection).deleteMany(in("_id", ids));
    }
}
