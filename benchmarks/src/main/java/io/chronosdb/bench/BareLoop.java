package io.chronosdb.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;

/**
 * The floor of the write path: consume a command, append its document as an event, reply once that is acknowledged. The records
 * are as large as Chronos's. No state, no chain, no decision, nothing that could be answered twice.
 */
final class BareLoop implements AutoCloseable {
    static final String READY = "the bare loop is ready";

    private static final Duration POLL = Duration.ofMillis(100);
    private static final byte[] REPLY = "r".repeat(230).getBytes(StandardCharsets.UTF_8);

    private final BareTopics topics;
    private final KafkaConsumer<byte[], byte[]> commands;
    private final KafkaProducer<byte[], byte[]> events;
    private final KafkaProducer<byte[], byte[]> replies;
    private final Thread thread = new Thread(this::loop, "bare-loop");
    private volatile boolean stopping;

    private BareLoop(BareTopics topics) {
        this.topics = topics;
        this.commands = topics.consumer(topics.commands(), Map.of());
        this.events = topics.producer();
        this.replies = topics.producer();
    }

    static BareLoop start(BareTopics topics) {
        BareLoop loop = new BareLoop(topics);
        loop.thread.start();
        return loop;
    }

    /** @param args servers and prefix */
    public static void main(String[] args) throws Exception {
        BareLoop loop = start(new BareTopics(args[0], args[1]));
        System.out.println(READY);
        loop.thread.join();
    }

    private void loop() {
        try {
            while (!stopping) {
                commands.poll(POLL).forEach(this::append);
            }
        } catch (WakeupException e) {
            // Told to stop.
        }
    }

    private void append(ConsumerRecord<byte[], byte[]> command) {
        byte[] key =
                ("bench0/0f8fad5b-d9cb-469f-a165-70867728950e@" + command.offset()).getBytes(StandardCharsets.UTF_8);
        Header correlation = command.headers().lastHeader(BareTopics.CORRELATION);
        var unused = events.send(
                new ProducerRecord<>(
                        topics.events(),
                        command.partition(),
                        key,
                        command.value(),
                        BareTopics.eventHeaders(command.offset())),
                (metadata, error) -> {
                    if (error == null) {
                        var unusedReply = replies.send(new ProducerRecord<byte[], byte[]>(
                                topics.replies(), 0, null, REPLY, List.of(correlation)));
                    }
                });
    }

    @Override
    public void close() {
        stopping = true;
        commands.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        commands.close();
        events.close();
        replies.close();
    }
}
