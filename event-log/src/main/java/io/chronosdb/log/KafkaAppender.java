package io.chronosdb.log;

import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Appends by idempotent producers with {@code acks=all}. A producer's linger is fixed: none is right for a lone record, and makes
 * many small requests of a crowd. So there are two producers. A partition changes over only while nothing of it is under way, so
 * that its records stay in order.
 */
final class KafkaAppender implements Log.Appender {
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    /** A record that comes so soon behind the last one, of any partition, waits for company. */
    private static final long COMPANY_NANOS = Duration.ofMillis(1).toNanos();

    private final KafkaProducer<byte[], byte[]> prompt;
    private final KafkaProducer<byte[], byte[]> gathering;
    private final Map<LogPartition, AtomicReference<Lane>> lanes = new ConcurrentHashMap<>();
    private final AtomicLong lastAtNanos = new AtomicLong(System.nanoTime() - COMPANY_NANOS);

    KafkaAppender(KafkaProducer<byte[], byte[]> prompt, KafkaProducer<byte[], byte[]> gathering) {
        this.prompt = prompt;
        this.gathering = gathering;
    }

    /** Which producer a partition's records go through, and how many are under way. */
    private record Lane(boolean gathers, int underWay) {
        static final Lane EMPTY = new Lane(false, 0);

        Lane begun(boolean crowded) {
            return new Lane(underWay == 0 ? crowded : gathers, underWay + 1);
        }

        Lane ended() {
            return new Lane(gathers, underWay - 1);
        }
    }

    @Override
    public CompletableFuture<Long> append(LogPartition partition, NewRecord record) {
        CompletableFuture<Long> appended = new CompletableFuture<>();
        List<Header> headers = new ArrayList<>(record.headers().size());
        record.headers()
                .forEach((name, value) -> headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8))));
        byte[] key = record.key().isEmpty() ? null : record.key().getBytes(StandardCharsets.UTF_8);
        long now = System.nanoTime();
        boolean crowded = now - lastAtNanos.getAndSet(now) < COMPANY_NANOS;
        AtomicReference<Lane> lane = lanes.computeIfAbsent(partition, p -> new AtomicReference<>(Lane.EMPTY));
        boolean gathers = lane.updateAndGet(it -> it.begun(crowded)).gathers();
        try {
            var unused = (gathers ? gathering : prompt)
                    .send(
                            new ProducerRecord<>(partition.topic(), partition.number(), key, record.value(), headers),
                            (metadata, error) -> {
                                lane.updateAndGet(Lane::ended);
                                if (error == null) {
                                    appended.complete(metadata.offset());
                                } else {
                                    appended.completeExceptionally(KafkaErrors.unavailable(error));
                                }
                            });
        } catch (RuntimeException e) { // The buffer is full, the topic unknown, the producer closed or interrupted.
            lane.updateAndGet(Lane::ended);
            appended.completeExceptionally(KafkaErrors.unavailable(e));
        }
        return appended;
    }

    @Override
    public void close() {
        prompt.close(CLOSE_MAX);
        gathering.close(CLOSE_MAX);
    }
}
