package io.chronosdb.archive;

import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ObjectKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The puts of one batch: many at once, as the window allows, and all of them done or one of them failed when
 * {@link #await} returns. After the first failure no further put begins. For one thread.
 */
final class BatchOfPuts implements VersionObjects.Stored, VersionObjects.Removed {
    private final Archive archive;
    private final Window window;
    private final Permits permits;

    private int underWay;
    private long completed;
    private @Nullable ChronosException failure;

    /** @param permits shared by all batches of an archiver */
    BatchOfPuts(Archive archive, Window window, Permits permits) {
        this.archive = archive;
        this.window = window;
        this.permits = permits;
    }

    /** Begins a put, or waits until one may begin. */
    @Override
    public void put(ObjectKey key, byte[] body, String contentType) {
        begin(key, body.length, () -> archive.putIfAbsent(key, body, contentType));
    }

    /** Begins a removal, or waits until one may begin. */
    @Override
    public void delete(ObjectKey key) {
        begin(key, 0, () -> archive.delete(key));
    }

    private void begin(ObjectKey key, int bytes, Supplier<CompletableFuture<Boolean>> call) {
        if (failed()) {
            return;
        }
        permits.take(bytes);
        begun();
        CompletableFuture<?> unused = started(call).whenComplete((stored, problem) -> done(key, bytes, problem));
    }

    /**
     * Waits for all puts.
     *
     * @throws Invalid if the archive does not take one
     * @throws Unavailable if one failed otherwise, or if nothing completes for as long as the window's patience
     */
    synchronized void await() {
        while (underWay > 0) {
            long before = completed;
            waitForOne();
            if (completed == before) {
                throw new Unavailable(
                        "archive",
                        "no put completes, waitedMs=" + window.patience().toMillis() + " puts=" + underWay,
                        failure);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static CompletableFuture<Boolean> started(Supplier<CompletableFuture<Boolean>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized boolean failed() {
        return failure != null;
    }

    private synchronized void begun() {
        underWay++;
    }

    /** Runs on the archive's thread. */
    private void done(ObjectKey key, int size, @Nullable Throwable problem) {
        permits.giveBack(size);
        synchronized (this) {
            underWay--;
            completed++;
            if (problem != null && failure == null) {
                failure = Futures.known(problem, "storing a version, object=" + key);
            }
            notifyAll();
        }
    }

    /** Until a put completes, or for as long as the window's patience. */
    private void waitForOne() {
        long before = completed;
        long deadline = System.nanoTime() + window.patience().toNanos();
        try {
            while (completed == before && deadline - System.nanoTime() > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, deadline - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("archive", "interrupted while puts were under way, puts=" + underWay, e);
        }
    }
}
