package io.chronosdb.bench;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** A closed loop: a fixed number of operations in flight, each begun when another ends. Its first part is dropped. */
final class ClosedLoop {
    private static final double WARM_UP_SHARE = 0.3;
    private static final long LATENCY_MICROS_MAX = 60_000_000;
    private static final long END_WITHIN_SECONDS = 60;

    private ClosedLoop() {}

    /** What it came to: operations a second, and latency in milliseconds. */
    record Figures(double perSecond, double p50Millis, double p99Millis, long errors) {}

    /** @param operation begins the n-th operation */
    static Figures run(int inFlight, Duration time, LongFunction<CompletableFuture<?>> operation)
            throws InterruptedException {
        Histogram latencies = new ConcurrentHistogram(LATENCY_MICROS_MAX, 3);
        AtomicLong counted = new AtomicLong();
        AtomicLong errors = new AtomicLong();
        Semaphore places = new Semaphore(inFlight);
        long start = System.nanoTime();
        long measureFrom = start + (long) (time.toNanos() * WARM_UP_SHARE);
        long end = start + time.toNanos();
        for (long n = 0; System.nanoTime() < end; n++) {
            places.acquire();
            long begun = System.nanoTime();
            var unused = operation.apply(n).whenComplete((value, error) -> {
                places.release();
                long now = System.nanoTime();
                if (error != null) {
                    errors.incrementAndGet();
                } else if (begun >= measureFrom && now <= end) {
                    latencies.recordValue(Math.min(LATENCY_MICROS_MAX, (now - begun) / 1_000));
                    counted.incrementAndGet();
                }
            });
        }
        if (!places.tryAcquire(inFlight, END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("operations did not end within " + END_WITHIN_SECONDS + " s");
        }
        return new Figures(
                counted.get() / ((end - measureFrom) / 1e9),
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                errors.get());
    }
}
