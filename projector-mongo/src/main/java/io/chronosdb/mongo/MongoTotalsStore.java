package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.lt;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.WriteModel;
import io.chronosdb.address.Database;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Totals in {@code cnt_total} of the analytics database: one document per collection and partition of the log, so that
 * each has one position. A guarded upsert: whoever writes late changes nothing.
 */
public final class MongoTotalsStore implements TotalsStore {
    private static final String COLLECTION = "cnt_total";

    private final Database database;
    private final IndexDatabase analytics;

    /** @param dbName the analytics database; others may share it, documents are told apart by the database's name */
    public MongoTotalsStore(Database database, String dbName, MongoClient client) {
        this.database = database;
        this.analytics = new IndexDatabase(client, dbName);
    }

    @Override
    public void store(List<Part> parts) {
        if (parts.isEmpty()) {
            return;
        }
        List<WriteModel<BsonDocument>> writes = new ArrayList<>();
        for (Part part : parts) {
            writes.add(new ReplaceOneModel<>(
                    and(eq("_id", id(part)), lt("next", part.next())),
                    document(part),
                    new ReplaceOptions().upsert(true)));
        }
        analytics.call("totals", () -> {
            try {
                return totals().bulkWrite(writes, new BulkWriteOptions().ordered(false));
            } catch (MongoBulkWriteException e) {
                // The stored one is as new or newer: nothing to do.
                if (e.getWriteErrors().stream().allMatch(error -> error.getCode() == MongoErrors.DUPLICATE_KEY)
                        && e.getWriteConcernError() == null) {
                    return e.getWriteResult();
                }
                throw e;
            }
        });
    }

    @Override
    public Totals read(String collection) {
        return analytics.call("totals", () -> {
            Totals sum = Totals.NONE;
            for (BsonDocument document :
                    totals().find(and(eq("database", database.value()), eq("collection", collection)))) {
                sum = sum.plus(totals(document));
            }
            return sum;
        });
    }

    private MongoCollection<BsonDocument> totals() {
        return analytics.collection(COLLECTION);
    }

    private String id(Part part) {
        return database + "/" + part.collection() + "/" + part.partition();
    }

    private BsonDocument document(Part part) {
        BsonDocument rules = new BsonDocument();
        part.totals().rules().forEach((name, count) -> rules.put(name, new BsonInt64(count)));
        return new BsonDocument("_id", new BsonString(id(part)))
                .append("database", new BsonString(database.value()))
                .append("collection", new BsonString(part.collection()))
                .append("partition", new BsonInt32(part.partition()))
                .append("next", new BsonInt64(part.next()))
                .append("created", new BsonInt64(part.totals().created()))
                .append("updated", new BsonInt64(part.totals().updated()))
                .append("deleted", new BsonInt64(part.totals().deleted()))
                .append("rules", rules);
    }

    private static Totals totals(BsonDocument document) {
        Map<String, Long> rules = new TreeMap<>();
        document.getDocument("rules").forEach((name, count) -> rules.put(name, count.asInt64().getValue()));
        return new Totals(
                document.getInt64("created").getValue(),
                document.getInt64("updated").getValue(),
                document.getInt64("deleted").getValue(),
                rules);
    }
}
