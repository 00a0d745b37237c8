package io.chronosdb.log;

import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads the ends of partitions. A consumer is for one thread, so partitions that others ask for wait in a queue until
 * the polling thread adds them.
 */
final class KafkaTail implements Log.Tail {
    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaLog log;
    private final Map<LogPartition, CompletableFuture<Void>> followed = new ConcurrentHashMap<>();
    private final Queue<Start> starts = new ConcurrentLinkedQueue<>();
    private final Set<LogPartition> assigned = new HashSet<>();
    private volatile boolean closing;
    private boolean closed;

    private record Start(LogPartition partition, long from, CompletableFuture<Void> following) {}

    KafkaTail(KafkaConsumer<byte[], byte[]> consumer, KafkaLog log) {
        this.consumer = consumer;
        this.log = log;
    }

    @Override
    public CompletableFuture<Void> follow(LogPartition partition) {
        return followed.computeIfAbsent(partition, p -> {
            CompletableFuture<Void> following = new CompletableFuture<>();
            starts.add(new Start(p, log.end(p), following));
            consumer.wakeup();
            return following;
        });
    }

    @Override
    public List<LogRecord> poll(Duration max) {
        synchronized (this) {
            if (closing) {
                closed = true;
                consumer.close(CloseOptions.timeout(CLOSE_MAX));
                throw new IllegalStateException("closed");
            }
            addStarts();
        }
        try {
            if (assigned.isEmpty()) {
                Thread.sleep(Math.min(max.toMillis(), 10));
                return List.of();
            }
            return KafkaLog.records(consumer.poll(max));
        } catch (WakeupException e) {
            return List.of();
        } catch (KafkaException e) {
            throw KafkaErrors.unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private void addStarts() {
        for (Start start = starts.poll(); start != null; start = starts.poll()) {
            assigned.add(start.partition());
            consumer.assign(assigned.stream().map(KafkaLog::kafka).toList());
            consumer.seek(KafkaLog.kafka(start.partition()), start.from());
            start.following().complete(null);
        }
    }

    /** The consumer itself is closed by the polling thread, at its next poll. */
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        synchronized (this) {
            if (!closed && assigned.isEmpty()) {
                closed = true;
                consumer.close(CloseOptions.timeout(CLOSE_MAX));
            }
        }
    }
}
