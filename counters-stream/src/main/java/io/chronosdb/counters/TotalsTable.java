package io.chronosdb.counters;

import io.chronosdb.port.Counts;
import io.chronosdb.port.Period;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.TotalsStore.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A task's totals, in all time and by windows, and which of them are not announced yet. A window is an entry of its own,
 * so that what is written for an event does not grow with the time that is kept.
 */
final class TotalsTable {
    private static final byte[] MARK = {};

    private final int partition;
    private final KeyValueStore<String, Part> totals;
    private final KeyValueStore<String, Part> windows;
    private final KeyValueStore<String, byte[]> unsent;

    TotalsTable(ProcessorContext<?, ?> context) {
        this.partition = context.taskId().partition();
        this.totals = context.getStateStore(CounterStores.TOTALS);
        this.windows = context.getStateStore(CounterStores.WINDOWS);
        this.unsent = context.getStateStore(CounterStores.UNSENT);
    }

    /**
     * Adds what one version of a collection counts for.
     *
     * @param next the offset behind its record
     */
    void add(String topic, String collection, Day day, long next, Counts one) {
        CounterKey all = CounterKey.allTime(topic, collection);
        Counts sum = Tally.plus(counts(all), one);
        put(all, Part.allTime(collection, partition, next, sum, day.oldest()));
        for (Period period : day.periods()) {
            CounterKey key = CounterKey.in(period, topic, collection);
            put(key, Part.in(period, collection, partition, next, Tally.plus(counts(key), one)));
        }
    }

    /**
     * Removes the windows that are not kept on this day any more, of all collections of a topic. Doing it again changes
     * nothing.
     *
     * @param next the offset behind the record that brought the day
     */
    void expire(String topic, Day day, long next) {
        day.oldest().forEach((window, oldest) -> removeBefore(topic, Period.of(window, oldest)));
        for (KeyValue<String, Part> entry : entries(totals, CounterKey.all(topic))) {
            Part part = entry.value;
            if (!part.oldest().equals(day.oldest())) {
                put(
                        CounterKey.parse(entry.key),
                        Part.allTime(part.collection(), partition, next, part.counts(), day.oldest()));
            }
        }
    }

    /** The topic was deleted and created again: its collections are back to nothing. */
    void forget(String topic) {
        for (KeyValue<String, Part> entry : entries(totals, CounterKey.all(topic))) {
            Part part = entry.value;
            put(CounterKey.parse(entry.key), Part.allTime(part.collection(), partition, 0, Counts.NONE, part.oldest()));
        }
        entries(windows, CounterKey.all(topic)).forEach(entry -> remove(entry.key));
    }

    private void removeBefore(String topic, Period oldest) {
        String first = CounterKey.windows(topic, oldest.window(), TotalsStore.FIRST_DAY);
        String end = CounterKey.windows(topic, oldest.window(), oldest.start());
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, Part> expired = windows.range(first, end)) {
            expired.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(this::remove);
    }

    /** Keys of what is not announced yet, in no particular order. */
    List<CounterKey> unsent() {
        List<CounterKey> keys = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> marked = unsent.all()) {
            marked.forEachRemaining(entry -> keys.add(CounterKey.parse(entry.key)));
        }
        return keys;
    }

    void sent(CounterKey key) {
        unsent.delete(key.text());
    }

    /** Absent: it is gone. */
    Optional<Part> get(CounterKey key) {
        return Optional.ofNullable(store(key).get(key.text()));
    }

    private Counts counts(CounterKey key) {
        return get(key).map(Part::counts).orElse(Counts.NONE);
    }

    private void put(CounterKey key, Part part) {
        store(key).put(key.text(), part);
        mark(key.text());
    }

    private void remove(String window) {
        windows.delete(window);
        mark(window);
    }

    private void mark(String key) {
        if (unsent.get(key) == null) {
            unsent.put(key, MARK);
        }
    }

    private KeyValueStore<String, Part> store(CounterKey key) {
        return key.period().isPresent() ? windows : totals;
    }

    private static List<KeyValue<String, Part>> entries(KeyValueStore<String, Part> store, String prefix) {
        List<KeyValue<String, Part>> entries = new ArrayList<>();
        try (KeyValueIterator<String, Part> all = store.prefixScan(prefix, new StringSerializer())) {
            all.forEachRemaining(entries::add);
        }
        return entries;
    }
}
