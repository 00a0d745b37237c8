package io.chronosdb.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.WriteModel;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;

/** Writes that may each meet a document that is there already. */
interface BulkWrites {
    /** How many writes one request carries at most: a second's work for the server, and far below its limits. */
    int OPERATIONS_MAX = 1_000;

    /** In no particular order, and every one is tried. */
    BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);

    /**
     * Writes, in no particular order.
     *
     * @return the indexes of the writes that changed nothing since a document with their key is there; always none in a
     *     transaction, which such a write ends by an exception
     */
    List<Integer> write(MongoCollection<BsonDocument> to, List<? extends WriteModel<BsonDocument>> writes);

    /** Without a transaction. */
    static List<Integer> direct(MongoCollection<BsonDocument> to, List<? extends WriteModel<BsonDocument>> writes) {
        List<Integer> present = new ArrayList<>();
        for (int from = 0; from < writes.size(); from += OPERATIONS_MAX) {
            int first = from;
            try {
                to.bulkWrite(writes.subList(from, Math.min(writes.size(), from + OPERATIONS_MAX)), UNORDERED);
            } catch (MongoBulkWriteException e) {
                requireDuplicatesOnly(e);
                e.getWriteErrors().forEach(error -> present.add(first + error.getIndex()));
            }
        }
        return present;
    }

    /** Within a transaction. */
    static BulkWrites in(ClientSession transaction) {
        return (to, writes) -> {
            for (int from = 0; from < writes.size(); from += OPERATIONS_MAX) {
                to.bulkWrite(
                        transaction, writes.subList(from, Math.min(writes.size(), from + OPERATIONS_MAX)), UNORDERED);
            }
            return List.of();
        };
    }

    private static void requireDuplicatesOnly(MongoBulkWriteException e) {
        if (e.getWriteConcernError() != null
                || e.getWriteErrors().stream()
                        .map(BulkWriteError::getCode)
                        .anyMatch(code -> code != MongoErrors.DUPLICATE_KEY)) {
            throw e;
        }
    }
}
