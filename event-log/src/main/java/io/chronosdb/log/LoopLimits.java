package io.chronosdb.log;

import io.chronosdb.error.ChronosException.Invalid;
import java.time.Duration;

/**
 * What bounds a projection's memory and haste.
 *
 * @param workers how many partitions are written at the same time
 * @param batchEventsMax events per batch
 * @param batchBytesMax bytes of events per batch; a single larger event is a batch of its own
 * @param gather how long after a batch events are gathered for the next, unless it is full: many small batches cost more
 *     than they bring
 * @param fallback what becomes of what fails
 */
public record LoopLimits(int workers, int batchEventsMax, long batchBytesMax, Duration gather, Fallback fallback) {
    /** For a projection that readers wait for. */
    public static final LoopLimits DEFAULT =
            new LoopLimits(4, 1_000, 8L << 20, Duration.ofMillis(10), Fallback.DEFAULT);

    /** How many batches of one partition may wait, fetched, beside the one under way. */
    private static final int BUFFERED_BATCHES = 4;

    public LoopLimits {
        if (workers < 1 || batchEventsMax < 1 || batchBytesMax < 1 || gather.isNegative()) {
            throw new Invalid("workers, events and bytes are positive, and gather is not negative: workers=" + workers
                    + " batchEventsMax=" + batchEventsMax + " batchBytesMax=" + batchBytesMax + " gatherMs="
                    + gather.toMillis());
        }
    }

    /** The same with another time to gather. */
    public LoopLimits gathering(Duration time) {
        return new LoopLimits(workers, batchEventsMax, batchBytesMax, time, fallback);
    }

    /** The same with batches of another size. */
    public LoopLimits batching(int eventsMax) {
        return new LoopLimits(workers, eventsMax, batchBytesMax, gather, fallback);
    }

    /** The same with another way to fail. */
    public LoopLimits failing(Fallback other) {
        return new LoopLimits(workers, batchEventsMax, batchBytesMax, gather, other);
    }

    long bufferedEventsMax() {
        return (long) BUFFERED_BATCHES * batchEventsMax;
    }

    long bufferedBytesMax() {
        return BUFFERED_BATCHES * batchBytesMax;
    }
}
