package io.chronosdb.log;

import io.chronosdb.port.LogRecord;
import java.util.List;

/**
 * The records that are being projected: all at once, and when the projection refuses them, ever fewer from the front, until
 * the one is found that it refuses by itself. Behind it the steps grow again.
 *
 * @param records what is left of the batch
 * @param step how many of them are tried now
 * @param attempts how often the first one was refused by itself
 */
record Batch(List<LogRecord> records, int step, int attempts) {
    static final Batch NONE = of(List.of());

    static Batch of(List<LogRecord> records) {
        return new Batch(List.copyOf(records), records.size(), 0);
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    List<LogRecord> tried() {
        return records.subList(0, step);
    }

    /** Without what was tried, which is projected. */
    Batch next() {
        List<LogRecord> rest = List.copyOf(records.subList(step, records.size()));
        return new Batch(rest, Math.min(rest.size(), 2 * step), 0);
    }

    /** Half of what was refused. */
    Batch half() {
        return new Batch(records, Math.max(1, step / 2), 0);
    }

    Batch refusedAgain() {
        return new Batch(records, step, attempts + 1);
    }
}
