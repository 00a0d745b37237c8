package io.chronosdb.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Sends commands and hears of their replies. */
final class BareClient implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final BareTopics topics;
    private final KafkaProducer<byte[], byte[]> commands;
    private final KafkaConsumer<byte[], byte[]> replies;
    private final Map<Long, CompletableFuture<Void>> inFlight = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::listen, "bare-client");
    private volatile boolean stopping;

    /** @param consumer more settings of the replies' consumer */
    BareClient(BareTopics topics, Map<String, Object> consumer) {
        this.topics = topics;
        this.commands = topics.producer();
        this.replies = topics.consumer(topics.replies(), consumer);
        thread.start();
    }

    CompletableFuture<Void> send(long n) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        inFlight.put(n, answer);
        byte[] correlation = ByteBuffer.allocate(Long.BYTES).putLong(n).array();
        var unused = commands.send(
                new ProducerRecord<>(
                        topics.commands(),
                        (int) (n % Lab.PARTITIONS),
                        correlation,
                        Documents.json(n),
                        List.of(new RecordHeader(BareTopics.CORRELATION, correlation))),
                (metadata, error) -> {
                    if (error != null) {
                        answer.completeExceptionally(error);
                    }
                });
        return answer;
    }

    private void listen() {
        try {
            while (!stopping) {
                replies.poll(POLL).forEach(this::complete);
            }
        } catch (WakeupException e) {
            // Told to stop.
        }
    }

    private void complete(ConsumerRecord<byte[], byte[]> reply) {
        long n = ByteBuffer.wrap(
                        reply.headers().lastHeader(BareTopics.CORRELATION).value())
                .getLong();
        Objects.requireNonNull(inFlight.remove(n)).complete(null);
    }

    @Override
    public void close() {
        stopping = true;
        replies.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        commands.close();
        replies.close();
    }
}
