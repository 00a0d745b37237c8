package io.chronosdb.mongo;

import static com.mongodb.client.model.Sorts.ascending;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import io.chronosdb.testkit.index.EventChain;
import io.chronosdb.testkit.index.MongoServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.bson.BsonDocument;

/** Fresh databases on the shared server. */
final class TestMongo {
    static final MongoClient CLIENT = MongoConnections.open(MongoServer.shared().uri());

    private TestMongo() {}

    static IndexSettings fresh(Function<String, CollectionMap> maps, boolean transactions) {
        return new IndexSettings(
                MongoServer.freshDatabase(), maps, new ArchiveLocation("bucket", "acme/"), transactions);
    }

    static IndexSettings fresh() {
        return fresh(collection -> CollectionMap.EVERYTHING, false);
    }

    static MongoProjector projector(IndexSettings settings) {
        return new MongoProjector(database -> settings, database -> CLIENT);
    }

    static MongoDatabase database(IndexSettings settings) {
        return CLIENT.getDatabase(settings.dbName());
    }

    static BsonDocument first(IndexSettings settings, String collection) {
        return documents(settings, collection).get(0);
    }

    static List<BsonDocument> documents(IndexSettings settings, String collection) {
        return database(settings)
                .getCollection(collection, BsonDocument.class)
                .find()
                .sort(ascending("_id"))
                .into(new ArrayList<>());
    }

    /** Every document of every collection. */
    static Map<String, List<BsonDocument>> dump(IndexSettings settings) {
        Map<String, List<BsonDocument>> dump = new TreeMap<>();
        for (String collection : database(settings).listCollectionNames()) {
            dump.put(collection, documents(settings, collection));
        }
        return dump;
    }

    /** Projects what is missing, in one batch; gives the progress then. */
    static Progress project(EventChain chain, Projection projection) {
        Progress from = projection.progress(chain.partition());
        List<LoggedEvent> events = chain.events().stream()
                .filter(event -> event.position().offset() >= from.next())
                .toList();
        return projection.project(chain.partition(), events, from, chain.end());
    }

    /** Projects events from where the index is, in batches of any size. */
    static void project(Projection projection, DatabasePartition partition, List<LoggedEvent> events, Random random) {
        Progress start = projection.progress(partition);
        Progress before = start;
        int from = (int) events.stream()
                .filter(event -> event.position().offset() < start.next())
                .count();
        while (from < events.size()) {
            int to = Math.min(events.size(), from + 1 + random.nextInt(60));
            Progress after = before;
            for (LoggedEvent event : events.subList(from, to)) {
                after = EventChain.behind(after, event);
            }
            before = projection.project(partition, events.subList(from, to), before, after);
            from = to;
        }
    }
}
