package io.chronosdb.bench;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
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
    private static final String VERSIONS = "versions";

    private final BareStreams streams;

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
        streams = new BareStreams(
                topics.prefix(),
                topics.servers(),
                stateDir,
                topology,
                Map.of(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 10, StreamsConfig.producerPrefix("linger.ms"), 0));
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
        streams.close();
    }
}
