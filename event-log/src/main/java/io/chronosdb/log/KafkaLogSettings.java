package io.chronosdb.log;

import io.chronosdb.error.ChronosException.Invalid;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How to reach Kafka, and how topics are made.
 *
 * @param partitions of commands and events of a database that has none yet
 * @param replicationFactor of topics that are made; with 3 or more, an append needs 2 replicas
 * @param messageBytesMax the largest record
 * @param sessionTimeout how long a process may be silent before others take its partitions over; if absent, as short
 *     as the brokers accept, and not under 3 s
 * @param properties passed to every client, for security and tuning; may hold secrets
 */
public record KafkaLogSettings(
        String bootstrapServers,
        String topicPrefix,
        int partitions,
        int replicationFactor,
        int messageBytesMax,
        Optional<Duration> sessionTimeout,
        Map<String, String> properties) {
    public static final int PARTITIONS_DEFAULT = 4;
    public static final int MESSAGE_BYTES_DEFAULT = 16 << 20;

    public KafkaLogSettings {
        properties = Map.copyOf(properties);
        if (partitions < 1 || replicationFactor < 1 || messageBytesMax < 1) {
            throw new Invalid("partitions, replicationFactor and messageBytesMax are positive");
        }
    }

    /** The defaults for a broker at this address. */
    public static KafkaLogSettings of(String bootstrapServers, String topicPrefix) {
        return new KafkaLogSettings(
                bootstrapServers,
                topicPrefix,
                PARTITIONS_DEFAULT,
                1,
                MESSAGE_BYTES_DEFAULT,
                Optional.empty(),
                Map.of());
    }

    /** Without the properties, which may hold secrets. */
    @Override
    public String toString() {
        return "KafkaLogSettings[bootstrapServers=" + bootstrapServers + " topicPrefix=" + topicPrefix + " partitions="
                + partitions + " replicationFactor=" + replicationFactor + "]";
    }
}
