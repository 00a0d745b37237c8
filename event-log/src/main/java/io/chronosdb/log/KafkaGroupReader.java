package io.chronosdb.log;

import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** Reads as a member of a consumer group, with incremental rebalancing, so that a new topic pauses no other. */
final class KafkaGroupReader implements Log.GroupReader {
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
    private static final Duration NOTES_MAX = Duration.ofSeconds(3);

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

    /** In the metadata of the group's committed offsets, which nobody reads on from. */
    @Override
    public Map<LogPartition, String> noted(Collection<LogPartition> partitions) {
        Set<TopicPartition> asked = partitions.stream().map(KafkaLog::kafka).collect(Collectors.toSet());
        Map<LogPartition, String> notes = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> committed =
                whateverWakesIt(NOTES_MAX, left -> consumer.committed(asked, left));
        committed.forEach((partition, noted) -> {
            if (noted != null) { // There is none: Kafka says so by a null.
                notes.put(KafkaLog.ours(partition), noted.metadata());
            }
        });
        return notes;
    }

    @Override
    public void note(LogPartition partition, long offset, String text, Duration max) {
        Map<TopicPartition, OffsetAndMetadata> note =
                Map.of(KafkaLog.kafka(partition), new OffsetAndMetadata(offset, text));
        if (max.isZero()) {
            consumer.commitAsync(note, (offsets, error) -> {}); // Also where another member has the partition.
        } else {
            boolean unused = whateverWakesIt(max, left -> {
                consumer.commitSync(note, left);
                return true;
            });
        }
    }

    /** A wakeup is meant for the next poll, and must neither end this nor be lost. */
    private <T> T whateverWakesIt(Duration max, Function<Duration, T> work) {
        long deadline = System.nanoTime() + max.toNanos();
        boolean woken = false;
        try {
            while (true) {
                try {
                    return work.apply(Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
                } catch (WakeupException e) {
                    woken = true;
                    if (System.nanoTime() - deadline > 0) {
                        throw KafkaErrors.unavailable(e);
                    }
                } catch (KafkaException e) {
                    throw KafkaErrors.unavailable(e);
                }
            }
        } finally {
            if (woken) {
                consumer.wakeup();
            }
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
