package io.chronosdb.bench;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Sends commands and hears of their replies. */
final class BareClient implements AutoCloseable {
    private final BareTopics topics;
    private final KafkaProducer<byte[], byte[]> commands;
    private final Listener replies;
    private final Map<Long, CompletableFuture<Void>> inFlight = new ConcurrentHashMap<>();

    /** @param consumer more settings of the replies' consumer */
    BareClient(BareTopics topics, Map<String, Object> consumer) {
        this.topics = topics;
        this.commands = topics.producer();
        this.replies = Listener.start("bare-client", topics.consumer(topics.replies(), consumer), this::complete);
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

    private void complete(ConsumerRecord<byte[], byte[]> reply) {
        long n = ByteBuffer.wrap(
                        reply.headers().lastHeader(BareTopics.CORRELATION).value())
                .getLong();
        Objects.requireNonNull(inFlight.remove(n)).complete(null);
    }

    @Override
    public void close() {
        replies.close();
        commands.close();
    }
}
