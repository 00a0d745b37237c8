package io.chronosdb.embedded;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs what has no deadline of its own on a thread that can be left behind. */
final class Bounded {
    private Bounded() {}

    /**
     * Runs {@code task} and waits for it.
     *
     * @param what what is being done, for messages: "start the broker, dir=..."
     * @throws EmbeddedServerException if the task failed (its failure is the cause), took longer than {@code limit} (it
     *     is interrupted and left behind), or this thread was interrupted
     */
    static void run(String what, Duration limit, Runnable task) {
        FutureTask<Void> future = new FutureTask<>(task, null);
        Thread thread = new Thread(future, "embedded-" + what.split(",")[0].replace(' ', '-'));
        thread.setDaemon(true);
        thread.start();
        try {
            future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new EmbeddedServerException("could not " + what, e.getCause());
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new EmbeddedServerException("could not " + what + ", waitedMs=" + limit.toMillis(), e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("interrupted, could not " + what, e);
        }
    }
}
