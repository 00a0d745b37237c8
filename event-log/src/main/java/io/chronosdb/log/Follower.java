package io.chronosdb.log;

import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one partition for a projection: at most one batch under way, the next ones buffered. The loop's thread calls
 * everything except {@link #work}, which a worker runs while {@link #busy}.
 */
final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final DatabasePartition partition;
    private final LogPartition source;
    private final Projection projection;
    private final LoopLimits limits;
    private final Deque<LogRecord> buffer = new ArrayDeque<>();

    private @Nullable Progress progress;
    private List<LogRecord> batch = List.of();
    private boolean busy;
    private OptionalLong seek = OptionalLong.empty();
    private int failures;
    private long retryAtNanos = System.nanoTime();
    private long gatherUntilNanos = System.nanoTime();

    Follower(DatabasePartition partition, LogPartition source, Projection projection, LoopLimits limits) {
        this.partition = partition;
        this.source = source;
        this.projection = projection;
        this.limits = limits;
    }

    LogPartition source() {
        return source;
    }

    /** Where the projection is, as far as this follower knows; nothing before the store was asked. */
    @Nullable
    Progress progress() {
        return progress;
    }

    void offer(LogRecord record) {
        if (progress != null && seek.isEmpty()) {
            buffer.add(record);
        }
    }

    boolean wantsRecords() {
        return progress != null && buffer.size() < limits.bufferedMax();
    }

    OptionalLong takeSeek() {
        OptionalLong taken = seek;
        seek = OptionalLong.empty();
        return taken;
    }

    /** Whether a worker should run {@link #work} now; if so, it is busy until {@link #done}. */
    boolean begin() {
        if (busy || System.nanoTime() - retryAtNanos < 0) {
            return false;
        }
        if (progress != null && batch.isEmpty()) {
            if (buffer.isEmpty()
                    || buffer.size() < limits.batchEventsMax() && System.nanoTime() - gatherUntilNanos < 0) {
                return false;
            }
            batch = takeBatch();
        }
        busy = true;
        return true;
    }

    private List<LogRecord> takeBatch() {
        List<LogRecord> taken = new ArrayList<>();
        long bytes = 0;
        while (!buffer.isEmpty() && taken.size() < limits.batchEventsMax()) {
            bytes += buffer.peek().value().length;
            if (bytes > limits.batchBytesMax() && !taken.isEmpty()) {
                break;
            }
            taken.add(buffer.remove());
        }
        return taken;
    }

    /** Whether events wait for the next batch to begin. */
    boolean gathers() {
        return !busy && !buffer.isEmpty();
    }

    /** How a batch went. */
    sealed interface Outcome {
        /** The store is where the batch ends. */
        record Done(Progress after) implements Outcome {}

        /** The store is somewhere else, and so must the reader be. */
        record Moved(Progress to) implements Outcome {}

        /** It failed and is tried again. */
        record Failed(RuntimeException cause) implements Outcome {}
    }

    /** Writes the batch, or first asks the store where the projection is. */
    Outcome work() {
        Progress before = progress;
        try {
            if (before == null) {
                return new Outcome.Moved(projection.progress(partition));
            }
            ChainReader.Run run = ChainReader.read(partition, batch, before);
            Progress now = projection.project(partition, run.events(), before, run.after());
            return now.equals(run.after()) ? new Outcome.Done(now) : new Outcome.Moved(now);
        } catch (RuntimeException e) {
            return new Outcome.Failed(e);
        }
    }

    void done(Outcome outcome) {
        busy = false;
        if (outcome instanceof Outcome.Done done) {
            progress = done.after();
            batch = List.of();
            gatherUntilNanos = System.nanoTime() + limits.gather().toNanos();
            failures = 0;
        } else if (outcome instanceof Outcome.Moved moved) {
            progress = moved.to();
            batch = List.of();
            buffer.clear();
            seek = OptionalLong.of(moved.to().next());
            failures = 0;
        } else if (outcome instanceof Outcome.Failed failed) {
            retryLater(failed.cause());
        }
    }

    /** Exponential back-off with jitter: a store that is down is asked again for ever, gently. */
    private void retryLater(RuntimeException cause) {
        Duration pause = limits.retryMin().multipliedBy(1L << Math.min(failures, 16));
        long nanos = Math.min(pause.toNanos(), limits.retryMax().toNanos());
        long jittered = (long) (nanos * (0.5 + Math.random() / 2));
        retryAtNanos = System.nanoTime() + jittered;
        if (failures++ == 0) {
            LOG.warn("{} waits: partition={} cause={}", projection.name(), partition, cause.toString());
            LOG.debug("{} waits", projection.name(), cause);
        }
    }
}
