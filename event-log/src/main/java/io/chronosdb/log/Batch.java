package io.chronosdb.log;

import io.chronosdb.port.LogRecord;
import java.util.List;

/**
 * The records that are being projected: all at once, and when the projection refuses them, ever fewer from the front, until
 * the one is found that it refuses by itself. Behind it the steps grow again.
 *
 * @param records what is left of the batch
 * @param step how many of them are tried now
 * @param stepMax how many of them may be tried at once
 * @param attempts how often the first one was tried by itself in vain
 */
record Batch(List<LogRecord> records, int step, int stepMax, int attempts) {
    static final Batch NONE = of(List.of());

    static Batch of(List<LogRecord> records) {
        return new Batch(List.copyOf(records), records.size(), Integer.MAX_VALUE, 0);
    }

    /** One by one: an owner died of one of them. */
    static Batch oneByOne(List<LogRecord> records, int attempts) {
        return new Batch(List.copyOf(records), Math.min(1, records.size()), 1, attempts);
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
        return new Batch(rest, Math.min(Math.min(rest.size(), 2 * step), stepMax), stepMax, 0);
    }

    /** Half of what was refused. */
    Batch half() {
        return new Batch(records, Math.max(1, step / 2), stepMax, 0);
    }

    Batch refusedAgain() {
        return new Batch(records, step, stepMax, attempts + 1);
    }
}
