package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore.Part;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TotalsRecordTest {
    private static final Part PART = new Part("users", 3, 42, new Totals(7, 5, 2, Map.of("vips", 4L, "active", 6L)));

    @Test
    void a_part_is_this_very_text() {
        assertThat(new String(TotalsRecord.encode(PART), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"collection\":\"users\",\"partition\":3,\"next\":42,\"created\":7,\"updated\":5,\"deleted\":2,"
                                + "\"rules\":{\"active\":6,\"vips\":4}}");
        assertThat(TotalsRecord.key(PART)).isEqualTo("users|3");
    }

    @Test
    void what_was_encoded_is_decoded() {
        assertThat(TotalsRecord.decode(TotalsRecord.encode(PART))).isEqualTo(PART);
    }

    @Test
    void a_property_of_a_later_version_is_passed_over() {
        byte[] later =
                bytes("{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0,"
                        + "\"rules\":{},\"since\":\"2030\"}");

        assertThat(TotalsRecord.decode(later)).isEqualTo(new Part("c", 0, 1, new Totals(1, 0, 0, Map.of())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0}",
                "{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":-1,\"updated\":0,\"deleted\":0}",
                "{\"collection\":\"c\",\"partition\":9999999999,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0}",
                "{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0,\"rules\":{\"r\":\"1\"}}"
            })
    void anything_else_is_malformed(String text) {
        assertThatThrownBy(() -> TotalsRecord.decode(bytes(text))).isInstanceOf(MalformedRecord.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
