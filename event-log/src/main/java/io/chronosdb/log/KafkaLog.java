package io.chronosdb.log;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The log on Kafka. Thread-safe; what it hands out says for itself. */
public final class KafkaLog implements Log {
    private static final long MILLIS_MAX = 15_000;

    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final KafkaLogSettings settings;
    private final Topics names;
    private final Admin admin;
    private final KafkaTopics topics;
    private final NewDatabases news;
    private final Object looking = new Object();
    private @Nullable KafkaConsumer<byte[], byte[]> looker;

    /** Connects lazily: a Kafka that is down shows at the first call. */
    public KafkaLog(KafkaLogSettings settings) {
        this.settings = settings;
        this.names = new Topics(settings.topicPrefix());
        this.admin = Admin.create(KafkaClientProperties.admin(settings));
        this.topics = new KafkaTopics(admin, names, settings);
        this.news = new NewDatabases(this, topics);
    }

    @Override
    public Topics topics() {
        return names;
    }

    @Override
    public int open(Database database) {
        return topics.open(database, news::announce);
    }

    @Override
    public String generation(String topic) {
        return topics.describe(topic).topicId().toString();
    }

    @Override
    public boolean exists(String topic) {
        return topics.exists(topic);
    }

    /**
     * Deletes what a database's events and totals are in, to be made again by {@link #open}. Everything that was in them is gone.
     *
     * @throws io.chronosdb.error.ChronosException.Unavailable if they are not gone within the deadline
     */
    public void deleteEvents(Database database) {
        topics.delete(database, Set.of(names.events(database), names.name(database, Topics.Kind.TOTALS)));
    }

    /**
     * Who works with this log right now.
     *
     * @return by group, where its members run; a process that has died is among them until its session is over
     */
    public Map<String, List<String>> activeGroups() {
        return topics.activeGroups();
    }

    @Override
    public Appender appender() {
        return new KafkaAppender(new KafkaProducer<>(
                KafkaClientProperties.producer(settings), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    @Override
    public long end(LogPartition partition) {
        return offset(kafka(partition), OffsetSpec.latest());
    }

    @Override
    public Map<LogPartition, Long> ends(Collection<LogPartition> partitions, Duration max) {
        long deadline = System.nanoTime() + max.toNanos();
        Map<TopicPartition, OffsetSpec> asked =
                partitions.stream().collect(Collectors.toMap(KafkaLog::kafka, partition -> OffsetSpec.latest()));
        ListOffsetsResult answers = admin.listOffsets(asked, new ListOffsetsOptions().timeoutMs((int) max.toMillis()));
        Map<LogPartition, Long> ends = new HashMap<>();
        Optional<ChronosException> failure = Optional.empty();
        for (LogPartition partition : partitions) {
            try {
                long left = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
                ends.put(
                        partition,
                        KafkaErrors.await(answers.partitionResult(kafka(partition)), left)
                                .offset());
            } catch (ExecutionException e) {
                failure = Optional.of(KafkaErrors.unavailable(e.getCause()));
            } catch (Unavailable e) {
                failure = Optional.of(e);
            }
        }
        if (ends.isEmpty() && failure.isPresent()) {
            throw failure.get();
        }
        return ends;
    }

    @Override
    public long begin(LogPartition partition) {
        return offset(kafka(partition), OffsetSpec.earliest());
    }

    private long offset(TopicPartition partition, OffsetSpec which) {
        try {
            return KafkaErrors.await(admin.listOffsets(Map.of(partition, which)).partitionResult(partition), MILLIS_MAX)
                    .offset();
        } catch (ExecutionException e) {
            throw KafkaErrors.unavailable(e.getCause());
        }
    }

    @Override
    public Reader read(Map<LogPartition, Long> from) {
        return read(from, KafkaClientProperties.consumer(settings));
    }

    @Override
    public Reader readScattered(LogPartition partition, long from) {
        return read(Map.of(partition, from), KafkaClientProperties.scattered(settings));
    }

    /** With one consumer for all, since making one costs more than what it is made for; one caller at a time. */
    @Override
    public Optional<LogRecord> at(LogPartition partition, long offset, Duration max) {
        synchronized (looking) {
            KafkaConsumer<byte[], byte[]> consumer = looker;
            if (consumer == null) {
                consumer = consumer(KafkaClientProperties.scattered(settings));
                looker = consumer;
            }
            consumer.assign(List.of(kafka(partition)));
            consumer.seek(kafka(partition), offset);
            return new KafkaReader(consumer)
                    .poll(max).stream()
                            .filter(record -> record.offset() == offset)
                            .findFirst();
        }
    }

    private static Reader read(Map<LogPartition, Long> from, Map<String, Object> properties) {
        KafkaConsumer<byte[], byte[]> consumer = consumer(properties);
        consumer.assign(from.keySet().stream().map(KafkaLog::kafka).toList());
        from.forEach((partition, offset) -> consumer.seek(kafka(partition), offset));
        return new KafkaReader(consumer);
    }

    @Override
    public Tail tail() {
        return new KafkaTail(consumer(KafkaClientProperties.consumer(settings)), this);
    }

    @Override
    public GroupReader join(String group, Topics.Kind kind, Ownership ownership) {
        Duration session = settings.sessionTimeout().orElseGet(() -> SessionTimeout.shortest(admin));
        return new KafkaGroupReader(
                consumer(KafkaClientProperties.member(settings, group, session)), names.all(kind), ownership, news);
    }

    @Override
    public void close() {
        news.close();
        synchronized (looking) {
            if (looker != null) {
                looker.close(CloseOptions.timeout(CLOSE_MAX));
            }
        }
        admin.close(CLOSE_MAX);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> properties) {
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static TopicPartition kafka(LogPartition partition) {
        return new TopicPartition(partition.topic(), partition.number());
    }

    static LogPartition ours(TopicPartition partition) {
        return new LogPartition(partition.topic(), partition.partition());
    }

    static List<LogRecord> records(ConsumerRecords<byte[], byte[]> polled) {
        List<LogRecord> records = new ArrayList<>(polled.count());
        for (TopicPartition partition : polled.partitions()) {
            LogPartition ours = ours(partition);
            for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
                records.add(record(ours, record));
            }
        }
        return records;
    }

    private static LogRecord record(LogPartition partition, ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), text(header.value()));
        }
        byte[] value = record.value() == null ? new byte[0] : record.value();
        return new LogRecord(
                partition,
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                text(record.key()),
                value,
                headers);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
