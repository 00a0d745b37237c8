package io.chronosdb.bench;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads a topic from its beginning to its end, does nothing with it, and says so. */
final class BareRead {
    static final String DONE = "everything is read";

    private BareRead() {}

    /** @param args servers and topic */
    public static void main(String[] args) throws InterruptedException {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new BareTopics(args[0], "").consumer(args[1], Map.of("max.partition.fetch.bytes", 8 << 20))) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            consumer.seekToBeginning(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100));
            }
        }
        System.out.println(DONE);
        new CountDownLatch(1).await(); // Until it is ended.
    }
}
