package io.chronosdb.log;

import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** Reads as a member of a consumer group, with incremental rebalancing, so that a new topic pauses no other. */
final class KafkaGroupReader implements Log.GroupReader {
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Pattern topics;
    private final ConsumerRebalanceListener rebalances;
    private final NewDatabases news;
    private final Runnable newDatabase = this::lookForTopics;
    private volatile boolean lookForTopics;

    KafkaGroupReader(
            KafkaConsumer<byte[], byte[]> consumer, Pattern topics, Log.Ownership ownership, NewDatabases news) {
        this.consumer = consumer;
        this.topics = topics;
        this.news = news;
        this.rebalances = new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                ownership.assigned(ours(partitions));
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                if (!partitions.isEmpty()) {
                    ownership.revoked(ours(partitions));
                }
            }
        };
        consumer.subscribe(topics, rebalances);
        news.add(newDatabase);
    }

    private void lookForTopics() {
        lookForTopics = true;
        consumer.wakeup();
    }

    @Override
    public List<LogRecord> poll(Duration max) {
        try {
            if (lookForTopics) {
                lookForTopics = false;
                consumer.subscribe(topics, rebalances); // The same again: asks for the topics that there are now.
            }
            return KafkaLog.records(consumer.poll(max));
        } catch (WakeupException e) {
            return List.of();
        } catch (KafkaException e) {
            throw KafkaErrors.unavailable(e);
        }
    }

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void seek(LogPartition partition, long offset) {
        consumer.seek(KafkaLog.kafka(partition), offset);
    }

    @Override
    public void pause(Collection<LogPartition> partitions) {
        consumer.pause(owned(partitions));
    }

    @Override
    public void resume(Collection<LogPartition> partitions) {
        consumer.resume(owned(partitions));
    }

    @Override
    public OptionalLong position(LogPartition partition) {
        try {
            return OptionalLong.of(consumer.position(KafkaLog.kafka(partition), Duration.ZERO));
        } catch (IllegalStateException | KafkaException e) {
            return OptionalLong.empty(); // Not its own any more, or not found out yet.
        }
    }

    /** Those that are still this member's: a rebalance may have been faster than the caller. */
    private List<TopicPartition> owned(Collection<LogPartition> partitions) {
        Set<TopicPartition> assignment = consumer.assignment();
        return partitions.stream()
                .map(KafkaLog::kafka)
                .filter(assignment::contains)
                .toList();
    }

    private static Set<LogPartition> ours(Collection<TopicPartition> partitions) {
        return partitions.stream().map(KafkaLog::ours).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        news.remove(newDatabase);
        consumer.close(CloseOptions.timeout(CLOSE_MAX));
    }
}
