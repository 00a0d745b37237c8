package io.chronosdb.log;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Hash;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads events at scattered offsets, which are known to be accepted ones. Goes forward through the log once, over short gaps
 * by reading and over long ones by a jump, and keeps its reader open for the next time. For one thread.
 */
public final class OffsetReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /** Over fewer records it is faster to read on than to jump. */
    private static final long GAP_MAX = 2_000;

    private final Log log;
    private final Duration deadline;
    private @Nullable LogPartition open;
    private Log.@Nullable Reader reader;

    /** @param deadline how long the log may give nothing before a read ends as {@link Unavailable} */
    public OffsetReader(Log log, Duration deadline) {
        this.log = log;
        this.deadline = deadline;
    }

    /**
     * Reads the events at these offsets.
     *
     * @return by offset; without those that the log has dropped
     * @throws Unavailable if the log cannot be read in time
     */
    public Map<Long, LoggedEvent> read(DatabasePartition partition, SortedSet<Long> offsets) {
        Map<Long, LoggedEvent> found = new TreeMap<>();
        if (offsets.isEmpty()) {
            return found;
        }
        try {
            LogPartition source = new LogPartition(log.topics().events(partition.database()), partition.number());
            read(reader(source, offsets.first()), partition, source, offsets.iterator(), found);
            return found;
        } catch (RuntimeException e) {
            close(); // Where it stands is not known any more.
            throw e;
        }
    }

    private void read(
            Log.Reader from,
            DatabasePartition partition,
            LogPartition source,
            Iterator<Long> offsets,
            Map<Long, LoggedEvent> found) {
        long wanted = offsets.next();
        from.seek(source, wanted);
        while (true) {
            for (LogRecord record : next(from, deadline)) {
                while (wanted < record.offset()) { // It is not there any more.
                    if (!offsets.hasNext()) {
                        return;
                    }
                    wanted = offsets.next();
                }
                if (wanted == record.offset()) {
                    decode(partition, record, found);
                    if (!offsets.hasNext()) {
                        return;
                    }
                    wanted = offsets.next();
                }
                if (wanted - record.offset() > GAP_MAX) {
                    from.seek(source, wanted);
                    break;
                }
            }
        }
    }

    private static void decode(DatabasePartition partition, LogRecord record, Map<Long, LoggedEvent> found) {
        try {
            Position position = new Position(partition.database(), partition.number(), record.offset());
            found.put(
                    record.offset(),
                    new LoggedEvent(EventCodec.decode(record.value()), Hash.of(record.value()), position));
        } catch (MalformedRecord e) {
            // Not the one that was accepted: the topic is another one by now.
        }
    }

    /** The next records, which are known to be there. */
    static List<LogRecord> next(Log.Reader from, Duration deadline) {
        long giveUp = System.nanoTime() + deadline.toNanos();
        while (System.nanoTime() - giveUp < 0) {
            List<LogRecord> records = from.poll(POLL);
            if (!records.isEmpty()) {
                return records;
            }
        }
        throw new Unavailable("kafka", "no events came in time", null);
    }

    private Log.Reader reader(LogPartition partition, long offset) {
        Log.Reader present = reader;
        if (present != null && partition.equals(open)) {
            return present;
        }
        close();
        Log.Reader opened = log.readScattered(partition, offset);
        open = partition;
        reader = opened;
        return opened;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
