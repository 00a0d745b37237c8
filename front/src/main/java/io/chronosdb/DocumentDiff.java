package io.chronosdb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.DiffFlags;
import com.flipkart.zjsonpatch.JsonDiff;
import io.chronosdb.document.Json;
import java.util.EnumSet;

/**
 * What of one document has to change to make it another: a JSON Patch (RFC 6902) of {@code add}, {@code remove} and
 * {@code replace}. Numbers are equal if their values are, and keep their digits.
 *
 * <p>Arrays are compared element by element, which takes time in the square of their length: one of more than
 * {@link #ELEMENTS_MAX} elements is compared, and replaced, as a whole.
 */
final class DocumentDiff {
    static final int ELEMENTS_MAX = 1_000;

    /** Moves and copies make a patch shorter, and hard to read. */
    private static final EnumSet<DiffFlags> PLAIN =
            EnumSet.of(DiffFlags.OMIT_MOVE_OPERATION, DiffFlags.OMIT_COPY_OPERATION, DiffFlags.OMIT_VALUE_ON_REMOVE);

    private DocumentDiff() {}

    static ArrayNode between(ObjectNode from, ObjectNode to) {
        ArrayNode patch = (ArrayNode) opened(JsonDiff.asJson(closed(from), closed(to), PLAIN));
        patch.forEach(operation -> ((ObjectNode) operation)
                .put("path", pointer(operation.path("path").textValue())));
        return patch;
    }

    /** The library escapes {@code =}, which means something to it and nothing to RFC 6901. */
    private static String pointer(String path) {
        return path.replace("~2", "=");
    }

    /** With numbers that are equal by value, and without long arrays. */
    private static JsonNode closed(JsonNode json) {
        if (json.isNumber()) {
            return DecimalNode.valueOf(json.decimalValue());
        }
        if (json instanceof ObjectNode object) {
            ObjectNode copy = Json.object();
            object.properties().forEach(property -> copy.set(property.getKey(), closed(property.getValue())));
            return copy;
        }
        if (json instanceof ArrayNode array) {
            ArrayNode copy = Json.MAPPER.createArrayNode();
            array.forEach(element -> copy.add(closed(element)));
            return array.size() > ELEMENTS_MAX ? new LongArray(copy) : copy;
        }
        return json;
    }

    /** The inverse, as far as arrays go. */
    private static JsonNode opened(JsonNode json) {
        if (json instanceof LongArray whole) {
            return opened(whole.array());
        }
        if (json instanceof ObjectNode object) {
            object.properties().forEach(property -> property.setValue(opened(property.getValue())));
        } else if (json instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, opened(array.get(i)));
            }
        }
        return json;
    }
}
