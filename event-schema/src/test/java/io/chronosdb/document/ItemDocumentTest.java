package io.chronosdb.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ItemDocumentTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ }",
                "{\n}",
                "{\"a\":1}",
                "{ \"a\" : 1.10, \"b\":1e400 }",
                "{\"ü\":\"\\ud83d\\ude00😀\"}",
                "{\"nested\":{\"_system\":1},\"list\":[{},[]]}"
            })
    void a_document_is_cut_out_of_its_item_json_to_the_byte(String json) {
        Payload payload = payload(json);

        byte[] bytes = ItemDocument.encode(version(Optional.of(payload)));

        ItemDocument document = ItemDocument.decode(bytes);
        assertThat(document.payload()).contains(payload);
        assertThat(document.system().path("sha256").asText())
                .isEqualTo(payload.sha256().toString());
        assertThat(Json.parseObject(bytes).path(Json.SYSTEM)).isEqualTo(document.system());
    }

    @Test
    void a_deletion_has_a_system_block_and_nothing_else() {
        byte[] bytes = ItemDocument.encode(version(Optional.empty()));

        assertThat(ItemDocument.decode(bytes).payload()).isEmpty();
        assertThat(ItemDocument.decode(bytes).system().path("op").asText()).isEqualTo("delete");
        assertThat(Json.parseObject(bytes).size()).isEqualTo(1);
    }

    @Test
    void a_changed_byte_is_noticed() {
        byte[] bytes = ItemDocument.encode(version(Optional.of(payload("{\"a\":1}"))));
        bytes[bytes.length - 2] = '2';

        assertThatThrownBy(() -> ItemDocument.decode(bytes))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("hash");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1}x",
                "{\"_system\":{}}",
                "{\"a\":NaN}",
                "{'a':1}",
                "{\"a\":01}"
            })
    void what_is_no_document_is_refused_without_being_quoted(String json) {
        assertThatThrownBy(() -> payload(json)).isInstanceOf(Invalid.class);
    }

    @Test
    void nesting_is_bounded() {
        String deepest = "{\"a\":".repeat(99) + "{}" + "}".repeat(99);
        String tooDeep = "{\"a\":".repeat(100) + "{}" + "}".repeat(100);

        assertThat(payload(deepest).size()).isPositive();
        assertThatThrownBy(() -> payload(tooDeep)).isInstanceOf(Invalid.class).hasMessageContaining("100");
    }

    @Test
    void bytes_that_are_not_utf_8_are_refused() {
        byte[] bytes = "{\"a\":\"x\"}".getBytes(StandardCharsets.UTF_8);
        bytes[6] = (byte) 0xff;

        assertThatThrownBy(() -> Payload.of(bytes)).isInstanceOf(Invalid.class);
    }

    private static Payload payload(String json) {
        return Payload.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Version version(Optional<Payload> payload) {
        Instant at = Instant.parse("2026-11-23T03:11:27.123456Z");
        return new Version(
                new ItemKey("c", "i"),
                new Ov(1),
                new Cv(2),
                payload.isPresent() ? Op.UPDATE : Op.DELETE,
                at,
                at,
                Provenance.NONE,
                payload);
    }
}
