package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Projections.exclude;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.descending;

import com.mongodb.client.MongoClient;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Field;
import io.chronosdb.document.Query;
import io.chronosdb.event.Ov;
import io.chronosdb.port.Index;
import io.chronosdb.port.IndexEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.conversions.Bson;

/**
 * Reads the index of one database. Thread-safe. Every read is one query of at most {@link MongoConnections#OPERATION_MAX}, and
 * sees what a majority has on disk.
 *
 * <p>Single items, history and "as of" are seeks. A list is a range of an index wherever its filter or its sort names an
 * indexed property. A sort by a property where the map indexes everything, or of which some item has a list or an
 * object, is computed over all that the filter leaves.
 */
public final class MongoIndex implements Index {
    /** Text order is time order for four-digit years; beyond them there is nothing. */
    private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59.999999Z");

    private static final Instant TIME_MIN = Instant.parse("0000-01-01T00:00:00Z");

    private final IndexSettings settings;
    private final IndexDatabase database;
    private final ProgressStore progress;
    private final EntryReader reader;

    /** @param client stays open: it belongs to the caller */
    public MongoIndex(Database database, IndexSettings settings, MongoClient client) {
        this.settings = settings;
        this.database = new IndexDatabase(client, settings.dbName());
        this.progress = new ProgressStore(this.database);
        this.reader = new EntryReader(database);
    }

    @Override
    public Optional<IndexEntry> head(ItemKey item) {
        return database.call(
                "head",
                () -> Optional.ofNullable(database.heads(item.collection())
                                .find(eq("_id", item.id()))
                                .projection(exclude("meta"))
                                .first())
                        .map(head -> reader.head(item.collection(), head)));
    }

    @Override
    public Optional<IndexEntry> version(ItemKey item, Ov ov) {
        return versions(item, eq("_id", EntryDocuments.versionId(item.id(), ov.value())), "_id", 1).stream()
                .findFirst();
    }

    @Override
    public Optional<IndexEntry> asOf(ItemKey item, Instant time) {
        Instant bounded = time.isAfter(TIME_MAX) ? TIME_MAX : time.isBefore(TIME_MIN) ? TIME_MIN : time;
        return versions(item, and(eq("_id.id", item.id()), lte("at", EntryDocuments.time(bounded))), "at", 1).stream()
                .findFirst();
    }

    @Override
    public List<IndexEntry> history(ItemKey item, Optional<Ov> before, int limit) {
        BsonValue end = before.<BsonValue>map(ov -> EntryDocuments.versionId(item.id(), ov.value()))
                .orElseGet(() -> versionBound(item, new BsonMaxKey()));
        return versions(item, and(gte("_id", versionBound(item, new BsonMinKey())), lt("_id", end)), "_id", limit);
    }

    private static BsonDocument versionBound(ItemKey item, BsonValue ov) {
        return new BsonDocument("id", new BsonString(item.id())).append("ov", ov);
    }

    private List<IndexEntry> versions(ItemKey item, Bson filter, String newestFirstBy, int limit) {
        if (limit < 1) {
            return List.of(); // To MongoDB it means no limit.
        }
        return database.call(
                "versions",
                () -> database.versions(item.collection())
                        .find(filter)
                        .sort(descending(newestFirstBy))
                        .limit(limit)
                        .projection(exclude("meta"))
                        .map(version -> reader.version(item.collection(), version))
                        .into(new ArrayList<>()));
    }

    @Override
    public Page list(String collection, Query query) {
        String fingerprint = query.fingerprint(reader.database(), collection);
        List<SortKey> keys = SortKey.of(query);
        Optional<PageEnd> after = query.after().map(text -> PageEnd.decode(text, fingerprint, keys));
        return database.call("list", () -> {
            ListPipeline pipeline = new ListPipeline(query, keys, isByIndex(collection, query));
            List<BsonDocument> heads = database.heads(collection)
                    .aggregate(pipeline.stages(after))
                    .allowDiskUse(true)
                    .batchSize(query.limit() + 1)
                    .into(new ArrayList<>());
            List<IndexEntry> entries = heads.stream()
                    .limit(query.limit())
                    .map(head -> reader.head(collection, head))
                    .toList();
            return new Page(
                    entries,
                    heads.size() > query.limit()
                            ? Optional.of(
                                    pipeline.end(heads.get(query.limit() - 1)).encode(fingerprint))
                            : Optional.empty());
        });
    }

    /** Whether MongoDB's own order of the paths is ours: no item has anything but scalars there. */
    private boolean isByIndex(String collection, Query query) {
        List<Field> properties = SortKey.properties(query);
        CollectionMap map = settings.maps().apply(collection);
        List<String> paths = properties.stream().map(Field::path).toList();
        return paths.isEmpty()
                || map.paths().containsAll(paths)
                        && database.heads(collection)
                                        .find(in("unordered", paths))
                                        .projection(include("_id"))
                                        .first()
                                == null;
    }

    @Override
    public long visibleUpTo(int partition) {
        return progress.read(partition).progress().next();
    }
}
