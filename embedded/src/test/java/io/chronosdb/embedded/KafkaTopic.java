package io.chronosdb.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic of one partition, as a client sees it. */
record KafkaTopic(String bootstrapServers, String name) {
    private static final int WAIT_SECONDS = 20;

    static KafkaTopic create(String bootstrapServers, String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty())))
                    .all()
                    .get(WAIT_SECONDS, TimeUnit.SECONDS);
        }
        return new KafkaTopic(bootstrapServers, name);
    }

    /** Returns when the broker has acknowledged it. */
    void append(String value) throws Exception {
        try (Producer<String, String> producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>(name, value)).get(WAIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    Producer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> settings = new java.util.HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "acks",
                "all",
                "linger.ms",
                0,
                "max.request.size",
                KafkaSettings.MAX_MESSAGE_BYTES));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    /** The first {@code count} committed values, read by position. */
    List<String> read(int count) {
        try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
            TopicPartition partition = new TopicPartition(name, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return poll(consumer, count);
        }
    }

    /** The first {@code count} values, read by a member of a group. */
    List<String> readAsGroup(String group, int count) {
        try (KafkaConsumer<String, String> consumer = consumer(Map.of(
                "group.id",
                group,
                "auto.offset.reset",
                "earliest",
                "session.timeout.ms",
                3_000,
                "heartbeat.interval.ms",
                500))) {
            consumer.subscribe(List.of(name));
            return poll(consumer, count);
        }
    }

    private KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        Map<String, Object> settings = new java.util.HashMap<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"));
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static List<String> poll(KafkaConsumer<String, String> consumer, int count) {
        Deadline deadline = Deadline.in(Duration.ofSeconds(WAIT_SECONDS));
        List<String> values = new ArrayList<>();
        while (values.size() < count && !deadline.passed()) {
            consumer.poll(Duration.ofMillis(100)).forEach(found -> values.add(found.value()));
        }
        return values;
    }
}
