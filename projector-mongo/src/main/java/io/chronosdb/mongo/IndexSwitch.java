package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoNamespace;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.RenameCollectionOptions;
import io.chronosdb.mongo.ProgressStore.Stored;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.conversions.Bson;

/**
 * Puts a new index in the old one's place. MongoDB renames one collection at a time and nothing makes a rename conditional,
 * so it takes care that an interruption, a projector that knows nothing, or a process that wakes up too late does no
 * harm:
 *
 * <ol>
 *   <li>Every progress document gets another generation, if it still says what the new index was compared with. From here
 *       on no batch that has begun moves the progress: its effects may have gone to the old index.
 *   <li>The plan is recorded in the lease, if that is still held. From here on the switch happens, and projectors stay out
 *       until it has: whoever finds the lease expired finishes it.
 *   <li>The new collections are renamed. Each is a source once: a second one to try, however late, finds nothing.
 *   <li>Every progress document gets what the new index reflects, and the final generation, if it is still in the one of
 *       step 1. A batch that has moved it in between is projected again.
 * </ol>
 *
 * @param owner the lease's, which is the generation of the new index
 * @param shadowPrefix of the new collections
 * @param collections which of ours
 * @param progress what the new index reflects, by partition
 */
record IndexSwitch(String owner, String shadowPrefix, Collection<String> collections, Map<Integer, Stored> progress) {
    /** The generation of step 1. */
    private static String between(String generation) {
        return generation + "-switching";
    }

    /**
     * Does all of it.
     *
     * @param live the progress that the old index has
     * @return false if that is not so any more, and nothing was switched
     */
    boolean execute(IndexDatabase database, RebuildLease lease, Map<Integer, Stored> live) {
        if (!begin(database, live)) {
            return false;
        }
        lease.record(plan());
        finish(database);
        return true;
    }

    /** Step 1. */
    boolean begin(IndexDatabase database, Map<Integer, Stored> live) {
        ProgressStore store = new ProgressStore(database);
        return database.call(
                "switch",
                () -> live.entrySet().stream()
                        .allMatch(entry -> store.move(
                                null,
                                entry.getKey(),
                                entry.getValue(),
                                new Stored(entry.getValue().progress(), between(owner)))));
    }

    /** Finishes a switch whose rebuild is gone. */
    static void finishAbandoned(IndexDatabase database) {
        BsonDocument lease = RebuildGate.read(database);
        if (lease != null && !lease.getBoolean("live").getValue() && lease.containsKey(RebuildLease.SWITCH)) {
            of(lease.getString("owner").getValue(), lease.getDocument(RebuildLease.SWITCH))
                    .finish(database);
        }
    }

    /** Steps 3 and 4, from wherever they were left. */
    void finish(IndexDatabase database) {
        database.call("switch", () -> {
            IndexDatabase shadow = database.shadow(shadowPrefix);
            for (String collection : collections) {
                for (Part part : Part.values()) {
                    rename(
                            shadow.part(part, collection),
                            database.part(part, collection).getNamespace());
                }
            }
            ProgressStore store = new ProgressStore(database);
            progress.forEach((partition, stored) -> store.settle(partition, between(owner), stored));
            Bson ours = and(eq("_id", RebuildLease.ID), eq("owner", owner));
            return database.progress().deleteOne(ours);
        });
    }

    private static void rename(MongoCollection<BsonDocument> from, MongoNamespace to) {
        try {
            from.renameCollection(to, new RenameCollectionOptions().dropTarget(true));
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != MongoErrors.NAMESPACE_NOT_FOUND) {
                throw e;
            }
        }
    }

    BsonDocument plan() {
        BsonArray documents = new BsonArray();
        progress.forEach((partition, stored) -> documents.add(ProgressStore.document(partition, stored)));
        return new BsonDocument("prefix", new BsonString(shadowPrefix))
                .append(
                        "collections",
                        new BsonArray(collections.stream().map(BsonString::new).toList()))
                .append("progress", documents);
    }

    private static IndexSwitch of(String owner, BsonDocument plan) {
        Map<Integer, Stored> progress = new TreeMap<>();
        plan.getArray("progress")
                .forEach(stored -> progress.put(
                        ProgressStore.partition(stored.asDocument()), ProgressStore.stored(stored.asDocument())));
        List<String> collections = plan.getArray("collections").stream()
                .map(name -> name.asString().getValue())
                .toList();
        return new IndexSwitch(owner, plan.getString("prefix").getValue(), collections, progress);
    }
}
