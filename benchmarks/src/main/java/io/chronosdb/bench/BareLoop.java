package io.chronosdb.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The floor of the write path: consume a command, append its document as an event, reply once that is acknowledged. The records
 * are as large as Chronos's. No state, no chain, no decision, nothing that could be answered twice.
 */
final class BareLoop implements AutoCloseable {
    static final String READY = "the bare loop is ready";

    private static final byte[] REPLY = "r".repeat(230).getBytes(StandardCharsets.UTF_8);

    private final BareTopics topics;
    private final KafkaProducer<byte[], byte[]> events;
    private final KafkaProducer<byte[], byte[]> replies;
    private final Listener commands;

    private BareLoop(BareTopics topics) {
        this.topics = topics;
        this.events = topics.producer();
        this.replies = topics.producer();
        this.commands = Listener.start("bare-loop", topics.consumer(topics.commands(), Map.of()), this::append);
    }

    static BareLoop start(BareTopics topics) {
        return new BareLoop(topics);
    }

    /**
     * Goes on until the process is ended.
     *
     * @param args servers and prefix
     */
    public static void main(String[] args) {
        start(new BareTopics(args[0], args[1]));
        System.out.println(READY);
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
        commands.close();
        events.close();
        replies.close();
    }
}
