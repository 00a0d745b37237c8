package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.empty;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Projections.exclude;
import static com.mongodb.client.model.Sorts.ascending;

import com.mongodb.MongoCommandException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.cursor.TimeoutMode;
import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;

/** One MongoDB database with our durability, our deadline and our names of its collections. */
final class IndexDatabase {
    /** Acknowledged means: on disk on a majority. What is read was. */
    static final WriteConcern WRITE_CONCERN = WriteConcern.MAJORITY.withJournal(true);

    static final ReadConcern READ_CONCERN = ReadConcern.MAJORITY;

    private static final String PROGRESS = "chronos_progress";
    private static final int SCAN_BATCH = 500;

    private final MongoClient client;
    private final MongoDatabase database;
    private final String prefix;

    IndexDatabase(MongoClient client, String name) {
        this(
                client,
                client.getDatabase(name)
                        .withWriteConcern(WRITE_CONCERN)
                        .withReadConcern(READ_CONCERN)
                        .withReadPreference(ReadPreference.primary()),
                MongoConnections.OPERATION_MAX,
                "");
    }

    private IndexDatabase(MongoClient client, MongoDatabase database, Duration deadline, String prefix) {
        this.client = client;
        this.database = database.withTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
        this.prefix = prefix;
    }

    /** The same database; operations may take this long. */
    IndexDatabase within(Duration deadline) {
        return new IndexDatabase(client, database, deadline, prefix);
    }

    /** The same database; the names of collections start with the prefix, except the progress. */
    IndexDatabase shadow(String shadowPrefix) {
        return new IndexDatabase(client, database, deadline(), shadowPrefix);
    }

    private Duration deadline() {
        Long millis = database.getTimeout(TimeUnit.MILLISECONDS);
        return millis == null ? MongoConnections.OPERATION_MAX : Duration.ofMillis(millis);
    }

    String name() {
        return database.getName();
    }

    MongoClient client() {
        return client;
    }

    MongoDatabase database() {
        return database;
    }

    MongoCollection<BsonDocument> part(Part part, String collection) {
        return collection(prefix + part.of(collection));
    }

    MongoCollection<BsonDocument> heads(String collection) {
        return part(Part.HEAD, collection);
    }

    MongoCollection<BsonDocument> versions(String collection) {
        return part(Part.VERSIONS, collection);
    }

    MongoCollection<BsonDocument> progress() {
        return collection(PROGRESS);
    }

    MongoCollection<BsonDocument> collection(String name) {
        return database.getCollection(name, BsonDocument.class);
    }

    /** The names of what there is, those of other shadows and of foreign collections included. */
    List<String> collectionNames() {
        return call(
                "listCollections",
                () -> database.listCollectionNames().authorizedCollections(true).into(new ArrayList<>()));
    }

    /** The collections of ours that there are, by name. */
    SortedSet<String> collections() {
        return collectionNames().stream()
                .flatMap(name -> Part.collectionOf(name).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Every document in the order of its id, without what depends on when it was written; however long that takes: the
     * deadline is for each step.
     */
    MongoCursor<BsonDocument> scan(Part part, String collection) {
        return scan(part, collection, Optional.empty());
    }

    /** The same of one item, or of all. Only of heads and versions. */
    MongoCursor<BsonDocument> scan(Part part, String collection, Optional<String> item) {
        return part(part, collection)
                .find(item.map(id -> part == Part.VERSIONS ? versionsOf(id) : eq("_id", id))
                        .orElse(empty()))
                .projection(exclude("shadow", VersionPruning.KEPT_FROM))
                .sort(ascending("_id"))
                .batchSize(SCAN_BATCH)
                .timeoutMode(TimeoutMode.ITERATION)
                .iterator();
    }

    /** A range of ids, which are in one index. */
    private static Bson versionsOf(String item) {
        return and(
                gte("_id", EntryDocuments.versionId(item, 0)),
                lte("_id", EntryDocuments.versionId(item, Long.MAX_VALUE)));
    }

    /** Makes a collection if it is not there. */
    void create(MongoCollection<BsonDocument> collection) {
        call("create", () -> {
            try {
                database.createCollection(collection.getNamespace().getCollectionName());
            } catch (MongoCommandException e) {
                if (e.getErrorCode() != MongoErrors.NAMESPACE_EXISTS) {
                    throw e;
                }
            }
            return true;
        });
    }

    /** @throws Unavailable as {@link MongoErrors#translating} says, naming the operation and the database */
    <T> T call(String operation, Supplier<T> body) {
        return MongoErrors.translating(operation + " database=" + database.getName(), body);
    }
}
