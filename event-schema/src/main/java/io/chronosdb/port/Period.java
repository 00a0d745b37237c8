package io.chronosdb.port;

import io.chronosdb.error.ChronosException.Invalid;
import java.time.LocalDate;

/**
 * One day, week or month.
 *
 * @param start its first day, in a year of four digits, so that the order of texts is that of time
 */
public record Period(Window window, LocalDate start) {
    private static final int YEAR_MAX = 9_999;

    public Period {
        if (!window.startOf(start).equals(start) || start.getYear() < 0 || start.getYear() > YEAR_MAX) {
            throw new Invalid("not the first day of a " + window.label() + ": start=" + start);
        }
    }

    /** The period that a day is in. */
    public static Period of(Window window, LocalDate day) {
        return new Period(window, window.startOf(day));
    }
}
