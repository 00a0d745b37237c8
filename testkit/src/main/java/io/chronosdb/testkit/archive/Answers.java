package io.chronosdb.testkit.archive;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Waits for futures in tests. */
final class Answers {
    private Answers() {}

    /** The answer; or what the future failed with, as it is. */
    static <T> T of(CompletableFuture<T> future, long secondsMax) throws Exception {
        try {
            return future.get(secondsMax, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
