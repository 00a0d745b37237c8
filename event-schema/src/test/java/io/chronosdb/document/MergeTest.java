package io.chronosdb.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.event.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MergeTest {
    @Test
    void objects_merge_and_everything_else_replaces() {
        assertThat(merge("{\"a\":{\"b\":1,\"c\":2},\"d\":1}", "{\"a\":{\"c\":3,\"e\":4},\"d\":{\"x\":1},\"f\":[1]}"))
                .isEqualTo("{\"a\":{\"b\":1,\"c\":3,\"e\":4},\"d\":{\"x\":1},\"f\":[1]}");
        assertThat(merge("{\"a\":1}", "{\"a\":[1]}")).isEqualTo("{\"a\":[1]}");
        assertThat(merge("{\"a\":{\"b\":1}}", "{\"a\":\"text\"}")).isEqualTo("{\"a\":\"text\"}");
        assertThat(merge("{\"a\":{\"b\":1},\"l\":[1]}", "{\"a\":null,\"l\":null,\"n\":null}"))
                .isEqualTo("{\"a\":null,\"l\":null,\"n\":null}");
    }

    @Test
    void arrays_unite_in_order_without_repetition() {
        assertThat(merge("{\"a\":[3,1]}", "{\"a\":[1,2,3.0,2]}")).isEqualTo("{\"a\":[3,1,2]}");
        assertThat(merge("{\"a\":[1]}", "{\"a\":2}")).isEqualTo("{\"a\":[1,2]}");
        assertThat(merge("{\"a\":[{\"x\":[1,{\"y\":1.0}]}]}", "{\"a\":[{\"x\":[1,{\"y\":1}]},{\"x\":[1]}]}"))
                .isEqualTo("{\"a\":[{\"x\":[1,{\"y\":1.0}]},{\"x\":[1]}]}");
        assertThat(merge("{\"a\":[1,1]}", "{\"a\":[2]}"))
                .as("what stood twice is left alone")
                .isEqualTo("{\"a\":[1,1,2]}");
        assertThat(merge("{\"a\":[]}", "{\"a\":[[1],[1],null,null,true,\"1\"]}"))
                .isEqualTo("{\"a\":[[1],null,true,\"1\"]}");
    }

    @Test
    void objects_in_arrays_merge_by_their_text_id() {
        assertThat(merge(
                        "{\"a\":[{\"id\":\"1\",\"x\":1},{\"_id\":\"2\",\"t\":[1]}]}",
                        "{\"a\":[{\"_id\":\"2\",\"t\":[2]},{\"id\":\"3\"},{\"id\":\"1\",\"y\":2}]}"))
                .isEqualTo("{\"a\":[{\"id\":\"1\",\"x\":1,\"y\":2},{\"_id\":\"2\",\"t\":[1,2]},{\"id\":\"3\"}]}");
        assertThat(merge("{\"a\":[{\"id\":1,\"x\":1}]}", "{\"a\":[{\"id\":1,\"x\":2}]}"))
                .as("a number is no id")
                .isEqualTo("{\"a\":[{\"id\":1,\"x\":1},{\"id\":1,\"x\":2}]}");
    }

    @Test
    void what_is_not_touched_keeps_its_text() {
        String document =
                "{\"p\":1.10,\"z\":-0.0,\"e\":1e400,\"i\":-0,\"b\":123456789012345678901234567890,\"s\":\"\\ud800\"}";

        assertThat(merge(document, "{\"n\":1}"))
                .isEqualTo(document.replace("\\ud800", "\\uD800").replace("}", ",\"n\":1}"));
        assertThat(merge("{\"p\":1.10}", "{\"p\":1.1}")).as("equal by value").isEqualTo("same");
    }

    @Test
    void a_patch_that_leads_to_an_equal_document_changes_nothing() {
        assertThat(merge("{\"a\":1}", "{}")).isEqualTo("same");
        assertThat(merge("{\"a\":[1,2]}", "{\"a\":[2,1]}")).isEqualTo("same");
        assertThat(merge("{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"c\":2.0}}")).isEqualTo("same");
        assertThat(merge("{\"a\":1}", "{\"a\":2}", "{\"a\":1}")).isEqualTo("same");
        assertThat(merge("{\"a\":1}")).isEqualTo("same");
        assertThat(merge("{\"n\":1e999999999}", "{\"n\":1E+999999999}")).isEqualTo("same");
    }

    @Test
    void patches_fold_from_left_to_right() {
        assertThat(merge("{\"a\":1}", "{\"a\":[1]}", "{\"a\":2}", "{\"b\":null}"))
                .isEqualTo("{\"a\":[1,2],\"b\":null}");
    }

    @Test
    void a_long_list_into_a_long_list_takes_no_longer_than_both() {
        ObjectNode one = Json.object();
        ObjectNode other = Json.object();
        IntStream.range(0, 100_000).forEach(one.putArray("a")::add);
        IntStream.range(50_000, 150_000).forEach(other.putArray("a")::add);

        Payload merged = Merge.enrich(payload(one), List.of(payload(other))).orElseThrow();

        assertThat(Json.parseObject(merged.json()).path("a")).hasSize(150_000);
    }

    @Test
    void merging_again_changes_nothing_and_loses_nothing_whatever_the_documents() {
        for (long seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            ObjectNode document = (ObjectNode) object(random, 3);
            ObjectNode patch = (ObjectNode) object(random, 3);

            Payload merged =
                    Merge.enrich(payload(document), List.of(payload(patch))).orElseGet(() -> payload(document));

            assertThat(Merge.enrich(merged, List.of(payload(patch))))
                    .as("seed=%d", seed)
                    .isEmpty();
            ObjectNode result = Json.parseObject(merged.json());
            document.fieldNames()
                    .forEachRemaining(name -> assertThat(result.has(name)).isTrue());
            patch.fieldNames()
                    .forEachRemaining(name -> assertThat(result.has(name)).isTrue());
        }
    }

    private static JsonNode object(Random random, int depth) {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(4); i > 0; i--) {
            object.set("p" + random.nextInt(4), value(random, depth - 1));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (depth <= 0 ? random.nextInt(4) : random.nextInt(7)) {
            case 0 -> Json.MAPPER.getNodeFactory().numberNode(random.nextInt(3));
            case 1 -> Json.MAPPER.getNodeFactory().textNode("t" + random.nextInt(3));
            case 2 -> Json.MAPPER.getNodeFactory().booleanNode(random.nextBoolean());
            case 3 -> Json.MAPPER.getNodeFactory().numberNode(random.nextInt(3) / 2.0);
            case 4, 5 -> {
                ArrayNode array = Json.MAPPER.createArrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(random, depth - 1));
                }
                yield array;
            }
            default -> object(random, depth);
        };
    }

    private static String merge(String document, String... patches) {
        Optional<Payload> merged = Merge.enrich(
                payload(document),
                List.of(patches).stream().map(MergeTest::payload).toList());
        return merged.map(payload -> new String(payload.json(), StandardCharsets.UTF_8))
                .orElse("same");
    }

    private static Payload payload(ObjectNode json) {
        return Payload.of(Json.bytes(json));
    }

    private static Payload payload(String json) {
        return Payload.of(json.getBytes(StandardCharsets.UTF_8));
    }
}
