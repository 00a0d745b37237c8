package io.chronosdb.command.process;

import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.Watcher;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What an owner has around it.
 *
 * @param nanos a clock for pauses
 * @param wakeup called, on any thread, when there is something to do again
 * @param watcher told what it does
 * @param witness asked before a log begins anew
 * @param left what the owner before has noted
 * @param notes for whoever owns the partition next
 */
record Surroundings(
        LongSupplier nanos, Runnable wakeup, Watcher watcher, Witness witness, Optional<String> left, Log.Notes notes) {
    /** Nobody looks, and nobody knows anything. */
    static Surroundings alone(LongSupplier nanos) {
        return alone(nanos, Optional.empty(), NOBODY);
    }

    /** Nobody looks, and nobody knows anything but what is noted. */
    static Surroundings alone(LongSupplier nanos, Optional<String> left, Log.Notes notes) {
        return new Surroundings(nanos, () -> {}, Watcher.NONE, Witness.NONE, left, notes);
    }

    /** There is no group. */
    private static final Log.Notes NOBODY = new Log.Notes() {
        @Override
        public Map<LogPartition, String> noted(Collection<LogPartition> partitions) {
            return Map.of();
        }

        @Override
        public void note(LogPartition partition, long offset, String text, Duration max) {}
    };
}
