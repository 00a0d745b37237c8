package io.chronosdb.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.port.Measure.Count;
import io.chronosdb.port.Measure.Sum;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CountsTest {
    @Test
    void counts_add_up_rule_by_rule() {
        Counts a = new Counts(1, 2, 3, Map.of("n", new Count(1), "sum", sum("0.1"), "u", Uniques.of(1, 2)));
        Counts b =
                new Counts(10, 20, 30, Map.of("n", new Count(2), "sum", sum("0.2"), "u", Uniques.of(2), "x", sum("1")));

        Totals both = new Totals(
                11,
                22,
                33,
                Map.of(
                        "n",
                        BigDecimal.valueOf(3),
                        "sum",
                        new BigDecimal("0.3"),
                        "u",
                        BigDecimal.valueOf(2),
                        "x",
                        BigDecimal.ONE));

        assertThat(a.plus(b).totals()).isEqualTo(both);
        assertThat(b.plus(a).totals()).isEqualTo(both);
        assertThat(a.plus(Counts.NONE)).isEqualTo(a);
    }

    @Test
    void measures_of_different_kinds_are_not_mixed_whatever_the_order() {
        List<Measure> kinds = List.of(new Count(7), sum("8"), Uniques.of(9));

        for (int i = 0; i < kinds.size(); i++) {
            for (int j = i + 1; j < kinds.size(); j++) {
                assertThat(kinds.get(i).plus(kinds.get(j))).isEqualTo(kinds.get(j));
                assertThat(kinds.get(j).plus(kinds.get(i))).isEqualTo(kinds.get(j));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"12.50,12.50", "-3,-3", "1E+3,1000", "0.000,0.000", "1e-50,1E-50", "1e49,1E49"})
    void a_number_is_summed_with_its_digits(BigDecimal number, BigDecimal sum) {
        assertThat(Sum.of(number).number()).isEqualByComparingTo(sum);
        assertThat(Sum.of(number).number().scale()).isGreaterThanOrEqualTo(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1E+50", "1E-51", "1E+2147483647", "1E-2147483647"})
    void a_number_that_would_fill_the_memory_is_passed_over(String number) {
        assertThat(Sum.of(new BigDecimal(number))).isEqualTo(Sum.ZERO);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T23:59:59.999999Z,2026-03-01,2026-02-23,2026-03-01",
        "2026-03-02T00:00:00Z,2026-03-02,2026-03-02,2026-03-01",
        "2027-01-03T12:00:00Z,2027-01-03,2026-12-28,2027-01-01"
    })
    void windows_are_days_iso_weeks_and_months_in_utc(Instant time, LocalDate day, LocalDate week, LocalDate month) {
        assertThat(Window.DAY.startOf(time)).isEqualTo(day);
        assertThat(Window.WEEK.startOf(time)).isEqualTo(week);
        assertThat(Window.MONTH.startOf(time)).isEqualTo(month);
    }

    @Test
    void a_period_begins_with_its_window() {
        assertThat(Window.MONTH.before(LocalDate.of(2026, 1, 1), 2)).isEqualTo(LocalDate.of(2025, 11, 1));
        assertThatThrownBy(() -> new Period(Window.WEEK, LocalDate.of(2026, 3, 3)))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("start=2026-03-03");
    }

    private static Sum sum(String number) {
        return new Sum(new BigDecimal(number));
    }
}
