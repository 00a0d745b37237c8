package io.chronosdb.log;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Event;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Progress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads events out of order or again: one by its position, or a stretch of a partition. Thread-safe. Keeps a few readers open,
 * since opening one costs more than what it is opened for.
 */
public final class EventReader implements AutoCloseable {
    /** Partitions whose readers stay open: each has a connection and a thread's worth of buffers. */
    private static final int OPEN_MAX = 8;

    private final Log log;
    private final Duration deadline;
    private final Map<DatabasePartition, Long> ends = new ConcurrentHashMap<>();
    private final Map<DatabasePartition, OffsetReader> open = new LinkedHashMap<>(16, 0.75f, true);

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
        return Optional.ofNullable(at(List.of(position)).get(position));
    }

    /** The same of several, of which those of one partition are read in one go forward. */
    public Map<Position, Event> at(Collection<Position> positions) {
        Map<Position, Event> found = new HashMap<>();
        logged(positions).forEach((position, logged) -> found.put(position, logged.event()));
        return found;
    }

    /** The same with their hashes. */
    Map<Position, LoggedEvent> logged(Collection<Position> positions) {
        Map<DatabasePartition, SortedSet<Long>> offsets = new HashMap<>();
        positions.forEach(position -> offsets.computeIfAbsent(
                        new DatabasePartition(position.database(), position.partition()), p -> new TreeSet<>())
                .add(position.offset()));
        Map<Position, LoggedEvent> found = new HashMap<>();
        offsets.forEach((partition, wanted) -> {
            SortedSet<Long> there = wanted.headSet(endBehind(partition, wanted.last()));
            OffsetReader reader = reader(partition);
            synchronized (reader) {
                reader.read(partition, there).forEach((offset, event) -> found.put(event.position(), event));
            }
        });
        return found;
    }

    /** The end of a partition, which is asked for only where an offset is not known to be before it. */
    private long endBehind(DatabasePartition partition, long offset) {
        if (offset >= ends.getOrDefault(partition, 0L)) {
            ends.put(partition, end(partition));
        }
        return ends.getOrDefault(partition, 0L);
    }

    private OffsetReader reader(DatabasePartition partition) {
        OffsetReader outgrown = null;
        OffsetReader reader;
        synchronized (open) {
            reader = open.computeIfAbsent(partition, p -> new OffsetReader(log, deadline));
            if (open.size() > OPEN_MAX) {
                outgrown = open.remove(open.keySet().iterator().next());
            }
        }
        close(outgrown);
        return reader;
    }

    private static void close(@Nullable OffsetReader reader) {
        if (reader != null) {
            synchronized (reader) { // It may be in use; it opens again if it is needed again.
                reader.close();
            }
        }
    }

    @Override
    public void close() {
        List<OffsetReader> all;
        synchronized (open) {
            all = List.copyOf(open.values());
            open.clear();
        }
        all.forEach(EventReader::close);
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
                List<LogRecord> wanted = OffsetReader.next(reader, deadline).stream()
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

    private LogPartition partition(DatabasePartition partition) {
        return new LogPartition(log.topics().events(partition.database()), partition.number());
    }
}
