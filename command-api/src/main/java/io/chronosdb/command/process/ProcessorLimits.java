package io.chronosdb.command.process;

import java.time.Duration;

/**
 * What bounds the processor's memory and patience.
 *
 * @param inFlightMax decisions of one partition that wait for the log's acknowledgement
 * @param inFlightBytesMax the same in bytes of events
 * @param retry how long a partition rests after the log could not be reached
 * @param handover how long an owner that is told to stop waits for what is in flight
 * @param cacheBytesMax documents of the items written last that are kept in memory, of all partitions together
 */
public record ProcessorLimits(
        int inFlightMax, long inFlightBytesMax, Duration retry, Duration handover, long cacheBytesMax) {
    public static final ProcessorLimits DEFAULT =
            new ProcessorLimits(5_000, 32L << 20, Duration.ofMillis(500), Duration.ofSeconds(2), 32L << 20);
}
