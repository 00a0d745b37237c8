package io.chronosdb.counters;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.address.Topics.Kind;
import io.chronosdb.event.Version;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Counts one partition of every events topic. The stores, the announcements and the offsets that they reflect are
 * committed in one transaction, so that a crash between any two steps loses nothing and counts nothing twice: totals
 * that are counted but not announced are still marked as unsent when the task comes back.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
final class CountingProcessor implements Processor<byte[], byte[], TotalsKey, Part> {
    /** How long changes of a collection's totals are gathered into one announcement. */
    static final Duration ANNOUNCE_EVERY = Duration.ofMillis(100);

    private static final byte[] MARK = {};

    private final Topics topics;
    private final Tally tally;
    private final CountersSettings.Maps maps;
    private final TotalsTopics existing;

    private ProcessorContext<TotalsKey, Part> context;
    private KeyValueStore<String, Progress> progress;
    private KeyValueStore<String, Part> totals;
    private KeyValueStore<String, byte[]> unsent;

    CountingProcessor(CountersSettings settings, TotalsTopics existing) {
        this.topics = settings.topics();
        this.tally = new Tally(settings.rules());
        this.maps = settings.maps();
        this.existing = existing;
    }

    @Override
    public void init(ProcessorContext<TotalsKey, Part> assigned) {
        existing.forget();
        context = assigned;
        progress = assigned.getStateStore(CounterStores.PROGRESS);
        totals = assigned.getStateStore(CounterStores.TOTALS);
        unsent = assigned.getStateStore(CounterStores.UNSENT);
        assigned.schedule(ANNOUNCE_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> announce(now));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        Optional<Database> database = topics.database(at.topic(), Kind.EVENTS);
        if (database.isEmpty()) {
            return; // The pattern is wider than the names that databases can have.
        }
        Progress before = Optional.ofNullable(progress.get(at.topic())).orElse(Progress.START);
        Step step = Step.of(before, at.offset(), record.value());
        if (step.anew()) {
            forget(at);
        }
        progress.put(at.topic(), step.after());
        step.versions().forEach(version -> count(database.get(), at, version));
    }

    private void count(Database database, RecordMetadata at, Version version) {
        String collection = version.item().collection();
        String key = CounterStores.key(at.topic(), collection);
        Totals before = Optional.ofNullable(totals.get(key)).map(Part::totals).orElse(Totals.NONE);
        Totals after = tally.plus(before, version, maps.map(database, collection));
        put(key, new Part(collection, at.partition(), at.offset() + 1, after));
    }

    /** The topic was deleted and created again: its collections are back to nothing. */
    private void forget(RecordMetadata at) {
        List<KeyValue<String, Part>> counted = new ArrayList<>();
        try (KeyValueIterator<String, Part> all =
                totals.prefixScan(CounterStores.key(at.topic(), ""), new StringSerializer())) {
            all.forEachRemaining(counted::add);
        }
        for (KeyValue<String, Part> entry : counted) {
            put(entry.key, new Part(entry.value.collection(), at.partition(), 0, Totals.NONE));
        }
    }

    private void put(String key, Part part) {
        totals.put(key, part);
        if (unsent.get(key) == null) {
            unsent.put(key, MARK);
        }
    }

    private void announce(long now) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> marked = unsent.all()) {
            marked.forEachRemaining(entry -> keys.add(entry.key));
        }
        for (String key : keys) {
            Database database =
                    topics.database(CounterStores.topic(key), Kind.EVENTS).orElseThrow();
            if (existing.exists(topics.name(database, Kind.TOTALS), now)) {
                Part part = totals.get(key);
                context.forward(new Record<>(new TotalsKey(database, TotalsRecord.key(part)), part, now));
                unsent.delete(key);
            }
        }
    }
}
