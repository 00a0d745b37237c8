package io.chronosdb.counters;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.port.Window;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many windows of each length are kept, the one that the log's time is in among them. Totals in all time stay.
 *
 * @param days 1 to {@link #DAYS_MAX}
 * @param weeks 1 to {@link #WEEKS_MAX}
 * @param months 1 to {@link #MONTHS_MAX}
 */
public record CounterRetention(int days, int weeks, int months) {
    public static final int DAYS_MAX = 36_600;
    public static final int WEEKS_MAX = 5_220;
    public static final int MONTHS_MAX = 1_200;

    /** A year and a month of days, three years of weeks, ten years of months: last year's can be compared. */
    public static final CounterRetention DEFAULT = new CounterRetention(400, 160, 120);

    public CounterRetention {
        require("days", days, DAYS_MAX);
        require("weeks", weeks, WEEKS_MAX);
        require("months", months, MONTHS_MAX);
    }

    private static void require(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new Invalid("retention of counters is 1 to " + max + " " + name + ": " + name + "=" + value);
        }
    }

    /** The first windows that are kept on a day. */
    Map<Window, LocalDate> oldest(LocalDate day) {
        Map<Window, LocalDate> oldest = new EnumMap<>(Window.class);
        for (Window window : Window.values()) {
            oldest.put(window, window.before(window.startOf(day), windows(window) - 1));
        }
        return oldest;
    }

    private int windows(Window window) {
        return switch (window) {
            case DAY -> days;
            case WEEK -> weeks;
            case MONTH -> months;
        };
    }
}
