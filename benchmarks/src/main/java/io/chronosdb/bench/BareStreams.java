package io.chronosdb.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** Kafka Streams, exactly once, with its defaults but for what is said. */
final class BareStreams implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final KafkaStreams streams;

    /** Returns when it runs. */
    BareStreams(String application, String servers, Path stateDir, Topology topology, Map<String, Object> more)
            throws InterruptedException {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                application,
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers,
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.REPLICATION_FACTOR_CONFIG,
                1,
                StreamsConfig.STATE_DIR_CONFIG,
                stateDir.toString(),
                StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG,
                Serdes.ByteArraySerde.class,
                StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG,
                Serdes.ByteArraySerde.class));
        properties.putAll(more);
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

    @Override
    public void close() {
        streams.close(CLOSE_MAX);
    }
}
