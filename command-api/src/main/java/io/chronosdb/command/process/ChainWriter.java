package io.chronosdb.command.process;

import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Head;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Fact;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Link;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes facts that were decided before as the chain of an empty partition: a log is made again. They keep their times and versions;
 * places and hashes of events are new. For one thread, while nobody owns the partition.
 */
public final class ChainWriter {
    private static final int IN_FLIGHT_MAX = 1_000;
    private static final long IN_FLIGHT_BYTES_MAX = 16L << 20;
    private static final Duration APPENDED_WITHIN = Duration.ofMinutes(2);

    private final DatabasePartition partition;
    private final LogPartition events;
    private final Log.Appender appender;
    private final String generation;
    private final long commandOffset;
    private final Deque<Under> underWay = new ArrayDeque<>();
    private long bytesUnderWay;
    private Chain chain = Chain.START;

    private record Under(long seq, int bytes, CompletableFuture<Long> offset) {}

    /**
     * @param generation the identity of the commands topic
     * @param commandOffset of the last command that is not decided again; -1 for none
     */
    public ChainWriter(
            DatabasePartition partition, Log log, Log.Appender appender, String generation, long commandOffset) {
        this.partition = partition;
        this.events = new LogPartition(log.topics().events(partition.database()), partition.number());
        this.appender = appender;
        this.generation = generation;
        this.commandOffset = commandOffset;
    }

    /** The first fact of a partition. */
    public void settings(DecisionSettings settings) {
        append(Head.START.at(), new Configured(settings.toJson()));
    }

    /**
     * Appends the next fact. Waits while too many are under way.
     *
     * @throws Unavailable if one failed, or somebody else writes to the partition; then it is no chain of this alone
     */
    public void append(Instant at, Fact fact) {
        Link link = new Link(chain.next(), chain.last(), generation, commandOffset, 0, true);
        Event event = new Event(link, at, fact);
        byte[] bytes = EventCodec.encode(event);
        chain = chain.advance(Hash.of(bytes));
        while (underWay.size() >= IN_FLIGHT_MAX || bytesUnderWay >= IN_FLIGHT_BYTES_MAX) {
            awaitFirst();
        }
        underWay.add(
                new Under(link.seq(), bytes.length, appender.append(events, EventRecords.of(partition, event, bytes))));
        bytesUnderWay += bytes.length;
    }

    /** Waits for all of them. */
    public Progress end() {
        while (!underWay.isEmpty()) {
            awaitFirst();
        }
        return new Progress(chain.next(), chain);
    }

    private void awaitFirst() {
        Under first = underWay.remove();
        bytesUnderWay -= first.bytes();
        long offset;
        try {
            offset = first.offset().get(APPENDED_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("kafka", "interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new Unavailable("kafka", "an event could not be appended: seq=" + first.seq(), e);
        }
        if (offset != first.seq()) {
            throw new Unavailable(
                    "kafka",
                    "somebody else writes to the partition: "
                            + new Position(partition.database(), partition.number(), offset),
                    null);
        }
    }
}
