package io.chronosdb.bench;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics like those of a database, and the plainest good clients for them. */
record BareTopics(String servers, String prefix) {
    static final String CORRELATION = "chronos-correlation";

    String commands() {
        return prefix + ".commands";
    }

    String events() {
        return prefix + ".events";
    }

    String replies() {
        return prefix + ".replies";
    }

    void make() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(Stream.of(commands(), events(), replies())
                            .map(name -> new NewTopic(name, Lab.PARTITIONS, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
    }

    static List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, Lab.PARTITIONS)
                .mapToObj(p -> new TopicPartition(topic, p))
                .toList();
    }

    /** Idempotent, acknowledged by all, nothing waited for, large batches: the best that was found for this work. */
    KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        servers,
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "linger.ms",
                        0,
                        "batch.size",
                        128 << 10,
                        "buffer.memory",
                        64L << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    KafkaConsumer<byte[], byte[]> consumer(String topic, Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("bootstrap.servers", servers);
        properties.put("enable.auto.commit", false);
        properties.put("fetch.min.bytes", 1);
        properties.put("max.poll.records", 2_000);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(partitions(topic));
        consumer.seekToEnd(partitions(topic));
        consumer.assignment().forEach(consumer::position);
        return consumer;
    }

    /** As many headers as an event of Chronos has, and as long. */
    static List<Header> eventHeaders(long n) {
        return List.of(
                header("ce_id", "runtime.bench/0/" + n),
                header("ce_sequence", Long.toString(n)),
                header("ce_source", "chronos://runtime.bench"),
                header("ce_specversion", "1.0"),
                header("ce_subject", "bench0/0f8fad5b-d9cb-469f-a165-70867728950e"),
                header("ce_time", "2026-01-01T00:00:00.000000Z"),
                header("ce_type", "io.chronosdb.created"));
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
