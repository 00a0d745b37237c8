package io.chronosdb.mongo;

import io.chronosdb.document.Field;

/** Where versions of items lie, and where their fields are there. */
enum Place {
    /** The latest version of every item. */
    HEADS("_id", "ov", "updatedAt"), // The same time as "at", with an index.
    /** The versions that were the latest once. */
    VERSIONS("_id.id", "_id.ov", "at");

    private final String id;
    private final String ov;
    private final String at;

    Place(String id, String ov, String at) {
        this.id = id;
        this.ov = ov;
        this.at = at;
    }

    /** The path of the item's id. */
    String id() {
        return id;
    }

    /** The path of the time of the version. */
    String at() {
        return at;
    }

    /** The path of a field. */
    String path(Field field) {
        if (!field.system()) {
            return "meta." + BsonJson.path(field.path());
        }
        return switch (field.path()) {
            case "id" -> id;
            case "ov" -> ov;
            case "at", "updatedAt" -> at;
            default -> field.path();
        };
    }
}
