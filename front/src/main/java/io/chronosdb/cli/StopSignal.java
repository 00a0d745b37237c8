package io.chronosdb.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** SIGTERM and Ctrl-C as a flag to look at: the JVM stays until the command has ended by itself, for a minute at most. */
final class StopSignal implements AutoCloseable {
    private static final long STOPS_WITHIN_SECONDS = 60;

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean given;

    StopSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "chronos-stop"));
    }

    boolean given() {
        return given;
    }

    private void stopAndWait() {
        given = true;
        try {
            if (!ended.await(STOPS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                Output.say("chronos did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has ended. */
    @Override
    public void close() {
        ended.countDown();
    }
}
