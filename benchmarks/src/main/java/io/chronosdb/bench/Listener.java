package io.chronosdb.bench;

import java.io.Closeable;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;

/** A thread that hands over what a consumer reads. Closes the consumer when it is closed. */
final class Listener implements Closeable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Consumer<ConsumerRecord<byte[], byte[]>> each;
    private final Thread thread;
    private volatile boolean stopping;

    private Listener(
            String name, KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        this.consumer = consumer;
        this.each = each;
        this.thread = new Thread(this::loop, name);
    }

    static Listener start(
            String name, KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Listener listener = new Listener(name, consumer, each);
        listener.thread.start();
        return listener;
    }

    private void loop() {
        try {
            while (!stopping) {
                consumer.poll(POLL).forEach(each);
            }
        } catch (WakeupException e) {
            // Told to stop.
        }
    }

    @Override
    public void close() {
        stopping = true;
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        consumer.close();
    }
}
