package io.chronosdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.testkit.index.DocumentGenerator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DocumentDiffTest {
    private static final int ROUNDS = 5_000;

    @Test
    void a_patch_says_what_was_added_removed_and_replaced() {
        assertThat(diff("{\"a\":1,\"b\":[1,2,3],\"c\":true}", "{\"a\":2,\"b\":[1,3],\"d\":{\"e\":null}}"))
                .isEqualTo(
                        "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":2},{\"op\":\"remove\",\"path\":\"/b/1\"},"
                                + "{\"op\":\"remove\",\"path\":\"/c\"},{\"op\":\"add\",\"path\":\"/d\",\"value\":{\"e\":null}}]");
        assertThat(diff("{\"a\":1}", "{\"a\":1}")).isEqualTo("[]");
        assertThat(diff("{}", "{\"a/b\":1,\"~\":2,\"\":3}"))
                .isEqualTo(
                        "[{\"op\":\"add\",\"path\":\"/a~1b\",\"value\":1},{\"op\":\"add\",\"path\":\"/~0\",\"value\":2},"
                                + "{\"op\":\"add\",\"path\":\"/\",\"value\":3}]");
    }

    @Test
    void numbers_are_equal_if_their_values_are_and_keep_their_digits() {
        assertThat(diff("{\"a\":1,\"b\":[1.0,2]}", "{\"a\":1.00,\"b\":[1,2e0]}"))
                .isEqualTo("[]");
        assertThat(diff("{\"a\":1}", "{\"a\":1.10}"))
                .isEqualTo("[{\"op\":\"replace\",\"path\":\"/a\",\"value\":1.10}]");
        assertThat(diff("{\"a\":123456789012345678901234567890.1}", "{\"a\":123456789012345678901234567890.2}"))
                .contains("123456789012345678901234567890.2");
    }

    @Test
    void the_patch_applied_to_one_document_gives_the_other() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Random random = new Random(seed);
            DocumentGenerator documents = new DocumentGenerator(random);
            ObjectNode from = odd(documents.document(), random);
            ObjectNode to =
                    odd(random.nextInt(4) == 0 ? documents.document() : changed(from, documents, random), random);

            ArrayNode patch = DocumentDiff.between(from, to);

            assertThat(byValue(applied(patch, from)))
                    .as("seed=%d from=%s to=%s patch=%s", seed, from, to, patch)
                    .isEqualTo(byValue(to));
        }
    }

    @Test
    void a_long_array_is_replaced_as_a_whole() {
        ObjectNode from = Json.object();
        ObjectNode to = Json.object();
        for (int i = 0; i < 200_000; i++) {
            from.withArray("long").add(i);
            to.withArray("long").add(-i);
        }
        from.put("n", 1);
        to.put("n", 2);

        ArrayNode patch = DocumentDiff.between(from, to);

        assertThat(patch).hasSize(2);
        assertThat(applied(patch, from).toString()).isEqualTo(to.toString());
        assertThat(DocumentDiff.between(from, from.deepCopy())).isEmpty();
    }

    /** With names that pointers have to escape, or could take for something else. */
    private static ObjectNode odd(ObjectNode document, Random random) {
        for (String name : List.of("", "/", "~", "~1", "~2", "-", "id=1", "~2=2", "a b")) {
            if (random.nextInt(5) == 0) {
                document.set(
                        name,
                        Json.MAPPER.createArrayNode().add(random.nextInt(2)).add("x"));
            }
        }
        return document;
    }

    private static ObjectNode changed(ObjectNode from, DocumentGenerator documents, Random random) {
        ObjectNode to = from.deepCopy();
        documents.document().properties().stream()
                .limit(1 + random.nextInt(3))
                .forEach(property -> to.set(property.getKey(), property.getValue()));
        to.forEach(value -> {
            if (value instanceof ArrayNode array && !array.isEmpty() && random.nextBoolean()) {
                array.remove(random.nextInt(array.size()));
            }
        });
        return to;
    }

    /** RFC 6902, the three operations; on its own, so that it does not share the library's mistakes. */
    private static JsonNode applied(ArrayNode patch, ObjectNode to) {
        JsonNode document = to.deepCopy();
        for (JsonNode operation : patch) {
            JsonPointer path = JsonPointer.compile(operation.path("path").asText());
            String op = operation.path("op").asText();
            if (path.matches()) {
                assertThat(op).isEqualTo("replace");
                document = operation.get("value");
                continue;
            }
            JsonNode parent = document.at(path.head());
            JsonPointer last = path.last();
            if (parent instanceof ObjectNode object) {
                String name = last.getMatchingProperty();
                assertThat(object.has(name)).isEqualTo(!op.equals("add"));
                if (op.equals("remove")) {
                    object.remove(name);
                } else {
                    object.set(name, operation.get("value"));
                }
            } else if (parent instanceof ArrayNode array) {
                int index = last.getMatchingIndex();
                assertThat(index).isBetween(0, op.equals("add") ? array.size() : array.size() - 1);
                switch (op) {
                    case "add" -> array.insert(index, operation.get("value"));
                    case "remove" -> array.remove(index);
                    default -> array.set(index, operation.get("value"));
                }
            }
        }
        return document;
    }

    private static JsonNode byValue(JsonNode json) {
        if (json.isNumber()) {
            return DecimalNode.valueOf(json.decimalValue());
        }
        if (json instanceof ObjectNode object) {
            object.properties().forEach(property -> property.setValue(byValue(property.getValue())));
        } else if (json instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, byValue(array.get(i)));
            }
        }
        return json;
    }

    private static String diff(String from, String to) {
        return DocumentDiff.between(parse(from), parse(to)).toString();
    }

    private static ObjectNode parse(String json) {
        return Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
    }
}
