package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Projections.exclude;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.descending;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.document.AsOf;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Field;
import io.chronosdb.document.Query;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Ov;
import io.chronosdb.mongo.Moments.Cut;
import io.chronosdb.port.Index;
import io.chronosdb.port.IndexEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonMaxKey;
import org.bson.BsonMaximumSizeExceededException;
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
    private final IndexSettings settings;
    private final IndexDatabase database;
    private final ProgressStore progress;
    private final Moments moments;
    private final EntryReader reader;

    /** @param client stays open: it belongs to the caller */
    public MongoIndex(Database database, IndexSettings settings, MongoClient client) {
        this.settings = settings;
        this.database = new IndexDatabase(client, settings.dbName());
        this.progress = new ProgressStore(this.database);
        this.moments = new Moments(this.database);
        this.reader = new EntryReader(database, settings.shadow());
    }

    @Override
    public Optional<IndexEntry> head(ItemKey item) {
        return database.call(
                "head",
                () -> Optional.ofNullable(database.heads(item.collection())
                                .find(eq("_id", item.id()))
                                .projection(settings.shadow().isPresent() ? exclude("meta") : exclude("meta", "shadow"))
                                .first())
                        .filter(head -> !head.containsKey(EntryDocuments.GONE))
                        .map(head -> reader.head(item.collection(), head)));
    }

    @Override
    public Ov firstKept(ItemKey item) {
        if (!settings.forgets().test(item.collection())) {
            return Ov.FIRST;
        }
        BsonDocument head = database.call(
                "first kept",
                () -> database.heads(item.collection())
                        .find(eq("_id", item.id()))
                        .projection(include(EntryDocuments.FIRST_KEPT))
                        .first());
        return head == null || !head.containsKey(EntryDocuments.FIRST_KEPT)
                ? Ov.FIRST
                : new Ov(head.getInt64(EntryDocuments.FIRST_KEPT).getValue());
    }

    @Override
    public Optional<IndexEntry> version(ItemKey item, Ov ov) {
        return versions(item, eq("_id", EntryDocuments.versionId(item.id(), ov.value())), "_id", 1).stream()
                .findFirst();
    }

    /** The latest one if it is no later, else the one that the time lies in. */
    @Override
    public Optional<IndexEntry> asOf(ItemKey item, Instant time) {
        Optional<IndexEntry> head = head(item);
        if (head.isEmpty() || !head.get().at().isAfter(time)) {
            return head;
        }
        BsonString at = Moments.text(time);
        Bson then = and(eq("_id.id", item.id()), lte("at", at), gt("until", at), exists(EntryDocuments.UNTIL_CV));
        return versions(item, then, "at", 1).stream().findFirst();
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
        Ov firstKept = firstKept(item);
        Bson kept = firstKept.equals(Ov.FIRST) ? filter : and(filter, gte("_id.ov", firstKept.value()));
        return database.call(
                "versions",
                () -> database.versions(item.collection())
                        .find(kept)
                        .sort(descending(newestFirstBy))
                        .limit(limit)
                        .projection(exclude("meta"))
                        .map(version -> reader.version(item.collection(), version))
                        .into(new ArrayList<>()));
    }

    @Override
    public Page list(String collection, Query query) {
        String fingerprint = query.fingerprint(reader.database(), collection);
        List<SortKey> keys = SortKey.of(query, Place.HEADS);
        Optional<PageEnd> after = query.after().map(text -> PageEnd.decode(text, fingerprint, keys));
        try {
            return list(collection, query, fingerprint, after);
        } catch (MongoException | BsonMaximumSizeExceededException e) {
            // Not about the server's state: it would take this query never.
            throw new Invalid(
                    "MongoDB does not take this query: error=" + e.getClass().getSimpleName());
        }
    }

    private Page list(String collection, Query query, String fingerprint, Optional<PageEnd> after) {
        return database.call("list", () -> {
            ListPipeline pipeline = new ListPipeline(collection, query, isIndexed(collection, query), reader.fields());
            List<BsonDocument> found = found(pipeline, after);
            List<IndexEntry> entries = found.stream()
                    .limit(query.limit())
                    .map(document -> reader.listed(collection, document))
                    .toList();
            return new Page(
                    entries,
                    found.size() > query.limit()
                            ? Optional.of(
                                    pipeline.end(found.get(query.limit() - 1)).encode(fingerprint))
                            : Optional.empty());
        });
    }

    private List<BsonDocument> found(ListPipeline pipeline, Optional<PageEnd> after) {
        Optional<Cut> cut = pipeline.query().asOf().map(moment -> moments.cut(pipeline.collection(), moment));
        List<BsonDocument> found = inOrder(pipeline, cut, after);
        OptionalLong keptFrom = remarks(found)
                .filter(remark -> remark.containsKey(VersionPruning.KEPT_FROM))
                .mapToLong(remark -> remark.getInt64(VersionPruning.KEPT_FROM).getValue())
                .findFirst();
        if (cut.isPresent() && keptFrom.isPresent() && cut.get().cv() < keptFrom.getAsLong()) {
            throw new Invalid("retention.ver has removed versions of that moment from the index: asOf="
                    + pipeline.query().asOf().orElseThrow() + " keptFrom=" + AsOf.cv(new Cv(keptFrom.getAsLong())));
        }
        return withoutRepeated(found);
    }

    private List<BsonDocument> inOrder(ListPipeline pipeline, Optional<Cut> cut, Optional<PageEnd> after) {
        try {
            List<BsonDocument> found = run(pipeline, cut, after);
            return pipeline.isUnordered(found) ? run(pipeline.computing(), cut, after) : found;
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != MongoErrors.BAD_VALUE) {
                throw e;
            }
            return run(pipeline.computing(), cut, after); // The server does not sort by two lists of one item.
        }
    }

    private List<BsonDocument> run(ListPipeline pipeline, Optional<Cut> cut, Optional<PageEnd> after) {
        return database.heads(pipeline.collection())
                .aggregate(cut.map(moment -> pipeline.asOf(moment, after)).orElseGet(() -> pipeline.present(after)))
                .allowDiskUse(true)
                .batchSize(ListPipeline.DOCUMENTS_MAX)
                .into(new ArrayList<>());
    }

    private static boolean isItem(BsonDocument found) {
        return found.containsKey("_id");
    }

    private static Stream<BsonDocument> remarks(List<BsonDocument> found) {
        return found.stream().filter(document -> !isItem(document));
    }

    /** A version that was both, the latest one and ended, while it was read stands twice, beside itself. */
    private static List<BsonDocument> withoutRepeated(List<BsonDocument> sorted) {
        Set<String> seen = new HashSet<>();
        return sorted.stream()
                .filter(document -> isItem(document) && seen.add(EntryReader.item(document)))
                .toList();
    }

    private boolean isIndexed(String collection, Query query) {
        CollectionMap map = settings.maps().apply(collection);
        return map.paths()
                .containsAll(SortKey.properties(query).stream().map(Field::path).toList());
    }

    @Override
    public long visibleUpTo(int partition) {
        return progress.read(partition).progress().next();
    }
}
