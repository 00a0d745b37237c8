package io.chronosdb.log;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
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
    private volatile boolean newsMade;

    KafkaTopics(Admin admin, Topics topics, KafkaLogSettings settings) {
        this.admin = admin;
        this.topics = topics;
        this.settings = settings;
    }

    /** @param made called after its topics were made, if they were not there */
    int open(Database database, Consumer<Database> made) {
        return opened.computeIfAbsent(database, d -> makeMissing(d, made));
    }

    /** Four requests for a new database: what is there, make the rest, until all of it can be seen, and be written. */
    private int makeMissing(Database database, Consumer<Database> made) {
        Map<String, NewTopic> wanted = new LinkedHashMap<>();
        for (Topics.Kind kind : Topics.Kind.values()) {
            wanted.put(topics.name(database, kind), newTopic(database, kind));
        }
        Map<String, NewTopic> missing = new LinkedHashMap<>(wanted);
        missing.keySet().removeAll(visible(wanted.keySet()).keySet());
        make(missing.values());
        Map<String, TopicDescription> all = describe(wanted.keySet());
        awaitLeaders(all.values());
        if (!missing.isEmpty()) {
            made.accept(database);
        }
        return Objects.requireNonNull(all.get(topics.commands(database)))
                .partitions()
                .size();
    }

    /**
     * A broker shows a partition before it leads it. A producer's first batch is refused then, its second one may be taken, and
     * the first one never after it. The ends of partitions are asked of their leaders, until they answer.
     */
    private void awaitLeaders(Collection<TopicDescription> described) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        described.forEach(topic -> topic.partitions()
                .forEach(partition ->
                        ends.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest())));
        try {
            KafkaErrors.await(admin.listOffsets(ends).all(), MILLIS_MAX);
        } catch (ExecutionException e) {
            throw KafkaErrors.unavailable(e.getCause());
        }
    }

    private void make(Collection<NewTopic> missing) {
        admin.createTopics(missing).values().forEach((name, made) -> {
            try {
                KafkaErrors.await(made, MILLIS_MAX);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // Another process was faster.
                    throw KafkaErrors.unavailable(e.getCause());
                }
            }
        });
    }

    /** Makes the topic of {@link NewDatabases}, if it is not there. */
    void makeNews(String topic) {
        if (!newsMade) {
            make(List.of(new NewTopic(topic, 1, (short) settings.replicationFactor())
                    .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(Duration.ofHours(1))))));
            describe(topic);
            newsMade = true;
        }
    }

    /** Those of the topics that there are. */
    private Map<String, TopicDescription> visible(Set<String> names) {
        Map<String, TopicDescription> visible = new HashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, description) -> {
            try {
                visible.put(name, KafkaErrors.await(description, MILLIS_MAX));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw KafkaErrors.unavailable(e.getCause());
                }
            }
        });
        return visible;
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

    /** Deletes topics and waits until they are gone; those that are not there are gone already. */
    void delete(Database database, Set<String> names) {
        opened.remove(database);
        admin.deleteTopics(names).topicNameValues().forEach((name, deleted) -> {
            try {
                KafkaErrors.await(deleted, MILLIS_MAX);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw KafkaErrors.unavailable(e.getCause());
                }
            }
        });
        long deadline = System.nanoTime() + Duration.ofMillis(MILLIS_MAX).toNanos();
        while (!visible(names).isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new Unavailable("kafka", "topics are not deleted: topics=" + names, null);
            }
            LockSupport.parkNanos(DESCRIBE_PAUSE.toNanos());
        }
    }

    /** The groups that have members, with where those run. */
    Map<String, List<String>> activeGroups() {
        try {
            List<String> groups = KafkaErrors.await(admin.listGroups().all(), MILLIS_MAX).stream()
                    .map(GroupListing::groupId)
                    .filter(group -> group.startsWith(topics.prefix()))
                    .toList();
            Map<String, List<String>> active = new TreeMap<>();
            KafkaErrors.await(admin.describeConsumerGroups(groups).all(), MILLIS_MAX)
                    .forEach((group, description) -> {
                        List<String> hosts = description.members().stream()
                                .map(member -> member.host())
                                .distinct()
                                .sorted()
                                .toList();
                        if (!hosts.isEmpty()) {
                            active.put(group, hosts);
                        }
                    });
            return active;
        } catch (ExecutionException e) {
            throw KafkaErrors.unavailable(e.getCause());
        }
    }

    boolean exists(String topic) {
        return !visible(Set.of(topic)).isEmpty();
    }

    /** @throws Unavailable also if there is no such topic: it may be on its way to all brokers */
    TopicDescription describe(String topic) {
        return describe(Set.of(topic)).values().iterator().next();
    }

    private Map<String, TopicDescription> describe(Set<String> names) {
        long deadline = System.nanoTime() + Duration.ofMillis(MILLIS_MAX).toNanos();
        while (true) {
            Map<String, TopicDescription> visible = visible(names);
            if (visible.size() == names.size()) {
                return visible;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new Unavailable("kafka", "no such topic: topics=" + names, null);
            }
            LockSupport.parkNanos(DESCRIBE_PAUSE.toNanos());
        }
    }

    private static String millis(Duration time) {
        return Long.toString(time.toMillis());
    }
}
