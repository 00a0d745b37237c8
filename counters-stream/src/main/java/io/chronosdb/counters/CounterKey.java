package io.chronosdb.counters;

import io.chronosdb.port.Period;
import io.chronosdb.port.Window;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;

/**
 * What a collection's totals are stored under; a task has the same partition of every events topic.
 *
 * @param period absent: in all time
 */
record CounterKey(String topic, String collection, Optional<Period> period) {
    static CounterKey allTime(String topic, String collection) {
        return new CounterKey(topic, collection, Optional.empty());
    }

    static CounterKey in(Period period, String topic, String collection) {
        return new CounterKey(topic, collection, Optional.of(period));
    }

    /** {@code <topic>/<collection>} or {@code <topic>/<window>/<start>/<collection>}: no part of it has a slash. */
    String text() {
        return period.map(p -> windows(topic, p.window(), p.start()) + "/").orElseGet(() -> all(topic)) + collection;
    }

    /** The inverse of {@link #text()}. */
    static CounterKey parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length == 2) {
            return allTime(parts[0], parts[1]);
        }
        Window window = Window.valueOf(parts[1].toUpperCase(Locale.ROOT));
        return in(new Period(window, LocalDate.parse(parts[2])), parts[0], parts[3]);
    }

    /** What all keys of a topic begin with. */
    static String all(String topic) {
        return topic + "/";
    }

    /** Where the windows that begin on a day begin in the order of keys. */
    static String windows(String topic, Window window, LocalDate start) {
        return all(topic) + window.label() + "/" + start;
    }
}
