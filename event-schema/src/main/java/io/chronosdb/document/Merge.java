package io.chronosdb.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.event.Payload;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an enrichment makes of a document. Objects merge key by key. Arrays unite: elements keep their order, a new one is
 * appended, an equal one is not repeated; objects with the same text {@code id} (or {@code _id}) merge. A single value into
 * an array counts as an array of one. Null overwrites, anything else replaces. Numbers compare by value, and what is not
 * touched keeps its text.
 */
public final class Merge {
    private Merge() {}

    /**
     * Folds patches into a document, left to right.
     *
     * @return the new document; nothing if it would be equal to the old one
     */
    public static Optional<Payload> enrich(Payload document, List<Payload> patches) {
        ObjectNode merged = ExactJson.parse(document);
        patches.forEach(patch -> object(merged, ExactJson.parse(patch)));
        return ExactJson.equal(merged, ExactJson.parse(document))
                ? Optional.empty()
                : Optional.of(ExactJson.write(merged));
    }

    private static JsonNode value(JsonNode base, JsonNode patch) {
        if (patch.isNull()) {
            return patch;
        }
        if (base instanceof ObjectNode object && patch instanceof ObjectNode properties) {
            object(object, properties);
            return object;
        }
        if (base instanceof ArrayNode array) {
            unite(array, patch instanceof ArrayNode elements ? elements : List.of(patch));
            return array;
        }
        return ExactJson.equal(base, patch) ? base : patch;
    }

    private static void object(ObjectNode base, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> property : patch.properties()) {
            JsonNode present = base.get(property.getKey());
            base.set(property.getKey(), present == null ? property.getValue() : value(present, property.getValue()));
        }
    }

    /**
     * By canonical texts: a list of a hundred thousand into another one may not take ten thousand million comparisons, also not
     * where somebody has chosen its elements so that their hashes are the same. Texts have an order, which sets use then.
     */
    private static void unite(ArrayNode base, Iterable<JsonNode> patch) {
        Map<String, Integer> byId = new HashMap<>();
        Set<String> others = new HashSet<>();
        for (int i = 0; i < base.size(); i++) {
            Optional<String> id = id(base.get(i));
            if (id.isPresent()) {
                byId.putIfAbsent(id.get(), i);
            } else {
                others.add(ExactJson.canonical(base.get(i)));
            }
        }
        for (JsonNode element : patch) {
            Optional<String> id = id(element);
            if (id.isPresent()) {
                Integer at = byId.putIfAbsent(id.get(), base.size());
                if (at == null) {
                    base.add(element);
                } else {
                    base.set(at, value(base.get(at), element));
                }
            } else if (others.add(ExactJson.canonical(element))) {
                base.add(element);
            }
        }
    }

    private static Optional<String> id(JsonNode element) {
        for (String name : List.of("id", "_id")) {
            if (element.isObject() && element.path(name).isTextual()) {
                return Optional.of(name + ":" + element.path(name).textValue());
            }
        }
        return Optional.empty();
    }
}
