package io.chronosdb.counters;

import io.chronosdb.port.Period;
import io.chronosdb.port.Window;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a day of the log's time means for counting.
 *
 * @param periods the day itself, its week and its month
 * @param oldest the first windows that are kept on it
 */
record Day(LocalDate date, List<Period> periods, Map<Window, LocalDate> oldest) {
    static Day of(LocalDate date, CounterRetention retention) {
        List<Period> periods = Stream.of(Window.values())
                .map(window -> Period.of(window, date))
                .toList();
        return new Day(date, periods, Map.copyOf(retention.oldest(date)));
    }
}
