package io.chronosdb.command.process;

import io.chronosdb.address.Topics;
import io.chronosdb.command.Reply;
import io.chronosdb.error.Rejection;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers commands. Has an appender of its own, since answers are given from the continuations of the one that appends
 * events. A lost answer costs its sender a repetition, never a second version, so nobody waits for these appends.
 */
final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    private final Topics topics;
    private final Log.Appender appender;

    Replies(Topics topics, Log.Appender appender) {
        this.topics = topics;
        this.appender = appender;
    }

    void reply(DatabasePartition from, Reply.Address to, Reply reply) {
        LogPartition partition = new LogPartition(topics.name(from.database(), Topics.Kind.REPLIES), to.partition());
        Map<String, String> headers = Map.of(Reply.Address.CORRELATION_HEADER, to.correlation());
        watch(appender.append(partition, new NewRecord("", reply.encode(), headers)));
    }

    /**
     * A refused command that asked for no answer: kept with the reason, for a person to look at. One that is too large to be
     * kept lies where {@code chronos-source} says.
     */
    void deadLetter(DatabasePartition from, LogRecord command, Rejection rejection) {
        LogPartition partition = new LogPartition(topics.name(from.database(), Topics.Kind.DEAD_LETTERS), 0);
        Map<String, String> headers = new TreeMap<>(command.headers());
        headers.put("chronos-code", rejection.code().name());
        headers.put("chronos-reason", rejection.message());
        headers.put("chronos-source", command.partition() + "@" + command.offset());
        var unused = appender.append(partition, new NewRecord(command.key(), command.value(), headers))
                .whenComplete((offset, error) -> {
                    if (error != null) {
                        // With its reason it may be too large for a topic that it fits into without.
                        headers.keySet().removeIf(name -> !name.startsWith("chronos-") || isAddress(name));
                        watch(appender.append(partition, new NewRecord("", new byte[0], headers)));
                    }
                });
    }

    private static boolean isAddress(String header) {
        return header.equals(Reply.Address.PARTITION_HEADER) || header.equals(Reply.Address.CORRELATION_HEADER);
    }

    void refuse(DatabasePartition from, Optional<Reply.Address> to, LogRecord command, Rejection rejection) {
        if (to.isPresent()) {
            reply(from, to.get(), new Reply.Rejected(rejection));
        } else {
            deadLetter(from, command, rejection);
        }
    }

    void close() {
        appender.close();
    }

    private static void watch(CompletableFuture<Long> append) {
        var unused = append.whenComplete((offset, error) -> {
            if (error != null) {
                LOG.warn("an answer was lost: cause={}", error.toString());
            }
        });
    }
}
