package io.chronosdb.counters;

import static org.awaitility.Awaitility.await;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.address.Topics.Kind;
import io.chronosdb.port.Counts;
import io.chronosdb.port.TotalsStore.Part;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the rest of Chronos does to the topics that counters read and write, on real brokers. */
final class Cluster implements AutoCloseable {
    private static final int TOTALS_PARTITIONS = 2;

    private final Topics topics;
    private final String bootstrapServers;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    Cluster(Topics topics, String bootstrapServers) {
        this.topics = topics;
        this.bootstrapServers = bootstrapServers;
        Map<String, Object> servers = Map.of("bootstrap.servers", bootstrapServers);
        this.admin = Admin.create(servers);
        this.producer = new KafkaProducer<>(servers, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void open(Database database, int partitions) throws ExecutionException, InterruptedException {
        openEvents(database, partitions);
        openTotals(database);
    }

    void openEvents(Database database, int partitions) throws ExecutionException, InterruptedException {
        create(new NewTopic(topics.events(database), partitions, (short) 1));
    }

    void openTotals(Database database) throws ExecutionException, InterruptedException {
        create(new NewTopic(topics.name(database, Kind.TOTALS), TOTALS_PARTITIONS, (short) 1)
                .configs(Map.of("cleanup.policy", "compact")));
    }

    private void create(NewTopic topic) throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(topic)).all().get();
    }

    /** Returns when the names can be used again. */
    void delete(Database database) throws ExecutionException, InterruptedException {
        Set<String> names = Set.of(topics.events(database), topics.name(database, Kind.TOTALS));
        admin.deleteTopics(names).all().get();
        await().until(() -> admin.listTopics().names().get().stream().noneMatch(names::contains));
    }

    void append(Database database, int partition, byte[]... values) throws ExecutionException, InterruptedException {
        for (byte[] value : values) {
            producer.send(new ProducerRecord<>(topics.events(database), partition, new byte[0], value))
                    .get();
        }
    }

    /** Everything announced and committed, in order of the records of each key. */
    Stream<Part> announced(Database database) {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers", bootstrapServers, "isolation.level", "read_committed", "fetch.max.wait.ms", 20);
        List<TopicPartition> partitions = Stream.of(0, 1)
                .map(p -> new TopicPartition(topics.name(database, Kind.TOTALS), p))
                .toList();
        Stream.Builder<Part> parts = Stream.builder();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                    if (record.value() != null) {
                        parts.add(TotalsRecord.decode(record.value()));
                    }
                }
            }
        }
        return parts.build();
    }

    /** The latest part of each partition. */
    Map<Integer, Counts> parts(Database database, String collection) {
        Map<Integer, Counts> latest = new TreeMap<>();
        announced(database)
                .filter(part ->
                        part.collection().equals(collection) && part.period().isEmpty())
                .forEach(part -> latest.put(part.partition(), part.counts()));
        return latest;
    }

    Optional<Counts> totals(Database database, String collection) {
        return parts(database, collection).values().stream().reduce(Counts::plus);
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
