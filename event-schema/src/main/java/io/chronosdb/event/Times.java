package io.chronosdb.event;

import io.chronosdb.error.ChronosException.Invalid;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Times as text and as numbers: UTC, microseconds. */
public final class Times {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Times() {}

    /** ISO-8601 with exactly six digits of a second, so that text order is time order. */
    public static String format(Instant time) {
        return MICROS.format(time);
    }

    /**
     * An ISO-8601 instant, with any number of digits and any offset.
     *
     * @throws Invalid if it is none
     */
    public static Instant parse(String text) {
        try {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME
                    .parse(text, Instant::from)
                    .truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException e) {
            throw new Invalid("not an ISO-8601 time such as 2026-01-31T12:00:00Z: time=" + text);
        }
    }

    /** Microseconds since 1970. */
    public static long toMicros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
    }

    /** The inverse of {@link #toMicros}. */
    public static Instant ofMicros(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }
}
