package io.chronosdb.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TimesTest {
    private static final DateTimeFormatter SLOW =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Microseconds of the years -1 to 10000. */
    private static final long MIN = -62_198_755_200_000_000L;

    private static final long MAX = 253_433_923_200_000_000L;

    @Test
    void a_time_is_written_as_the_formatter_does_and_read_back() {
        LongStream.concat(new Random(1).longs(10_000, MIN, MAX), LongStream.of(MIN, -1, 0, 1, MAX))
                .mapToObj(Times::ofMicros)
                .forEach(time -> {
                    assertThat(Times.format(time)).isEqualTo(SLOW.format(time));
                    assertThat(Times.parse(Times.format(time))).isEqualTo(time);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-30T00:00:00.000000Z",
                "2026-13-01T00:00:00.000000Z",
                "2026-01-01T24:00:00.000000Z",
                "2026-01-01T00:00:60.000000Z",
                "2026-01-01 00:00:00.000000Z",
                "2026-01-01T00:00:00.00000xZ"
            })
    void what_is_no_time_is_refused(String text) {
        assertThatThrownBy(() -> Times.parse(text))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("not an ISO-8601 time")
                .hasMessageContaining(text);
    }
}
