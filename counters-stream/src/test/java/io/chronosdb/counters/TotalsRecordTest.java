package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.port.Counts;
import io.chronosdb.port.Measure;
import io.chronosdb.port.Period;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.port.Uniques;
import io.chronosdb.port.Window;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TotalsRecordTest {
    private static final Part PART = Part.allTime(
            "users",
            3,
            42,
            new Counts(7, 5, 2, Map.of("vips", new Measure.Count(4), "active", new Measure.Count(6))),
            Map.of(Window.DAY, LocalDate.of(2026, 1, 31), Window.MONTH, LocalDate.of(2025, 2, 1)));
    private static final Part WEEK = Part.in(
            new Period(Window.WEEK, LocalDate.of(2026, 3, 2)),
            "orders",
            0,
            9,
            new Counts(
                    2,
                    0,
                    0,
                    Map.of("revenue", new Measure.Sum(new BigDecimal("12.50")), "customers", Uniques.of(1, 2))));

    @Test
    void totals_in_all_time_are_this_very_text() {
        assertThat(new String(TotalsRecord.encode(PART), StandardCharsets.UTF_8))
                .isEqualTo("{\"collection\":\"users\",\"partition\":3,\"next\":42,"
                        + "\"oldest\":{\"day\":\"2026-01-31\",\"month\":\"2025-02-01\"},"
                        + "\"created\":7,\"updated\":5,\"deleted\":2,\"rules\":{\"active\":6,\"vips\":4}}");
        assertThat(TotalsRecord.key(PART)).isEqualTo("users|3");
    }

    @Test
    void totals_of_a_window_are_this_very_text() {
        assertThat(new String(TotalsRecord.encode(WEEK), StandardCharsets.UTF_8))
                .isEqualTo("{\"collection\":\"orders\",\"partition\":0,\"window\":\"week\",\"start\":\"2026-03-02\","
                        + "\"next\":9,\"created\":2,\"updated\":0,\"deleted\":0,"
                        + "\"rules\":{\"customers\":{\"uniques\":2,\"values\":\"AAAAAAAAAAEAAAAAAAAAAg==\"},"
                        + "\"revenue\":{\"sum\":\"12.50\"}}}");
        assertThat(TotalsRecord.key(WEEK)).isEqualTo("orders|0|week|2026-03-02");
    }

    @Test
    void what_was_encoded_is_decoded() {
        Part many = Part.allTime(
                "c",
                0,
                1,
                new Counts(
                        0,
                        0,
                        0,
                        Map.of("u", Uniques.of(new Random(1).longs(5_000).toArray()))),
                Map.of());

        for (Part part : new Part[] {PART, WEEK, many}) {
            assertThat(TotalsRecord.decode(TotalsRecord.encode(part))).isEqualTo(part);
            assertThat(PartState.decode(PartState.encode(part))).isEqualTo(part);
        }
    }

    @Test
    void state_from_before_there_were_windows_is_read_and_that_of_a_later_version_is_refused() {
        byte[] before =
                bytes("{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0,"
                        + "\"rules\":{\"r\":5}}");

        assertThat(PartState.decode(before).counts()).isEqualTo(new Counts(1, 0, 0, Map.of("r", new Measure.Count(5))));
        assertThatThrownBy(() -> PartState.decode(new byte[] {9, 0})).hasMessageContaining("version=9");
    }

    @Test
    void a_property_of_a_later_version_is_passed_over() {
        byte[] later =
                bytes("{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0,"
                        + "\"rules\":{},\"since\":\"2030\"}");

        assertThat(TotalsRecord.decode(later))
                .isEqualTo(Part.allTime("c", 0, 1, new Counts(1, 0, 0, Map.of()), Map.of()));
    }

    @Test
    void the_largest_record_there_can_be_is_one_that_every_broker_takes() {
        Map<String, Measure> rules = new java.util.HashMap<>();
        Measure most = Uniques.of(new Random(1).longs(100_000).toArray());
        for (int i = 0; i < CounterRule.RULES_MAX; i++) {
            String name = "r".repeat(97) + (100 + i);
            rules.put(name, i < CounterRule.UNIQUE_RULES_MAX ? most : new Measure.Sum(new BigDecimal("9".repeat(130))));
        }

        byte[] record = TotalsRecord.encode(Part.allTime("c".repeat(100), 1, 1, new Counts(1, 1, 1, rules), Map.of()));

        assertThat(record.length).isLessThan(200_000);
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
                "{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0,\"rules\":{\"r\":\"1\"}}",
                "{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0,\"rules\":{\"r\":{\"sum\":\"x\"}}}",
                "{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0,\"rules\":{\"r\":{\"values\":\"AAA=\"}}}",
                "{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0,\"window\":\"hour\",\"start\":\"2026-01-01\"}",
                "{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0,\"window\":\"week\",\"start\":\"2026-01-01\"}",
                "{\"collection\":\"c\",\"partition\":0,\"next\":1,\"created\":1,\"updated\":0,\"deleted\":0,\"oldest\":{\"day\":\"x\"}}"
            })
    void anything_else_is_malformed(String text) {
        assertThatThrownBy(() -> TotalsRecord.decode(bytes(text))).isInstanceOf(MalformedRecord.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
