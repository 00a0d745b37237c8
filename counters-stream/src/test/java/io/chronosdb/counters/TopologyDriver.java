package io.chronosdb.counters;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics.Kind;
import io.chronosdb.port.Progress;
import io.chronosdb.port.TotalsStore.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology without brokers, for partition 0 of every topic. The driver numbers the records of all topics together. */
final class TopologyDriver implements AutoCloseable {
    private final CountersSettings settings;
    private final TopologyTestDriver driver;
    private final Set<String> missing = new HashSet<>();
    private final Map<Database, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
    private long records;

    TopologyDriver(CountersSettings settings) {
        this.settings = settings;
        Properties properties = settings.streamsProperties();
        this.driver = new TopologyTestDriver(CountersTopology.of(settings, totalsTopics()), properties);
    }

    void append(Database database, byte @Nullable [] value) {
        records++;
        inputs.computeIfAbsent(
                        database,
                        d -> driver.createInputTopic(
                                settings.topics().events(d), new ByteArraySerializer(), new ByteArraySerializer()))
                .pipeInput(new TestRecord<>(new byte[0], value));
    }

    /** Whether the database has a topic for its totals; it has, unless it is said otherwise. */
    void hasTotalsTopic(Database database, boolean there) {
        String topic = settings.topics().name(database, Kind.TOTALS);
        boolean changed = there ? missing.remove(topic) : missing.add(topic);
        if (!changed) {
            throw new IllegalStateException("nothing changed: topic=" + topic);
        }
    }

    /** Lets the time pass after which totals are announced. */
    void waitForAnnouncements() {
        driver.advanceWallClockTime(CountingProcessor.ANNOUNCE_EVERY);
    }

    /** How many windows the task remembers. */
    int windows() {
        return entries(CounterStores.WINDOWS).size();
    }

    private TotalsTopics totalsTopics() {
        return new TotalsTopics() {
            @Override
            public boolean exists(String topic, long nowMs) {
                return !missing.contains(topic);
            }

            @Override
            public void forget() {}
        };
    }

    /** What was announced since the last call, in order: parts, and of keys that are gone nothing. */
    List<KeyValue<String, Optional<Part>>> announced(Database database) {
        return driver
                .createOutputTopic(
                        settings.topics().name(database, Kind.TOTALS),
                        new StringDeserializer(),
                        new ByteArrayDeserializer())
                .readKeyValuesToList()
                .stream()
                .map(record -> KeyValue.pair(
                        record.key, Optional.ofNullable(record.value).map(TotalsRecord::decode)))
                .toList();
    }

    /** Another process that goes on where this one is: with its committed stores and offsets, and nothing else. */
    TopologyDriver takeover(Database any) {
        List<KeyValue<String, Progress>> progress = entries(CounterStores.PROGRESS);
        List<KeyValue<String, Part>> totals = entries(CounterStores.TOTALS);
        List<KeyValue<String, Part>> windows = entries(CounterStores.WINDOWS);
        List<KeyValue<String, byte[]>> unsent = entries(CounterStores.UNSENT);
        close();
        TopologyDriver next = new TopologyDriver(settings);
        while (next.records < records) {
            next.append(any, null);
        }
        next.<Progress>store(CounterStores.PROGRESS).putAll(progress);
        next.<Part>store(CounterStores.TOTALS).putAll(totals);
        next.<Part>store(CounterStores.WINDOWS).putAll(windows);
        next.<byte[]>store(CounterStores.UNSENT).putAll(unsent);
        return next;
    }

    private <V> KeyValueStore<String, V> store(String name) {
        return driver.getKeyValueStore(name);
    }

    private <V> List<KeyValue<String, V>> entries(String store) {
        List<KeyValue<String, V>> entries = new ArrayList<>();
        try (KeyValueIterator<String, V> all = this.<V>store(store).all()) {
            all.forEachRemaining(entries::add);
        }
        return entries;
    }

    @Override
    public void close() {
        driver.close();
    }
}
