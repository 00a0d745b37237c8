package io.chronosdb.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CollectionMapTest {
    @Test
    void only_what_is_named_is_indexed_in_the_documents_own_shape() {
        CollectionMap map = new CollectionMap(List.of("a", "o.p", "items[].sku", "tags[]"), List.of());

        assertThat(
                        meta(
                                map,
                                "{\"a\":1,\"b\":2,\"o\":{\"p\":3,\"q\":4},\"items\":[{\"sku\":\"x\",\"n\":1},{\"n\":2}],\"tags\":[1,2]}"))
                .isEqualTo("{\"a\":1,\"o\":{\"p\":3},\"items\":[{\"sku\":\"x\"},{}],\"tags\":[1,2]}");
    }

    @Test
    void an_empty_list_indexes_everything_that_a_path_can_name() {
        assertThat(meta(
                        CollectionMap.EVERYTHING,
                        "{\"a\":{\"b\":1,\"$x\":1,\"c.d\":1,\"\":1},\"$where\":1,\"n\\u0000\":1}"))
                .isEqualTo("{\"a\":{\"b\":1}}");
    }

    @Test
    void every_missing_required_property_is_named_at_once() {
        CollectionMap map = new CollectionMap(List.of(), List.of("a", "b", "c.d", "e"));

        assertThat(map.violations(json("{\"a\":\"\",\"b\":null,\"e\":0}")))
                .hasSize(3)
                .allMatch(text -> text.startsWith("a required property is missing"));
    }

    @Test
    void a_path_that_names_nothing_is_refused() {
        for (String path : List.of("", ".", "a..b", "$a", "_system.x", "a.")) {
            assertThatThrownBy(() -> new CollectionMap(List.of(path), List.of()))
                    .as(path)
                    .isInstanceOf(Invalid.class);
        }
    }

    private static String meta(CollectionMap map, String document) {
        return map.meta(json(document)).toString();
    }

    private static com.fasterxml.jackson.databind.node.ObjectNode json(String text) {
        return Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
    }
}
