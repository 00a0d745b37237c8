package io.chronosdb.log;

import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Appends by an idempotent producer with {@code acks=all}. */
final class KafkaAppender implements Log.Appender {
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;

    KafkaAppender(KafkaProducer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    @Override
    public CompletableFuture<Long> append(LogPartition partition, NewRecord record) {
        CompletableFuture<Long> appended = new CompletableFuture<>();
        List<Header> headers = new ArrayList<>(record.headers().size());
        record.headers()
                .forEach((name, value) -> headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8))));
        byte[] key = record.key().isEmpty() ? null : record.key().getBytes(StandardCharsets.UTF_8);
        try {
            var unused = producer.send(
                    new ProducerRecord<>(partition.topic(), partition.number(), key, record.value(), headers),
                    (metadata, error) -> {
                        if (error == null) {
                            appended.complete(metadata.offset());
                        } else {
                            appended.completeExceptionally(KafkaErrors.unavailable(error));
                        }
                    });
        } catch (RuntimeException e) { // The buffer is full, the topic unknown, the producer closed or interrupted.
            appended.completeExceptionally(KafkaErrors.unavailable(e));
        }
        return appended;
    }

    @Override
    public void close() {
        producer.close(CLOSE_MAX);
    }
}
