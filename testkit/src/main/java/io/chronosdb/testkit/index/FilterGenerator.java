package io.chronosdb.testkit.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.chronosdb.document.Json;
import java.util.List;
import java.util.Random;

/** Filters and sorts over what {@link DocumentGenerator} makes, as callers write them. */
public final class FilterGenerator {
    private static final List<String> SYSTEM = List.of("ov", "cv", "op", "actor", "deletedAt", "updatedAt", "at", "id");
    private static final List<String> SORTABLE_SYSTEM = List.of("cv", "updatedAt", "createdAt", "id");
    private static final List<String> OPERATORS = List.of("$eq", "$ne", "$gt", "$gte", "$lt", "$lte");
    private static final int DEPTH_MAX = 3;

    private final Random random;
    private final DocumentGenerator documents;
    private final List<String> paths;

    /** @param paths of properties, that the collection indexes */
    public FilterGenerator(Random random, List<String> paths) {
        this.random = random;
        this.documents = new DocumentGenerator(random);
        this.paths = paths;
    }

    public ObjectNode filter() {
        return filter(0);
    }

    /** A sort by up to three fields, perhaps none. */
    public ObjectNode sort() {
        ObjectNode sort = Json.object();
        for (int i = random.nextInt(4); i > 0; i--) {
            String field = random.nextInt(3) == 0 ? "_system." + one(SORTABLE_SYSTEM) : one(paths);
            sort.set(field, IntNode.valueOf(random.nextBoolean() ? 1 : -1));
        }
        return sort;
    }

    private ObjectNode filter(int depth) {
        ObjectNode filter = Json.object();
        switch (depth < DEPTH_MAX ? random.nextInt(8) : 7) {
            case 0 -> filter.set("$and", filters(depth));
            case 1 -> filter.set("$or", filters(depth));
            case 2 -> filter.set("$not", filter(depth + 1));
            case 3 -> filter.setAll(system());
            default -> filter.set(one(paths), condition());
        }
        return filter;
    }

    private ArrayNode filters(int depth) {
        ArrayNode filters = Json.MAPPER.createArrayNode();
        for (int i = random.nextInt(3); i >= 0; i--) {
            filters.add(filter(depth + 1));
        }
        return filters;
    }

    private JsonNode condition() {
        ObjectNode condition = Json.object();
        switch (random.nextInt(7)) {
            case 0 -> {
                return documents.scalar();
            }
            case 1 -> condition.put("$exists", random.nextBoolean());
            case 2 -> condition.set(random.nextBoolean() ? "$in" : "$nin", scalars());
            case 3 -> condition.put("$regex", "^" + prefix());
            case 4 -> condition.set("$not", Json.object().set("$lte", ordered()));
            default -> {
                String operator = one(OPERATORS);
                condition.set(
                        operator, operator.endsWith("q") || operator.endsWith("ne") ? documents.scalar() : ordered());
            }
        }
        return condition;
    }

    private ObjectNode system() {
        String field = one(SYSTEM);
        JsonNode value = switch (field) {
            case "ov", "cv" -> LongNode.valueOf(random.nextInt(6));
            case "op" -> TextNode.valueOf(one(List.of("create", "update", "delete")));
            case "actor", "id" -> TextNode.valueOf(one(List.of("ada", "bob", "i1", "i2")));
            default -> TextNode.valueOf("2026-01-01T00:00:0" + random.nextInt(5) + "Z");
        };
        return Json.object().set("_system." + field, Json.object().set(one(OPERATORS), value));
    }

    private ArrayNode scalars() {
        ArrayNode scalars = Json.MAPPER.createArrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            scalars.add(documents.scalar());
        }
        return scalars;
    }

    private JsonNode ordered() {
        JsonNode value = documents.scalar();
        return value.isNull() ? ordered() : value;
    }

    private String prefix() {
        JsonNode value = ordered();
        return (value.isTextual() ? value.textValue() : "a").replaceAll("[\\\\.*+?()\\[\\]{}|^$]", "\\\\$0");
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
