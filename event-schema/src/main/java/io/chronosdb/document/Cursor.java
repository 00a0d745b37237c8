package io.chronosdb.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Hash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Where a page of a list ended: the last item's sort values and its id. Opaque to callers, and of no use to read
 * anything with: it only says where to go on, in a list that the caller may see anyway.
 *
 * @param values scalars, one per field of the sort
 */
public record Cursor(List<JsonNode> values, String id) {
    private static final int FINGERPRINT_CHARACTERS = 16;

    public Cursor {
        values = List.copyOf(values);
    }

    /**
     * The text that a caller gets: base64url of JSON.
     *
     * @param fingerprint of what it is good for: {@link Query#fingerprint}
     */
    public String encode(String fingerprint) {
        ObjectNode json = Json.object();
        json.put("for", digest(fingerprint));
        json.putArray("values").addAll(values);
        json.put("id", id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
    }

    /**
     * The inverse of {@link #encode}.
     *
     * @param size how many values there must be
     * @throws Invalid if the text is no cursor, or one of another collection, sort or moment
     */
    public static Cursor decode(String text, String fingerprint, int size) {
        ObjectNode json = parse(text);
        List<JsonNode> values = new ArrayList<>();
        json.path("values").forEach(values::add);
        String id = json.path("id").textValue();
        if (id == null || !values.stream().allMatch(JsonNode::isValueNode)) {
            throw new Invalid("not a cursor");
        }
        if (values.size() != size
                || !digest(fingerprint).equals(json.path("for").textValue())) {
            throw new Invalid("the cursor is of another collection, sort or moment");
        }
        return new Cursor(values, id);
    }

    private static ObjectNode parse(String text) {
        try {
            return Json.parseObject(Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | Invalid e) {
            throw new Invalid("not a cursor");
        }
    }

    private static String digest(String fingerprint) {
        return Hash.of(fingerprint.getBytes(StandardCharsets.UTF_8)).toString().substring(0, FINGERPRINT_CHARACTERS);
    }
}
