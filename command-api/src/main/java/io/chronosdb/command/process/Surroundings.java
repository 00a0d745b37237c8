package io.chronosdb.command.process;

import io.chronosdb.port.Watcher;
import java.util.function.LongSupplier;

/**
 * What an owner has around it.
 *
 * @param nanos a clock for pauses
 * @param wakeup called, on any thread, when there is something to do again
 * @param watcher told what it does
 * @param witness asked before a log begins anew
 */
record Surroundings(LongSupplier nanos, Runnable wakeup, Watcher watcher, Witness witness) {
    /** Nobody looks, and nobody knows anything. */
    static Surroundings alone(LongSupplier nanos) {
        return new Surroundings(nanos, () -> {}, Watcher.NONE, Witness.NONE);
    }
}
