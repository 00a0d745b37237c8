package io.chronosdb.counters;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.address.Topics.Kind;
import io.chronosdb.event.Version;
import io.chronosdb.port.Progress;
import io.chronosdb.port.TotalsStore.Part;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Counts one partition of every events topic. The stores, the announcements and the offsets that they reflect are
 * committed in one transaction, so that a crash between any two steps loses nothing and counts nothing twice: totals
 * that are counted but not announced are still marked as unsent when the task comes back.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
final class CountingProcessor implements Processor<byte[], byte[], TotalsKey, Optional<Part>> {
    /** How long changes of a collection's totals are gathered into one announcement. */
    static final Duration ANNOUNCE_EVERY = Duration.ofMillis(100);

    private final Topics topics;
    private final Tally tally;
    private final CountersSettings.Maps maps;
    private final CounterRetention retention;
    private final TotalsTopics existing;

    /** The day of the latest version by topic: only a saving, so it is not kept. */
    private final Map<String, Day> days = new HashMap<>();

    private ProcessorContext<TotalsKey, Optional<Part>> context;
    private KeyValueStore<String, Progress> progress;
    private TotalsTable totals;

    CountingProcessor(CountersSettings settings, TotalsTopics existing) {
        this.topics = settings.topics();
        this.tally = new Tally(settings.rules());
        this.maps = settings.maps();
        this.retention = settings.retention();
        this.existing = existing;
    }

    @Override
    public void init(ProcessorContext<TotalsKey, Optional<Part>> assigned) {
        existing.forget();
        context = assigned;
        progress = assigned.getStateStore(CounterStores.PROGRESS);
        totals = new TotalsTable(assigned);
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
            totals.forget(at.topic());
            days.remove(at.topic());
        }
        progress.put(at.topic(), step.after());
        step.versions().forEach(version -> count(database.get(), at, version));
    }

    private void count(Database database, RecordMetadata at, Version version) {
        String collection = version.item().collection();
        Day day = day(at, LocalDate.ofInstant(version.at(), ZoneOffset.UTC));
        totals.add(at.topic(), collection, day, at.offset() + 1, tally.of(version, maps.map(database, collection)));
    }

    /** The day of the log's time; a new one ends the time of windows. */
    private Day day(RecordMetadata at, LocalDate date) {
        Day known = days.get(at.topic());
        if (known != null && known.date().equals(date)) {
            return known;
        }
        Day day = Day.of(date, retention);
        totals.expire(at.topic(), day, at.offset() + 1);
        days.put(at.topic(), day);
        return day;
    }

    private void announce(long now) {
        for (CounterKey key : totals.unsent()) {
            Database database = topics.database(key.topic(), Kind.EVENTS).orElseThrow();
            if (existing.exists(topics.name(database, Kind.TOTALS), now)) {
                String text =
                        TotalsRecord.key(key.collection(), context.taskId().partition(), key.period());
                context.forward(new Record<>(new TotalsKey(database, text), totals.get(key), now));
                totals.sent(key);
            }
        }
    }
}
