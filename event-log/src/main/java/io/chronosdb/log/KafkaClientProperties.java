package io.chronosdb.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The settings of Kafka's clients that durability and latency rest on, written out. */
final class KafkaClientProperties {
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration BLOCK_MAX = Duration.ofSeconds(10);
    private static final Duration METADATA_AGE_MAX = Duration.ofSeconds(1);
    private static final int BATCH_BYTES = 128 << 10;
    private static final long BUFFER_BYTES = 64L << 20;

    /** A partition that is added is first fetched when the request under way is answered: the default of 500 shows. */
    private static final Duration FETCH_WAIT_MAX = Duration.ofMillis(100);

    private static final int POLL_RECORDS_MAX = 2_000;
    private static final int PARTITION_FETCH_BYTES_MAX = 4 << 20;
    private static final int SCATTERED_FETCH_BYTES_MAX = 128 << 10;
    private static final int FETCH_BYTES_MAX = 32 << 20;

    private KafkaClientProperties() {}

    private static Map<String, Object> common(KafkaLogSettings settings) {
        Map<String, Object> properties = new HashMap<>(settings.properties());
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        return properties;
    }

    static Map<String, Object> admin(KafkaLogSettings settings) {
        Map<String, Object> properties = common(settings);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        return properties;
    }

    /**
     * One request at a time to a broker, and no linger: a lone record leaves at once, and those that come while a request is under
     * way leave together with the next one.
     */
    static Map<String, Object> producer(KafkaLogSettings settings) {
        Map<String, Object> properties = common(settings);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.messageBytesMax());
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_TIMEOUT.toMillis());
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MAX.toMillis());
        return properties;
    }

    static Map<String, Object> consumer(KafkaLogSettings settings) {
        Map<String, Object> properties = common(settings);
        properties.put(
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false); // Positions are in the stores, with the effects.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"); // Clients may send in transactions.
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES_MAX);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
        properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) FETCH_WAIT_MAX.toMillis());
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        return properties;
    }

    /**
     * A consumer asks for what comes next before it is polled for it, and cannot seek before that is answered: with little, and at
     * once at the end of the log.
     */
    static Map<String, Object> scattered(KafkaLogSettings settings) {
        Map<String, Object> properties = consumer(settings);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, SCATTERED_FETCH_BYTES_MAX);
        properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 0);
        return properties;
    }

    static Map<String, Object> member(KafkaLogSettings settings, String group, Duration sessionTimeout) {
        Map<String, Object> properties = consumer(settings);
        int session = (int) sessionTimeout.toMillis();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, session);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, session / 6);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_AGE_MAX.toMillis()); // New topics are noticed.
        return properties;
    }
}
