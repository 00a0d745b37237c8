package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lt;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.WriteModel;
import io.chronosdb.address.Database;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Totals in {@code cnt_total} of an analytics database, which many databases may share: documents
 * {@code <database>/<collection>/<partition>} with absolute numbers and how far they go. They only move forward, whoever
 * writes late. Thread-safe.
 */
public final class MongoTotalsStore implements TotalsStore {
    private static final String COLLECTION = "cnt_total";

    private final Database database;
    private final IndexDatabase analytics;

    /**
     * The totals of one database.
     *
     * @param dbName the MongoDB database that they are in
     * @param client stays open: it belongs to the caller
     */
    public MongoTotalsStore(Database database, String dbName, MongoClient client) {
        this.database = database;
        this.analytics = new IndexDatabase(client, dbName);
    }

    @Override
    public void store(List<Part> parts) {
        if (parts.isEmpty()) {
            return;
        }
        analytics.call("store totals", () -> {
            List<Integer> present = BulkWrites.direct(
                    collection(), parts.stream().map(part -> model(part, true)).toList());
            // What met one may be newer all the same: someone else has just inserted an older one.
            return present.isEmpty()
                    ? present
                    : BulkWrites.direct(
                            collection(),
                            present.stream()
                                    .map(index -> model(parts.get(index), false))
                                    .toList());
        });
    }

    @Override
    public Totals read(String collection) {
        String prefix = database + "/" + collection + "/";
        return analytics.call("read totals", () -> {
            Totals sum = Totals.NONE;
            // "0" is the character behind "/".
            for (BsonDocument part :
                    collection().find(and(gte("_id", prefix), lt("_id", database + "/" + collection + "0")))) {
                sum = sum.plus(totals(part));
            }
            return sum;
        });
    }

    private MongoCollection<BsonDocument> collection() {
        return analytics.collection(COLLECTION);
    }

    private WriteModel<BsonDocument> model(Part part, boolean upsert) {
        String id = database + "/" + part.collection() + "/" + part.partition();
        return new ReplaceOneModel<>(
                and(eq("_id", id), lt("next", part.next())), document(id, part), new ReplaceOptions().upsert(upsert));
    }

    private BsonDocument document(String id, Part part) {
        BsonDocument rules = new BsonDocument();
        part.totals().rules().forEach((rule, count) -> rules.append(rule, new BsonInt64(count)));
        return new BsonDocument("_id", new BsonString(id))
                .append("database", new BsonString(database.value()))
                .append("collection", new BsonString(part.collection()))
                .append("partition", new BsonInt32(part.partition()))
                .append("next", new BsonInt64(part.next()))
                .append("created", new BsonInt64(part.totals().created()))
                .append("updated", new BsonInt64(part.totals().updated()))
                .append("deleted", new BsonInt64(part.totals().deleted()))
                .append("rules", rules);
    }

    private static Totals totals(BsonDocument part) {
        Map<String, Long> rules = new TreeMap<>();
        part.getDocument("rules")
                .forEach((rule, count) -> rules.put(rule, count.asInt64().getValue()));
        return new Totals(
                part.getInt64("created").getValue(),
                part.getInt64("updated").getValue(),
                part.getInt64("deleted").getValue(),
                rules);
    }
}
