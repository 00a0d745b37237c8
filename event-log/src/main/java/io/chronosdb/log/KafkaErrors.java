package io.chronosdb.log;

import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Unavailable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/** Kafka's exceptions as ours: the only place that translates them. */
final class KafkaErrors {
    private KafkaErrors() {}

    static ChronosException unavailable(@Nullable Throwable error) {
        Throwable cause = error == null ? new IllegalStateException("failed without a cause") : error;
        String message = cause.getMessage();
        return new Unavailable(
                "kafka", cause.getClass().getSimpleName() + (message == null ? "" : ": " + message), cause);
    }

    /** The future's value. */
    static <T> T await(KafkaFuture<T> future, long millisMax) throws ExecutionException {
        try {
            return future.get(millisMax, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }
}
