package io.chronosdb.log;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads events out of order or again: one by its position, or a stretch of a partition. */
public final class EventReader {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Log log;
    private final Duration deadline;

    /** @param deadline how long the log may give nothing before a read ends as {@link Unavailable} */
    public EventReader(Log log, Duration deadline) {
        this.log = log;
        this.deadline = deadline;
    }

    /**
     * The event at a position that an index or a receipt names, which the chain has accepted therefore.
     *
     * @return nothing if the log does not have it any more
     * @throws Unavailable if the log cannot be read in time
     */
    public Optional<Event> at(Position position) {
        LogPartition partition = partition(new DatabasePartition(position.database(), position.partition()));
        if (position.offset() >= log.end(partition)) {
            return Optional.empty();
        }
        try (Log.Reader reader = log.read(partition, position.offset())) {
            LogRecord first = next(reader).get(0);
            return first.offset() == position.offset()
                    ? Optional.of(EventCodec.decode(first.value()))
                    : Optional.empty();
        } catch (MalformedRecord e) {
            return Optional.empty();
        }
    }

    /** The offset behind the last event of a partition, at the time of the call. */
    public long end(DatabasePartition partition) {
        return log.end(partition(partition));
    }

    /**
     * Reads a stretch of a partition's chain.
     *
     * @param from where to begin, and how far the chain was followed there
     * @param to the offset behind the last record wanted
     * @param batches gets the accepted events, in order and in bounded batches
     * @return the progress at {@code to}
     * @throws Unavailable if the log cannot be read in time
     */
    public Progress replay(DatabasePartition partition, Progress from, long to, Consumer<List<LoggedEvent>> batches) {
        Progress progress = from;
        if (progress.next() >= to) {
            return progress;
        }
        try (Log.Reader reader = log.read(partition(partition), progress.next())) {
            while (progress.next() < to) {
                List<LogRecord> wanted = next(reader).stream()
                        .filter(record -> record.offset() < to)
                        .toList();
                requireNoneDropped(partition, progress, wanted);
                ChainReader.Run run = ChainReader.read(partition, wanted, progress);
                // The last records of the stretch may be control records, which are never delivered.
                progress = wanted.isEmpty() ? new Progress(to, run.after().chain()) : run.after();
                if (!run.events().isEmpty()) {
                    batches.accept(run.events());
                }
            }
        }
        return progress;
    }

    /** A stretch that begins behind where it should would look like one without events. */
    private static void requireNoneDropped(DatabasePartition partition, Progress at, List<LogRecord> records) {
        if (!records.isEmpty() && records.get(0).offset() > at.next()) {
            throw new Unavailable(
                    "kafka",
                    "the log has dropped events: partition=" + partition + " wanted=" + at.next() + " first="
                            + records.get(0).offset(),
                    null);
        }
    }

    private List<LogRecord> next(Log.Reader reader) {
        long giveUp = System.nanoTime() + deadline.toNanos();
        while (System.nanoTime() - giveUp < 0) {
            List<LogRecord> records = reader.poll(POLL);
            if (!records.isEmpty()) {
                return records;
            }
        }
        throw new Unavailable("kafka", "no events came in time", null);
    }

    private LogPartition partition(DatabasePartition partition) {
        return new LogPartition(log.topics().events(partition.database()), partition.number());
    }
}
