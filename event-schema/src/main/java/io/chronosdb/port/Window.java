package io.chronosdb.port;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/** How long the stretches of time are that are counted apart. UTC, by the times of the events. */
public enum Window {
    DAY(ChronoUnit.DAYS),
    /** Monday to Sunday, as ISO 8601 has it. */
    WEEK(ChronoUnit.WEEKS),
    MONTH(ChronoUnit.MONTHS);

    private final ChronoUnit unit;

    Window(ChronoUnit unit) {
        this.unit = unit;
    }

    /** The first day of the window that a day is in. */
    public LocalDate startOf(LocalDate day) {
        return switch (this) {
            case DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    /** The first day of the window that a time is in. */
    public LocalDate startOf(Instant time) {
        return startOf(LocalDate.ofInstant(time, ZoneOffset.UTC));
    }

    /** The first day of the window so many windows before another one. */
    public LocalDate before(LocalDate start, int windows) {
        return start.minus(windows, unit);
    }

    /** The name in texts, for example {@code day}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
