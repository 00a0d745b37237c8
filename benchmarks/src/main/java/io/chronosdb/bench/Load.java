package io.chronosdb.bench;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Runs an operation for a time. The first part of the time is dropped; one failure fails the measurement. */
final class Load {
    private static final double DROPPED_SHARE = 0.2;
    private static final long LATENCY_MICROS_MAX = 60_000_000;
    private static final long END_WITHIN_SECONDS = 60;
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(1);

    private final Histogram latencies = new ConcurrentHistogram(LATENCY_MICROS_MAX, 3);
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Semaphore places;
    private final int placesMax;
    private final long start = System.nanoTime();
    private final long measureFrom;
    private final long end;
    private volatile Throwable failure = new IllegalStateException("unknown");

    private Load(int places, Duration time) {
        this.places = new Semaphore(places);
        this.placesMax = places;
        this.measureFrom = start + (long) (time.toNanos() * DROPPED_SHARE);
        this.end = start + time.toNanos();
    }

    /**
     * A closed loop: a fixed number of operations in flight, each begun when another ends.
     *
     * @param operation begins the n-th operation
     */
    static Figures closed(int inFlight, Duration time, LongFunction<CompletableFuture<?>> operation)
            throws InterruptedException {
        Load load = new Load(inFlight, time);
        for (long n = 0; System.nanoTime() < load.end; n++) {
            load.places.acquire();
            load.begin(n, System.nanoTime(), operation);
        }
        return load.figures();
    }

    /**
     * An open loop: operations begin at a fixed rate, whether others have ended or not. A latency counts from when the operation
     * should have begun, so that a stall is not left out because nothing was begun in it (coordinated omission).
     */
    static Figures open(double perSecond, Duration time, LongFunction<CompletableFuture<?>> operation)
            throws InterruptedException {
        Load load = new Load(Integer.MAX_VALUE, time);
        for (long n = 0; ; n++) {
            long due = load.start + (long) (n * 1e9 / perSecond);
            if (due >= load.end) {
                break;
            }
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            load.places.acquire();
            load.begin(n, due, operation);
        }
        return load.figures();
    }

    /** Runs so many operations, a fixed number of them in flight, and waits for the last one. */
    static void all(int inFlight, long operations, LongFunction<CompletableFuture<?>> operation)
            throws InterruptedException {
        Load load = new Load(inFlight, AS_LONG_AS_IT_TAKES);
        for (long n = 0; n < operations; n++) {
            load.places.acquire();
            load.begin(n, System.nanoTime(), operation);
        }
        load.awaitAll();
    }

    private void begin(long n, long since, LongFunction<CompletableFuture<?>> operation) {
        var unused = operation.apply(n).whenComplete((value, error) -> {
            long now = System.nanoTime();
            places.release();
            if (error != null) {
                failure = error;
                failed.incrementAndGet();
            } else if (now >= measureFrom && now <= end) {
                ended.incrementAndGet();
                if (since >= measureFrom) {
                    latencies.recordValue(Math.min(LATENCY_MICROS_MAX, (now - since) / 1_000));
                }
            }
        });
    }

    private Figures figures() throws InterruptedException {
        awaitAll();
        return Figures.of(ended.get() / ((end - measureFrom) / 1e9), latencies);
    }

    private void awaitAll() throws InterruptedException {
        if (!places.tryAcquire(placesMax, END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("operations did not end within " + END_WITHIN_SECONDS + " s");
        }
        if (failed.get() > 0) {
            throw new IllegalStateException(failed + " operations failed, the last one with this", failure);
        }
    }
}
