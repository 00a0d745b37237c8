package io.chronosdb.mongo;

import io.chronosdb.document.Query;
import io.chronosdb.mongo.Moments.Cut;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * The aggregation behind a page of a list. Pages go on behind the values of the last item of the one before (keyset paging),
 * so that a deep page costs no more than the first.
 *
 * <p>As of a moment an item is its head if that is no later, else the version that the moment lies in. The heads are read
 * first: a version gets its end before the next one becomes the head, so none is missed. One that is both, for that instant, is
 * given twice.
 *
 * <p>Behind the items stand remarks: documents without {@code _id}, which the server reads when it has the items. They are
 * what else decides about the page, without a second round trip.
 *
 * @param byIndex whether the paths are sorted by as they are stored, which an index may do; right unless
 *     {@link #isUnordered}. Else by values that are computed of every item that the filter leaves: lists, objects and what is
 *     within lists count as null then
 * @param fields what is read of every item beside the keys
 */
record ListPipeline(String collection, Query query, boolean byIndex, List<String> fields) {
    /** Of items, and of the remark about one: the paths where it has a list or an object. */
    private static final String UNORDERED = "unordered";

    /** How many documents there are at most. */
    static final int DOCUMENTS_MAX = 2 * (Query.LIMIT_MAX + 1) + 3;

    /** Whether what was found is not in order: an item, on the page or not, is not what the index was assumed to have. */
    boolean isUnordered(List<BsonDocument> found) {
        return isOrderAssumed()
                && found.stream()
                        .filter(document -> document.containsKey(UNORDERED))
                        .flatMap(document -> document.getArray(UNORDERED).stream())
                        .anyMatch(sortedBy()::contains);
    }

    /** The same by computed values. */
    ListPipeline computing() {
        return new ListPipeline(collection, query, false, fields);
    }

    /** The name of the computed value of a key. */
    private static String computed(int key) {
        return "k" + key;
    }

    /** At most {@code limit + 1} heads, with the values of the keys. */
    List<BsonDocument> present(Optional<PageEnd> after) {
        List<BsonDocument> stages = new ArrayList<>(branch(Place.HEADS, Bsons.everything(), after));
        stages.addAll(unordered(Part.HEAD));
        return stages;
    }

    /**
     * At most {@code limit + 1} heads and as many versions, in one order, with the values of the keys. The last remark says
     * {@link VersionPruning#KEPT_FROM}, which rises before anything is pruned, if anything ever was.
     */
    List<BsonDocument> asOf(Cut cut, Optional<PageEnd> after) {
        List<BsonDocument> stages = new ArrayList<>(branch(Place.HEADS, begun(cut, Place.HEADS), after));
        stages.add(union(Part.VERSIONS, versions(cut, after)));
        stages.add(stage("$sort", order(computedKeys(Place.HEADS))));
        stages.addAll(unordered(Part.HEAD));
        stages.addAll(unordered(Part.VERSIONS));
        stages.add(remark(Part.COUNTER, Bsons.is("_id", "$eq", new BsonString(collection)), VersionPruning.KEPT_FROM));
        return stages;
    }

    private List<BsonDocument> unordered(Part part) {
        return isOrderAssumed() ? List.of(remark(part, Bsons.is(UNORDERED, "$in", sortedBy()), UNORDERED)) : List.of();
    }

    private boolean isOrderAssumed() {
        return byIndex && !sortedBy().isEmpty();
    }

    /** The properties. */
    private BsonArray sortedBy() {
        return new BsonArray(SortKey.properties(query).stream()
                .map(field -> new BsonString(field.path()))
                .toList());
    }

    private BsonDocument remark(Part part, BsonDocument of, String field) {
        BsonDocument said = new BsonDocument("_id", new BsonInt32(0)).append(field, new BsonInt32(1));
        return union(part, List.of(stage("$match", of), stage("$limit", new BsonInt32(1)), stage("$project", said)));
    }

    private BsonDocument union(Part part, List<BsonDocument> stages) {
        return stage(
                "$unionWith",
                new BsonDocument("coll", new BsonString(part.of(collection)))
                        .append("pipeline", new BsonArray(stages)));
    }

    /** What the items were that have changed since. */
    List<BsonDocument> versions(Cut cut, Optional<PageEnd> after) {
        BsonDocument ended = Bsons.is(EntryDocuments.UNTIL_CV, "$gt", new BsonInt64(cut.cv()));
        return branch(Place.VERSIONS, Bsons.and(List.of(begun(cut, Place.VERSIONS), ended)), after);
    }

    private static BsonDocument begun(Cut cut, Place place) {
        return Bsons.and(List.of(
                Bsons.is("cv", "$lte", new BsonInt64(cut.cv())),
                cut.at().map(at -> Bsons.is(place.at(), "$lte", at)).orElseGet(Bsons::everything)));
    }

    private List<BsonDocument> branch(Place place, BsonDocument moment, Optional<PageEnd> after) {
        BsonDocument filter = Bsons.and(List.of(
                FilterToBson.translate(query.filter(), place),
                moment,
                query.includeDeleted()
                        ? Bsons.exists(EntryDocuments.GONE, false)
                        : Bsons.is("deleted", "$eq", BsonBoolean.FALSE)));
        BsonInt32 limit = new BsonInt32(query.limit() + 1);
        List<SortKey> keys = SortKey.of(query, place);
        if (byIndex) {
            BsonDocument rest = after.map(end -> behind(keys, end)).orElseGet(() -> anywhere(place, keys.get(0)));
            return List.of(
                    stage("$match", Bsons.and(List.of(filter, rest))),
                    stage("$sort", order(keys)),
                    stage("$limit", limit),
                    stage("$project", projection(keys)));
        }
        List<SortKey> computed = computedKeys(place);
        return List.of(
                stage("$match", filter),
                stage("$project", projection(keys)),
                stage("$match", after.map(end -> behind(computed, end)).orElseGet(Bsons::everything)),
                stage("$sort", order(computed)),
                stage("$limit", limit));
    }

    /** Where a page ends whose last item this is. */
    PageEnd end(BsonDocument last) {
        List<BsonValue> values = new ArrayList<>();
        for (int i = 0; i < SortKey.of(query, Place.HEADS).size(); i++) {
            values.add(last.get(computed(i), BsonNull.VALUE));
        }
        return new PageEnd(values);
    }

    private List<SortKey> computedKeys(Place place) {
        List<SortKey> computed = new ArrayList<>();
        for (SortKey key : SortKey.of(query, place)) {
            computed.add(key.at(computed(computed.size())));
        }
        return computed;
    }

    private BsonDocument projection(List<SortKey> keys) {
        BsonDocument projection = new BsonDocument();
        fields.forEach(field -> projection.append(field, new BsonInt32(1)));
        if (isOrderAssumed()) {
            projection.append(UNORDERED, new BsonInt32(1));
        }
        for (int i = 0; i < keys.size(); i++) {
            String path = keys.get(i).path();
            projection.append(
                    computed(i), byIndex || keys.get(i).typed() ? new BsonString("$" + path) : scalarAt(path));
        }
        return projection;
    }

    /** The value if it is a scalar, else null. A path into lists gives a list. */
    private static BsonDocument scalarAt(String path) {
        BsonString value = new BsonString("$" + path);
        BsonArray unordered =
                new BsonArray(List.of(new BsonString("missing"), new BsonString("array"), new BsonString("object")));
        return new BsonDocument(
                "$cond",
                new BsonArray(List.of(
                        new BsonDocument("$in", new BsonArray(List.of(new BsonDocument("$type", value), unordered))),
                        BsonNull.VALUE,
                        value)));
    }

    private static BsonDocument order(List<SortKey> keys) {
        BsonDocument order = new BsonDocument();
        keys.forEach(key -> order.append(key.path(), new BsonInt32(key.ascending() ? 1 : -1)));
        return order;
    }

    /**
     * True for everything. The server checks conditions on an index's later fields, as those of versions have, within the
     * index only if there is one on its first field.
     */
    private static BsonDocument anywhere(Place place, SortKey first) {
        return place == Place.VERSIONS ? Bsons.is(first.path(), "$gte", new BsonMinKey()) : Bsons.everything();
    }

    /** Everything behind an end: equal in the first n keys and behind in the next one, for some n. */
    private static BsonDocument behind(List<SortKey> keys, PageEnd end) {
        List<BsonDocument> either = new ArrayList<>();
        List<BsonDocument> equal = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            BsonValue value = end.values().get(i);
            List<BsonDocument> all = new ArrayList<>(equal);
            all.add(keys.get(i).behind(value));
            either.add(Bsons.and(all));
            equal.add(keys.get(i).equal(value));
        }
        // The first part follows from the second; it is what an index can start from.
        return Bsons.and(List.of(keys.get(0).from(end.values().get(0)), Bsons.or(either)));
    }

    private static BsonDocument stage(String name, BsonValue content) {
        return new BsonDocument(name, content);
    }
}
