package io.chronosdb.mongo;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** The few conditions that our queries are made of. Every operator is written here, and every value is one. */
final class Bsons {
    private Bsons() {}

    /** True for everything. */
    static BsonDocument everything() {
        return new BsonDocument();
    }

    static BsonDocument nothing() {
        return nor(everything());
    }

    static BsonDocument is(String path, String operator, BsonValue value) {
        return new BsonDocument(path, new BsonDocument(operator, value));
    }

    static BsonDocument exists(String path, boolean exists) {
        return is(path, "$exists", BsonBoolean.valueOf(exists));
    }

    /**
     * Null, a list with null in it, or not there. Not MongoDB's own equality with null, which also holds where one object of
     * a list lacks the property.
     */
    static BsonDocument isNullOrMissing(String path) {
        return or(List.of(is(path, "$type", new BsonString("null")), exists(path, false)));
    }

    /** Equality of a path that has no lists: null is the same as missing. */
    static BsonDocument isScalar(String path, BsonValue value) {
        return is(path, "$eq", value);
    }

    static BsonDocument and(List<BsonDocument> parts) {
        List<BsonDocument> needed =
                parts.stream().filter(part -> !part.isEmpty()).toList();
        return switch (needed.size()) {
            case 0 -> everything();
            case 1 -> needed.get(0);
            default -> new BsonDocument("$and", new BsonArray(needed));
        };
    }

    static BsonDocument or(List<BsonDocument> parts) {
        return switch (parts.size()) {
            case 0 -> nothing();
            case 1 -> parts.get(0);
            default -> new BsonDocument("$or", new BsonArray(parts));
        };
    }

    static BsonDocument nor(BsonDocument part) {
        return new BsonDocument("$nor", new BsonArray(List.of(part)));
    }
}
