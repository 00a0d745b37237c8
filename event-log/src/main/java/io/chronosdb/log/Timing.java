package io.chronosdb.log;

import java.time.InstantSource;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What of time and chance a follower uses.
 *
 * @param nanos a clock for pauses
 * @param random 0 to 1
 * @param clock for what is written down
 */
record Timing(LongSupplier nanos, DoubleSupplier random, InstantSource clock) {
    static final Timing SYSTEM = new Timing(System::nanoTime, Math::random, InstantSource.system());
}
