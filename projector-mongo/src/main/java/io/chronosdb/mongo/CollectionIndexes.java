package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Indexes.ascending;
import static com.mongodb.client.model.Indexes.compoundIndex;
import static com.mongodb.client.model.Indexes.descending;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.IndexOptions;
import io.chronosdb.document.CollectionMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.conversions.Bson;

/** Makes MongoDB's indexes of our collections, once each. */
final class CollectionIndexes {
    /** MongoDB takes 64 per collection. With more paths than this, one wildcard index stands for all of them. */
    static final int PATHS_MAX = 48;

    /** For a collection that has its documents already; nobody else waits for it. */
    private static final Duration BUILD_MAX = Duration.ofHours(6);

    private final IndexDatabase database;
    private final Function<String, CollectionMap> maps;

    /** The paths beyond the map's own that have an index, by collection. */
    private final Map<String, Set<String>> made = new ConcurrentHashMap<>();

    CollectionIndexes(IndexDatabase database, Function<String, CollectionMap> maps) {
        this.database = database.within(BUILD_MAX);
        this.maps = maps;
    }

    /** The database may have been dropped: nothing is known to be there any more. */
    void forget() {
        made.clear();
    }

    /** @param nested indexed paths where there are objects: their properties need an index too */
    void ensure(String collection, Set<String> nested) {
        Set<String> known = made.getOrDefault(collection, Set.of());
        List<IndexModel> ofHeads = new ArrayList<>();
        List<IndexModel> ofVersions = new ArrayList<>();
        if (!made.containsKey(collection)) {
            database.create(database.part(Part.COUNTER, collection));
            ofHeads.addAll(ofHeads(maps.apply(collection)));
            ofVersions.addAll(ofVersions(maps.apply(collection)));
        }
        nested.stream().filter(path -> !known.contains(path)).forEach(path -> {
            ofHeads.add(wildcard("meta." + BsonJson.path(path) + ".$**", new IndexOptions()));
            ofVersions.add(wildcard("meta." + BsonJson.path(path) + ".$**", ended()));
        });
        if (!ofHeads.isEmpty()) {
            make(database.versions(collection), ofVersions);
            make(database.heads(collection), ofHeads);
            made.computeIfAbsent(collection, name -> ConcurrentHashMap.newKeySet())
                    .addAll(nested);
        }
    }

    private void make(MongoCollection<BsonDocument> collection, List<IndexModel> models) {
        database.call("createIndexes", () -> collection.createIndexes(models));
    }

    /** With {@code _id} behind the field, pages go on by the index under a sort by the field. */
    private static List<IndexModel> ofHeads(CollectionMap map) {
        List<IndexModel> models = new ArrayList<>(List.of(
                sorted("updatedAt"),
                sorted("createdAt"),
                sorted("cv"),
                new IndexModel(ascending("deletedAt"), new IndexOptions().sparse(true)),
                new IndexModel(ascending("unordered"), new IndexOptions().sparse(true))));
        if (isWide(map)) {
            models.add(wildcard("meta.$**", new IndexOptions()));
        } else {
            map.paths().forEach(path -> models.add(sorted("meta." + BsonJson.path(path))));
        }
        return models;
    }

    /**
     * History and single versions go by {@code _id}, which orders by item and then by ov. All others are of the versions that
     * have ended, for the latest ones are found among the heads: a version gets its entries once, with its end, and they
     * never change. Their last two fields tell, without a look at the document, whether a moment lies in it.
     *
     * <p>The first one makes "as of" for one item a single seek, however long the history is. The one by the end is for moments
     * not long ago, since when little has ended.
     */
    private static List<IndexModel> ofVersions(CollectionMap map) {
        List<IndexModel> models = new ArrayList<>(List.of(
                new IndexModel(
                        compoundIndex(ascending("_id.id"), descending("at"), ascending("cv", EntryDocuments.UNTIL_CV)),
                        ended()),
                then("at"),
                then("createdAt"),
                new IndexModel(ascending("cv", EntryDocuments.UNTIL_CV), ended()),
                new IndexModel(ascending(EntryDocuments.UNTIL_CV, "cv"), ended()),
                new IndexModel(
                        ascending("deletedAt"),
                        new IndexOptions()
                                .partialFilterExpression(and(exists("deletedAt"), exists(EntryDocuments.UNTIL_CV)))),
                new IndexModel(ascending("unordered"), new IndexOptions().sparse(true))));
        if (isWide(map)) {
            models.add(wildcard("meta.$**", ended()));
        } else {
            map.paths().forEach(path -> models.add(then("meta." + BsonJson.path(path))));
        }
        return models;
    }

    private static boolean isWide(CollectionMap map) {
        return map.indexesEverything() || map.paths().size() > PATHS_MAX;
    }

    private static IndexModel then(String path) {
        return new IndexModel(ascending(path, "_id.id", "cv", EntryDocuments.UNTIL_CV), ended());
    }

    private static IndexOptions ended() {
        return new IndexOptions().partialFilterExpression(exists(EntryDocuments.UNTIL_CV));
    }

    private static IndexModel sorted(String path) {
        return new IndexModel(ascending(path, "_id"));
    }

    private static IndexModel wildcard(String path, IndexOptions options) {
        Bson key = new BsonDocument(path, new BsonInt32(1));
        return new IndexModel(key, options);
    }
}
