package io.chronosdb.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * What a user of Kafka would write instead: Kafka Streams, exactly once, an item's version in a state store, the event and the
 * reply in one transaction. It commits every 10 ms; with the default of 100 it is five times slower.
 */
final class StreamsLoop implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final String VERSIONS = "versions";

    private final KafkaStreams streams;

    StreamsLoop(BareTopics topics, Path stateDir) throws InterruptedException {
        Topology topology = new Topology();
        topology.addSource("commands", new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.commands());
        topology.addProcessor("decide", Decide::new, "commands");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(VERSIONS), Serdes.ByteArray(), Serdes.Long()),
                "decide");
        topology.addSink("events", topics.events(), "decide");
        topology.addSink(
                "replies", topics.replies(), (topic, key, value, partitions) -> Optional.of(Set.of(0)), "decide");
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                topics.prefix(),
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                topics.servers(),
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                10,
                StreamsConfig.REPLICATION_FACTOR_CONFIG,
                1,
                StreamsConfig.STATE_DIR_CONFIG,
                stateDir.toString(),
                StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG,
                Serdes.ByteArraySerde.class,
                StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG,
                Serdes.ByteArraySerde.class,
                StreamsConfig.producerPrefix("linger.ms"),
                0));
        streams = new KafkaStreams(topology, properties);
        streams.start();
        long giveUp = System.nanoTime() + START_MAX.toNanos();
        while (streams.state() != KafkaStreams.State.RUNNING) {
            if (System.nanoTime() - giveUp > 0) {
                throw new IllegalStateException("Kafka Streams does not run: state=" + streams.state());
            }
            Thread.sleep(20);
        }
    }

    /** Counts an item's version up, and says so. */
    private static final class Decide implements Processor<byte[], byte[], byte[], byte[]> {
        private @Nullable ProcessorContext<byte[], byte[]> context;
        private @Nullable KeyValueStore<byte[], Long> versions;

        @Override
        public void init(ProcessorContext<byte[], byte[]> given) {
            context = given;
            versions = given.getStateStore(VERSIONS);
        }

        @Override
        public void process(Record<byte[], byte[]> command) {
            KeyValueStore<byte[], Long> store = Objects.requireNonNull(versions);
            Long last = store.get(command.key());
            store.put(command.key(), last == null ? 1 : last + 1);
            ProcessorContext<byte[], byte[]> to = Objects.requireNonNull(context);
            to.forward(command.withHeaders(new RecordHeaders(BareTopics.eventHeaders(1))), "events");
            to.forward(command.withValue(new byte[230]), "replies");
        }
    }

    @Override
    public void close() {
        streams.close(Duration.ofSeconds(10));
    }
}
