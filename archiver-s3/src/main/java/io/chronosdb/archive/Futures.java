package io.chronosdb.archive;

import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What {@link CompletableFuture} does not say in one word. */
final class Futures {
    private Futures() {}

    /** What a future failed with, without the wrapping that depends on how one asks. */
    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** A failure that already says what it is, as it is; any other as the archive's, with what failed. */
    static ChronosException known(Throwable failure, String what) {
        Throwable cause = unwrap(failure);
        return cause instanceof Unavailable || cause instanceof Invalid
                ? (ChronosException) cause
                : new Unavailable("archive", "failed, " + what + " reason=" + cause, cause);
    }

    /**
     * Waits for an answer of the archive.
     *
     * @param what is waited for, for the message
     * @throws Invalid if the archive does not take it, or has something that cannot be read
     * @throws Unavailable if it failed, if it is not there in time, or if this thread is interrupted, which it stays
     */
    static <T> T await(CompletableFuture<T> answer, Duration patience, String what) {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("archive", "interrupted, " + what, e);
        } catch (TimeoutException e) {
            throw new Unavailable("archive", "no answer, " + what + " waitedMs=" + patience.toMillis(), e);
        } catch (ExecutionException e) {
            throw known(e, what);
        }
    }
}
