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

    /** What microseconds in 64 bits can say, in whole years. */
    private static final Instant MIN = Instant.parse("-290000-01-01T00:00:00Z");

    private static final Instant MAX = Instant.parse("+290000-01-01T00:00:00Z");
    private static final int SHOWN_CHARACTERS_MAX = 60;

    private Times() {}

    /** @throws Invalid if the time is before the year -290000 or behind the year 290000 */
    public static Instant requireInRange(Instant time) {
        if (time.isBefore(MIN) || time.isAfter(MAX)) {
            throw new Invalid("a time lies between the years -290000 and 290000");
        }
        return time;
    }

    /** ISO-8601 with exactly six digits of a second, so that text order is time order. */
    public static String format(Instant time) {
        return MICROS.format(time);
    }

    /**
     * An ISO-8601 instant, with any number of digits and any offset.
     *
     * @throws Invalid if it is none, or not {@link #requireInRange}
     */
    public static Instant parse(String text) {
        try {
            return requireInRange(DateTimeFormatter.ISO_OFFSET_DATE_TIME
                    .parse(text, Instant::from)
                    .truncatedTo(ChronoUnit.MICROS));
        } catch (DateTimeException e) {
            String shown = text.length() > SHOWN_CHARACTERS_MAX ? text.substring(0, SHOWN_CHARACTERS_MAX) + "…" : text;
            throw new Invalid("not an ISO-8601 time such as 2026-01-31T12:00:00Z: time=" + shown);
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
