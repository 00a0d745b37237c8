package io.chronosdb.archive;

import io.chronosdb.error.ChronosException.Unavailable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What may still be put in flight within a window: first come, first served, so that a large object is not starved. */
final class Permits {
    private final Window window;
    private final Semaphore puts;
    private final Semaphore bytes;

    Permits(Window window) {
        this.window = window;
        this.puts = new Semaphore(window.putsMax(), true);
        this.bytes = new Semaphore(window.bytesMax(), true);
    }

    /**
     * Waits until an object of this size may be put.
     *
     * @throws Unavailable if that takes longer than the window's patience, or this thread is interrupted
     */
    void take(int size) {
        take(puts, 1);
        try {
            take(bytes, share(size));
        } catch (Unavailable e) {
            puts.release();
            throw e;
        }
    }

    void giveBack(int size) {
        bytes.release(share(size));
        puts.release();
    }

    private void take(Semaphore semaphore, int permits) {
        try {
            if (!semaphore.tryAcquire(permits, window.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Unavailable(
                        "archive",
                        "no put completes, waitedMs=" + window.patience().toMillis() + " puts="
                                + (window.putsMax() - puts.availablePermits()),
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("archive", "interrupted while others were under way", e);
        }
    }

    /** An object larger than the window takes all of it. */
    private int share(int size) {
        return Math.min(size, window.bytesMax());
    }
}
