package io.chronosdb.log;

import io.chronosdb.event.Chain;
import io.chronosdb.event.Hash;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether a store's progress is one along this log. It is not if the topic was deleted and made again, truncated, restored from a
 * backup, or is another cluster's: then what the store has did not come from here, and going on would mix two histories.
 */
final class LogCheck {
    /** So many records that do not count may stand between two events that do. */
    private static final long BACK_MAX = 10_000;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LOOK_MAX = Duration.ofSeconds(2);
    private static final Duration READ_MAX = Duration.ofSeconds(15);

    private LogCheck() {}

    /**
     * What is wrong, with both positions and what to do about it; nothing if the store can go on.
     *
     * @throws io.chronosdb.error.ChronosException.Unavailable if the log cannot be read
     */
    static Optional<String> disagreement(Log log, DatabasePartition partition, Progress at) {
        LogPartition source = new LogPartition(log.topics().events(partition.database()), partition.number());
        long begin = log.begin(source);
        long end = log.end(source);
        if (at.next() > end) {
            return Optional.of(text(
                    "its progress is behind the end of the log, which was made again or truncated", at, begin, end));
        }
        if (at.next() < begin) {
            return Optional.of(text("the log has dropped events that it has not got", at, begin, end));
        }
        if (!at.chain().equals(Chain.START) && at.next() > begin && !isThere(log, source, begin, at)) {
            return Optional.of(text("its progress is one of another log", at, begin, end));
        }
        return Optional.empty();
    }

    private static String text(String what, Progress at, long begin, long end) {
        return what + ": progress=" + at.next() + " logBegin=" + begin + " logEnd=" + end
                + " remedy=./chronos rebuild (the index from this log) or ./chronos rebuild --from archive (the log)";
    }

    /** Whether the event that the progress ends with is the one that the log has shortly before it. */
    private static boolean isThere(Log log, LogPartition source, long begin, Progress at) {
        boolean itself = log.at(source, at.next() - 1, LOOK_MAX)
                .filter(record -> Hash.of(record.value()).equals(at.chain().last()))
                .isPresent();
        if (itself) {
            return true;
        }
        for (long back = 10; back <= BACK_MAX; back *= 10) {
            long from = Math.max(begin, at.next() - back);
            if (has(log, source, from, at)) {
                return true;
            }
            if (from == begin) {
                // The event itself may have been dropped, with nothing but copies behind it: no contradiction.
                return begin > 0;
            }
        }
        return false;
    }

    private static boolean has(Log log, LogPartition source, long from, Progress at) {
        try (Log.Reader reader = log.read(source, from)) {
            long giveUp = System.nanoTime() + READ_MAX.toNanos();
            while (reader.position(source) < at.next() && System.nanoTime() - giveUp < 0) {
                List<LogRecord> records = reader.poll(POLL);
                if (records.stream()
                        .filter(record -> record.offset() < at.next())
                        .anyMatch(record ->
                                Hash.of(record.value()).equals(at.chain().last()))) {
                    return true;
                }
            }
            return false;
        }
    }
}
