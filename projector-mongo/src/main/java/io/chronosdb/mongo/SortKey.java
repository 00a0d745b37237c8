package io.chronosdb.mongo;

import io.chronosdb.document.Field;
import io.chronosdb.document.Query;
import io.chronosdb.document.Query.Order;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * One key of a sort: a path whose values are scalars, or missing, which is null.
 *
 * @param typed whether it always has a value, of one type: no cases to tell apart
 */
record SortKey(String path, boolean ascending, boolean typed) {
    /** The keys of a query's sort; the last one is the item's id. */
    static List<SortKey> of(Query query, Place place) {
        List<SortKey> keys = new ArrayList<>();
        boolean ascending = true;
        for (Order order : query.sort()) {
            String path = place.path(order.field());
            ascending = order.ascending();
            if (path.equals(place.id())) {
                break; // It is unique: nothing behind it orders anything.
            }
            keys.add(new SortKey(path, ascending, order.field().system()));
        }
        keys.add(new SortKey(place.id(), ascending, true));
        return keys;
    }

    /** The property fields of the keys that {@link #of} gives. */
    static List<Field> properties(Query query) {
        List<Field> fields = new ArrayList<>();
        for (Order order : query.sort()) {
            if (Place.HEADS.path(order.field()).equals(Place.HEADS.id())) {
                break;
            }
            if (!order.field().system()) {
                fields.add(order.field());
            }
        }
        return fields;
    }

    SortKey at(String otherPath) {
        return new SortKey(otherPath, ascending, typed);
    }

    /** The value itself. */
    BsonDocument equal(BsonValue value) {
        return Bsons.isScalar(path, value);
    }

    /** The values behind this one: null, numbers, texts, booleans is their order, and the reverse of it. */
    BsonDocument behind(BsonValue value) {
        return Bsons.or(ascending ? above(value) : below(value));
    }

    /** The value itself and those behind: what an index can start from. */
    BsonDocument from(BsonValue value) {
        if (typed) {
            return Bsons.is(path, ascending ? "$gte" : "$lte", value);
        }
        List<BsonDocument> either = new ArrayList<>(List.of(equal(value)));
        either.addAll(ascending ? above(value) : below(value));
        return Bsons.or(either);
    }

    private List<BsonDocument> above(BsonValue value) {
        BsonDocument greater = Bsons.is(path, "$gt", value);
        if (typed) {
            return List.of(greater);
        }
        return switch (value.getBsonType()) {
            case NULL -> List.of(Bsons.is(path, "$ne", value));
            case STRING -> List.of(greater, type("bool"));
            case BOOLEAN -> List.of(greater);
            default -> List.of(greater, type("string"), type("bool"));
        };
    }

    private List<BsonDocument> below(BsonValue value) {
        BsonDocument less = Bsons.is(path, "$lt", value);
        if (typed) {
            return List.of(less);
        }
        return switch (value.getBsonType()) {
            case NULL -> List.of();
            case STRING -> List.of(less, type("number"), equal(BsonNull.VALUE));
            case BOOLEAN -> List.of(less, type("string"), type("number"), equal(BsonNull.VALUE));
            default -> List.of(less, equal(BsonNull.VALUE));
        };
    }

    private BsonDocument type(String type) {
        return Bsons.is(path, "$type", new BsonString(type));
    }
}
