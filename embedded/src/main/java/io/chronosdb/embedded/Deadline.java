package io.chronosdb.embedded;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A moment after which nobody waits any longer. */
record Deadline(long nanoTime, Duration allowed) {
    private static final long POLL_MILLIS = 20;

    static Deadline in(Duration allowed) {
        return new Deadline(System.nanoTime() + allowed.toNanos(), allowed);
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    boolean passed() {
        return left().isZero();
    }

    /** True as soon as {@code done} is, false when the deadline passed first; asks at least once. */
    boolean await(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            if (passed()) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("interrupted while waiting for a server", e);
        }
    }
}
