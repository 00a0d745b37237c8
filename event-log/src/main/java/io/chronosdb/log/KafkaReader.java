package io.chronosdb.log;

import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;

/** Reads partitions, without a group. */
final class KafkaReader implements Log.Reader {
    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

    private final KafkaConsumer<byte[], byte[]> consumer;

    KafkaReader(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    @Override
    public List<LogRecord> poll(Duration max) {
        try {
            return KafkaLog.records(consumer.poll(max));
        } catch (KafkaException e) {
            throw KafkaErrors.unavailable(e);
        }
    }

    @Override
    public void seek(LogPartition partition, long offset) {
        consumer.seek(KafkaLog.kafka(partition), offset);
    }

    @Override
    public long position(LogPartition partition) {
        try {
            return consumer.position(KafkaLog.kafka(partition));
        } catch (KafkaException e) {
            throw KafkaErrors.unavailable(e);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_MAX));
    }
}
