package io.chronosdb.counters;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.error.ChronosException.Invalid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What counting needs to know.
 *
 * @param topics where the databases' events and totals are
 * @param rules counted for every collection, at most {@link CounterRule#RULES_MAX}, each of another name
 * @param maps what of a collection's documents is indexed
 * @param retention how many daily, weekly and monthly windows are kept
 * @param stateDir where this process keeps its state: a cache of what is in Kafka, for one process at a time
 * @param threads 1 to {@link #THREADS_MAX}; more than there are partitions are idle
 * @param commitInterval how long counts are gathered before they are committed, and so visible; at least 10 ms
 * @param bootstrapServers the brokers
 * @param clientProperties more settings of Kafka's clients, security for example, which win over those of this module
 *     except where its promises rest on them
 */
public record CountersSettings(
        Topics topics,
        List<CounterRule> rules,
        Maps maps,
        CounterRetention retention,
        Path stateDir,
        int threads,
        Duration commitInterval,
        String bootstrapServers,
        Map<String, String> clientProperties) {
    public static final int THREADS_MAX = 64;
    public static final int THREADS_DEFAULT = 1;
    public static final Duration COMMIT_INTERVAL_DEFAULT = Duration.ofMillis(100);

    public static final Duration COMMIT_INTERVAL_MIN = Duration.ofMillis(10);

    /** How soon a database that is added is noticed. */
    private static final int METADATA_MAX_AGE_MS = 1_000;

    /** How soon another process takes over from one that died. */
    private static final int SESSION_TIMEOUT_MS = 6_000;

    private static final int HEARTBEAT_INTERVAL_MS = 500;

    // What is on its way to a totals topic that is being deleted holds up all others once, for at most this long; by
    // default it would be for ever.
    private static final int MAX_BLOCK_MS = 10_000;
    private static final int DELIVERY_TIMEOUT_MS = 60_000;

    /** All tasks' stores share this much for what changed since the last commit. */
    private static final int STORE_CACHE_BYTES = 16 << 20;

    private static final Set<String> FIXED = Set.of(
            StreamsConfig.APPLICATION_ID_CONFIG,
            StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            StreamsConfig.STATE_DIR_CONFIG,
            StreamsConfig.NUM_STREAM_THREADS_CONFIG,
            StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
            StreamsConfig.GROUP_PROTOCOL_CONFIG);

    /** What of a collection's documents is indexed. Called for every event: it should answer from memory. */
    @FunctionalInterface
    public interface Maps {
        /** Every collection has everything indexed. */
        Maps EVERYTHING = (database, collection) -> CollectionMap.EVERYTHING;

        CollectionMap map(Database database, String collection);
    }

    public CountersSettings {
        rules = CounterRule.checked(rules);
        clientProperties = Map.copyOf(clientProperties);
        if (threads < 1 || threads > THREADS_MAX) {
            throw new Invalid("threads is 1 to " + THREADS_MAX + ": threads=" + threads);
        }
        if (commitInterval.compareTo(COMMIT_INTERVAL_MIN) < 0) {
            throw new Invalid("the commit interval is at least " + COMMIT_INTERVAL_MIN.toMillis()
                    + " ms: commitIntervalMs=" + commitInterval.toMillis());
        }
        for (String property : clientProperties.keySet()) {
            if (FIXED.contains(property)) {
                throw new Invalid("not a client property to choose: property=" + property);
            }
        }
    }

    /** The default retention, one thread, the default commit interval, no further client properties. */
    public static CountersSettings of(
            Topics topics, List<CounterRule> rules, Maps maps, Path stateDir, String bootstrapServers) {
        return new CountersSettings(
                topics,
                rules,
                maps,
                CounterRetention.DEFAULT,
                stateDir,
                THREADS_DEFAULT,
                COMMIT_INTERVAL_DEFAULT,
                bootstrapServers,
                Map.of());
    }

    /** The consumer group, the state's folder and the start of the changelog topics' names: {@code <prefix>.counters}. */
    String applicationId() {
        return topics.prefix() + ".counters";
    }

    Map<String, Object> adminProperties() {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, applicationId() + "-topics");
        return properties;
    }

    Properties streamsProperties() {
        Properties properties = new Properties();
        properties.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), HEARTBEAT_INTERVAL_MS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_BLOCK_MS_CONFIG), MAX_BLOCK_MS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), DELIVERY_TIMEOUT_MS);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, STORE_CACHE_BYTES);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        properties.putAll(clientProperties);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        // Counts, what they reflect and what is announced are one transaction, or none of them happened.
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
        return properties;
    }

    /** Without the client properties, which may hold secrets. */
    @Override
    public String toString() {
        return "CountersSettings[prefix=" + topics.prefix() + " rules=" + rules.size() + " threads=" + threads
                + " commitIntervalMs=" + commitInterval.toMillis() + " bootstrapServers=" + bootstrapServers + "]";
    }
}
