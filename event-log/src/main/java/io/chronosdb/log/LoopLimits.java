package io.chronosdb.log;

import java.time.Duration;

/**
 * What bounds a projection's memory and haste.
 *
 * @param workers how many partitions are written at the same time
 * @param batchEventsMax events per batch
 * @param batchBytesMax bytes of events per batch; a single larger event is a batch of its own
 * @param bufferedMax fetched events of one partition that wait, beside the batch under way
 * @param gather how long after a batch events are gathered for the next, unless it is full: many small batches cost more
 *     than they bring
 * @param retryMin pause after a first failure; doubles up to the next
 * @param retryMax the longest pause
 */
public record LoopLimits(
        int workers,
        int batchEventsMax,
        long batchBytesMax,
        int bufferedMax,
        Duration gather,
        Duration retryMin,
        Duration retryMax) {
    /** For a projection that readers wait for. */
    public static final LoopLimits DEFAULT = new LoopLimits(
            4, 1_000, 8L << 20, 4_000, Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(5));

    /** The same with another time to gather. */
    public LoopLimits gathering(Duration time) {
        return new LoopLimits(workers, batchEventsMax, batchBytesMax, bufferedMax, time, retryMin, retryMax);
    }
}
