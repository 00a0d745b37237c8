package io.chronosdb.event;

import io.chronosdb.error.ChronosException.Invalid;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
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

    /** The form of {@link #format} in the years 0 to 9999, a zero for each digit. */
    private static final String FORM = "0000-00-00T00:00:00.000000Z";

    private static final int YEAR_MAX = 9_999;

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
        LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        return utc.getYear() < 0 || utc.getYear() > YEAR_MAX ? MICROS.format(time) : formatCommon(utc);
    }

    /** Each event and each reply says a time, and a formatter takes longer than all the rest of a reply. */
    private static String formatCommon(LocalDateTime utc) {
        char[] text = FORM.toCharArray();
        put(text, 0, 4, utc.getYear());
        put(text, 5, 2, utc.getMonthValue());
        put(text, 8, 2, utc.getDayOfMonth());
        put(text, 11, 2, utc.getHour());
        put(text, 14, 2, utc.getMinute());
        put(text, 17, 2, utc.getSecond());
        put(text, 20, 6, utc.getNano() / 1_000);
        return new String(text);
    }

    private static void put(char[] text, int from, int digits, int number) {
        int left = number;
        for (int i = from + digits - 1; i >= from; i--) {
            text[i] = (char) ('0' + left % 10);
            left /= 10;
        }
    }

    /**
     * An ISO-8601 instant, with any number of digits and any offset.
     *
     * @throws Invalid if it is none, or not {@link #requireInRange}
     */
    public static Instant parse(String text) {
        try {
            if (isCommon(text)) {
                return parseCommon(text);
            }
            return requireInRange(DateTimeFormatter.ISO_OFFSET_DATE_TIME
                    .parse(text, Instant::from)
                    .truncatedTo(ChronoUnit.MICROS));
        } catch (DateTimeException e) {
            String shown = text.length() > SHOWN_CHARACTERS_MAX ? text.substring(0, SHOWN_CHARACTERS_MAX) + "…" : text;
            throw new Invalid("not an ISO-8601 time such as 2026-01-31T12:00:00Z: time=" + shown);
        }
    }

    private static boolean isCommon(String text) {
        if (text.length() != FORM.length()) {
            return false;
        }
        for (int i = 0; i < FORM.length(); i++) {
            char expected = FORM.charAt(i);
            char found = text.charAt(i);
            if (expected == '0' ? found < '0' || found > '9' : found != expected) {
                return false;
            }
        }
        return true;
    }

    private static Instant parseCommon(String text) {
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 2),
                        number(text, 8, 2),
                        number(text, 11, 2),
                        number(text, 14, 2),
                        number(text, 17, 2),
                        number(text, 20, 6) * 1_000)
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int digits) {
        return Integer.parseInt(text, from, from + digits, 10);
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
