package io.chronosdb.mongo;

import io.chronosdb.document.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * The aggregation behind a page of a list. Pages go on behind the values of the last item of the one before (keyset paging),
 * so that a deep page costs no more than the first.
 *
 * @param keys the sort, with the id as its last
 * @param byIndex whether the paths are sorted by as they are stored, which an index may do; else by values that are
 *     computed of every head that the filter leaves: lists, objects and what is within lists count as null then
 */
record ListPipeline(Query query, List<SortKey> keys, boolean byIndex) {
    /** The name of the computed value of a key. */
    private static String computed(int key) {
        return "k" + key;
    }

    /** At most {@code limit + 1} heads, with the values of the keys. */
    List<BsonDocument> stages(Optional<PageEnd> after) {
        BsonDocument filter = Bsons.and(List.of(
                FilterToBson.translate(query.filter()),
                query.includeDeleted() ? Bsons.everything() : Bsons.is("deleted", "$eq", BsonBoolean.FALSE)));
        BsonInt32 limit = new BsonInt32(query.limit() + 1);
        if (byIndex) {
            BsonDocument rest = after.map(end -> behind(keys, end)).orElseGet(Bsons::everything);
            return List.of(
                    stage("$match", Bsons.and(List.of(filter, rest))),
                    stage("$sort", order(keys)),
                    stage("$limit", limit),
                    stage("$project", projection()));
        }
        List<SortKey> computed = computedKeys();
        return List.of(
                stage("$match", filter),
                stage("$project", projection()),
                stage("$match", after.map(end -> behind(computed, end)).orElseGet(Bsons::everything)),
                stage("$sort", order(computed)),
                stage("$limit", limit));
    }

    /** Where a page ends whose last head this is. */
    PageEnd end(BsonDocument head) {
        List<BsonValue> values = new ArrayList<>();
        for (int i = 0; i < keys.size() - 1; i++) {
            values.add(head.get(computed(i), BsonNull.VALUE));
        }
        values.add(head.get("_id"));
        return new PageEnd(values);
    }

    private List<SortKey> computedKeys() {
        List<SortKey> computed = new ArrayList<>(keys);
        for (int i = 0; i < keys.size() - 1; i++) {
            computed.set(i, keys.get(i).at(computed(i)));
        }
        return computed;
    }

    private BsonDocument projection() {
        BsonDocument projection = new BsonDocument();
        EntryReader.HEAD_FIELDS.forEach(field -> projection.append(field, new BsonInt32(1)));
        for (int i = 0; i < keys.size() - 1; i++) {
            projection.append(computed(i), scalarAt(keys.get(i).path()));
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
