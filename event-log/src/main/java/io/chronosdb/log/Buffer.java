package io.chronosdb.log;

import io.chronosdb.port.LogRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Records of one partition that were fetched and wait for their batch. For one thread. */
final class Buffer {
    private final LoopLimits limits;
    private final Deque<LogRecord> records = new ArrayDeque<>();
    private long bytes;

    Buffer(LoopLimits limits) {
        this.limits = limits;
    }

    void add(LogRecord record) {
        records.add(record);
        bytes += record.value().length;
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /** The one that was fetched first. */
    Optional<LogRecord> first() {
        return Optional.ofNullable(records.peek());
    }

    boolean hasBatch() {
        return records.size() >= limits.batchEventsMax() || bytes >= limits.batchBytesMax();
    }

    boolean hasRoom() {
        return records.size() < limits.bufferedEventsMax() && bytes < limits.bufferedBytesMax();
    }

    List<LogRecord> takeBatch() {
        List<LogRecord> taken = new ArrayList<>();
        long takenBytes = 0;
        while (!records.isEmpty() && taken.size() < limits.batchEventsMax()) {
            takenBytes += records.peek().value().length;
            if (takenBytes > limits.batchBytesMax() && !taken.isEmpty()) {
                break;
            }
            bytes -= records.peek().value().length;
            taken.add(records.remove());
        }
        return taken;
    }

    void clear() {
        records.clear();
        bytes = 0;
    }
}
