package io.chronosdb.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Kept;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

    /** Written once, never edited: every later build must read it, since a log may be made again from it. */
    private static final String OF_0_1 =
            "{\"_system\":{\"ov\":1,\"cv\":4,\"op\":\"enrich\",\"at\":\"2026-11-23T03:11:27.123456Z\","
                    + "\"insertedAt\":\"2026-11-22T03:11:27.000000Z\",\"updatedAt\":\"2026-11-23T03:11:27.123456Z\",\"actor\":\"ann\","
                    + "\"reason\":\"why\",\"commandId\":\"id-1\",\"headers\":{\"a\":\"1\"},\"functionIds\":[\"f@1\",\"g\"],"
                    + "\"parentId\":\"p\",\"parentCollection\":\"c1\",\"originId\":\"o\",\"originCollection\":\"c2\",\"restoredFrom\":0,"
                    + "\"sha256\":\"015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862\"},\"a\":1}";

    @Test
    void a_version_comes_back_from_its_document_also_from_one_of_the_first_release() {
        Version version = ItemDocument.decode(OF_0_1.getBytes(StandardCharsets.UTF_8))
                .version(new ItemKey("c", "i"), Kept.ALL, Map.of());

        assertThat(version)
                .isEqualTo(new Version(
                        new ItemKey("c", "i"),
                        new Ov(1),
                        new Cv(4),
                        Op.ENRICH,
                        Instant.parse("2026-11-23T03:11:27.123456Z"),
                        Instant.parse("2026-11-22T03:11:27Z"),
                        new Provenance(
                                Optional.of("ann"),
                                Optional.of("why"),
                                Optional.of("id-1"),
                                Map.of("a", "1"),
                                List.of("f@1", "g")),
                        new Lineage(Optional.of(new ItemKey("c1", "p")), Optional.of(new ItemKey("c2", "o"))),
                        Optional.of(new Ov(0)),
                        Kept.ALL,
                        Optional.of(payload("{\"a\":1}")),
                        Map.of()));
        assertThat(new String(ItemDocument.encode(version), StandardCharsets.UTF_8))
                .isEqualTo(OF_0_1);
        Version deletion = version(Optional.empty());
        assertThat(ItemDocument.decode(ItemDocument.encode(deletion)).version(deletion.item(), Kept.ALL, Map.of()))
                .isEqualTo(deletion);
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
