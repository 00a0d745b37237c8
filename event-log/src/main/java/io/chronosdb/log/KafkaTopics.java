package io.chronosdb.log;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes and describes topics. */
final class KafkaTopics {
    private static final long MILLIS_MAX = 15_000;
    private static final Duration DESCRIBE_PAUSE = Duration.ofMillis(20);
    private static final int MIN_IN_SYNC = 2;

    private final Admin admin;
    private final Topics topics;
    private final KafkaLogSettings settings;
    private final Map<Database, Integer> opened = new ConcurrentHashMap<>();

    KafkaTopics(Admin admin, Topics topics, KafkaLogSettings settings) {
        this.admin = admin;
        this.topics = topics;
        this.settings = settings;
    }

    int open(Database database) {
        return opened.computeIfAbsent(database, this::makeMissing);
    }

    private int makeMissing(Database database) {
        List<NewTopic> missing = new ArrayList<>();
        for (Topics.Kind kind : Topics.Kind.values()) {
            if (!exists(topics.name(database, kind))) {
                missing.add(newTopic(database, kind));
            }
        }
        admin.createTopics(missing).values().forEach((name, made) -> {
            try {
                KafkaErrors.await(made, MILLIS_MAX);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // Another process was faster.
                    throw KafkaErrors.unavailable(e.getCause());
                }
            }
        });
        return describe(topics.commands(database)).partitions().size();
    }

    private NewTopic newTopic(Database database, Topics.Kind kind) {
        Map<String, String> configs = new HashMap<>();
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(settings.messageBytesMax()));
        configs.put(
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                Integer.toString(settings.replicationFactor() > MIN_IN_SYNC ? MIN_IN_SYNC : 1));
        int partitions = settings.partitions();
        switch (kind) {
            case COMMANDS -> {
                // The broker's time is the time of what is decided: it must be the same for every owner.
                configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
                configs.put(TopicConfig.RETENTION_MS_CONFIG, millis(Duration.ofDays(7)));
            }
            case EVENTS -> {
                configs.put(TopicConfig.RETENTION_MS_CONFIG, "-1"); // The truth is kept for ever.
                configs.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
            }
            case REPLIES -> configs.put(TopicConfig.RETENTION_MS_CONFIG, millis(Duration.ofHours(1)));
            case TOTALS -> configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
            case DEAD_LETTERS -> {
                configs.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
                partitions = 1;
            }
        }
        return new NewTopic(topics.name(database, kind), partitions, (short) settings.replicationFactor())
                .configs(configs);
    }

    boolean exists(String topic) {
        try {
            KafkaErrors.await(admin.describeTopics(Set.of(topic)).allTopicNames(), MILLIS_MAX);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw KafkaErrors.unavailable(e.getCause());
        }
    }

    /** @throws Unavailable also if there is no such topic: it may be on its way to all brokers */
    TopicDescription describe(String topic) {
        long deadline = System.nanoTime() + Duration.ofMillis(MILLIS_MAX).toNanos();
        while (true) {
            try {
                return KafkaErrors.await(admin.describeTopics(Set.of(topic)).allTopicNames(), MILLIS_MAX)
                        .values()
                        .iterator()
                        .next();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() - deadline > 0) {
                    throw KafkaErrors.unavailable(e.getCause());
                }
                LockSupport.parkNanos(DESCRIBE_PAUSE.toNanos());
            }
        }
    }

    private static String millis(Duration time) {
        return Long.toString(time.toMillis());
    }
}
