package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;

import com.mongodb.MongoWriteException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOptions;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Hash;
import io.chronosdb.port.Progress;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * How far the projection is, per partition: documents {@code projector/<partition>} of {@code chronos_progress}. They move by
 * compare-and-set, so that a process that was replaced moves nothing, and a database that was dropped is noticed.
 */
final class ProgressStore {
    /**
     * What is stored.
     *
     * @param generation which index it speaks of: another one after a rebuild has put a new one in the old one's place, so
     *     that a batch whose effects went to the old one does not count. Empty for the first
     */
    record Stored(Progress progress, String generation) {
        static final Stored NOTHING = new Stored(Progress.START, "");
    }

    private static final String PREFIX = "projector/";

    private final IndexDatabase database;
    private final String prefix;

    ProgressStore(IndexDatabase database) {
        this.database = database;
        this.prefix = PREFIX;
    }

    /** That of another projection in the same database. */
    ProgressStore(IndexDatabase database, String projection) {
        this.database = database;
        this.prefix = projection + "/";
    }

    Stored read(int partition) {
        return database.call("progress", () -> {
            BsonDocument document =
                    database.progress().find(eq("_id", id(partition))).first();
            return document == null ? Stored.NOTHING : stored(document);
        });
    }

    /**
     * Moves the progress if it is as expected.
     *
     * @param transaction null: without one
     * @return whether it was, and has moved
     */
    boolean move(@Nullable ClientSession transaction, int partition, Stored before, Stored after) {
        // Nothing stored and START are the same, so only then it may be inserted.
        ReplaceOptions options = new ReplaceOptions().upsert(before.progress().equals(Progress.START));
        Bson expected = and(
                eq("_id", id(partition)),
                eq("next", before.progress().next()),
                eq("seq", before.progress().chain().next()),
                eq("hash", before.progress().chain().last().toString()),
                eq("generation", before.generation()));
        MongoCollection<BsonDocument> collection = database.progress();
        BsonDocument document = document(id(partition), after);
        try {
            var result = transaction == null
                    ? collection.replaceOne(expected, document, options)
                    : collection.replaceOne(transaction, expected, document, options);
            return result.getMatchedCount() == 1 || result.getUpsertedId() != null;
        } catch (MongoWriteException e) {
            if (e.getCode() != MongoErrors.DUPLICATE_KEY) {
                throw e;
            }
            return false; // It is there and is not START.
        }
    }

    void forget(int partition) {
        database.call("forget progress", () -> database.progress().deleteOne(eq("_id", id(partition))));
    }

    /** Says what the index now is, in every partition that is still in the generation before; once, whoever tries. */
    void settle(int partition, String generationBefore, Stored now) {
        database.progress()
                .replaceOne(
                        and(eq("_id", id(partition)), eq("generation", generationBefore)),
                        document(id(partition), now));
    }

    private String id(int partition) {
        return prefix + partition;
    }

    static int partition(BsonDocument document) {
        return Integer.parseInt(document.getString("_id").getValue().substring(PREFIX.length()));
    }

    static Stored stored(BsonDocument document) {
        Chain chain = new Chain(
                document.getInt64("seq").getValue(),
                Hash.fromHex(document.getString("hash").getValue()));
        return new Stored(
                new Progress(document.getInt64("next").getValue(), chain),
                document.getString("generation").getValue());
    }

    /** The projector's. */
    static BsonDocument document(int partition, Stored stored) {
        return document(PREFIX + partition, stored);
    }

    private static BsonDocument document(String id, Stored stored) {
        Progress progress = stored.progress();
        return new BsonDocument("_id", new BsonString(id))
                .append("next", new BsonInt64(progress.next()))
                .append("seq", new BsonInt64(progress.chain().next()))
                .append("hash", new BsonString(progress.chain().last().toString()))
                .append("generation", new BsonString(stored.generation()));
    }
}
