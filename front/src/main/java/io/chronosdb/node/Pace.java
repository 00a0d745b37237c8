package io.chronosdb.node;

import io.chronosdb.error.ChronosException.Invalid;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Holds work to a rate, so that it leaves the servers to others. Thread-safe: all threads together keep to it. */
public final class Pace {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final long startedAt = System.nanoTime();
    private final AtomicLong taken = new AtomicLong();

    private Pace(double perSecond) {
        this.perSecond = perSecond;
    }

    /** @throws Invalid unless it is at least 1 */
    public static Pace of(int perSecond) {
        if (perSecond < 1) {
            throw new Invalid("a rate is 1 a second or more: rate=" + perSecond);
        }
        return new Pace(perSecond);
    }

    /** As fast as it goes. */
    public static Pace unlimited() {
        return new Pace(Double.POSITIVE_INFINITY);
    }

    /** Waits until so many more may be done. */
    public void take(long more) {
        long dueAt = startedAt + (long) (taken.addAndGet(more) / perSecond * NANOS_PER_SECOND);
        for (long left = dueAt - System.nanoTime(); left > 0; left = dueAt - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }
}
