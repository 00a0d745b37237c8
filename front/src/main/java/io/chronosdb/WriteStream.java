package io.chronosdb;

import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream of writes of any length, in bounded memory: the next one is taken from the source when there is room among those in
 * flight, and results are handed on in order. Runs on the caller's thread, which is the back-pressure.
 */
final class WriteStream {
    /** Writes whose results have not been handed on. */
    static final int IN_FLIGHT_MAX = 2_000;

    /** Longer than a client takes to give a write up. */
    private static final Duration RESULT_MAX = Duration.ofSeconds(90);

    private final ItemCollection items;
    private final Consumer<WriteResult> results;
    private final Deque<CompletableFuture<Receipt>> inFlight = new ArrayDeque<>();
    private long handedOn;

    WriteStream(ItemCollection items, Consumer<WriteResult> results) {
        this.items = items;
        this.results = results;
    }

    /** @return how many there were */
    long run(Iterator<? extends PendingWrite> writes) {
        while (writes.hasNext()) {
            inFlight.add(submit(writes.next()));
            while (inFlight.size() >= IN_FLIGHT_MAX
                    || !inFlight.isEmpty() && inFlight.peek().isDone()) {
                handOn(inFlight.remove());
            }
        }
        while (!inFlight.isEmpty()) {
            handOn(inFlight.remove());
        }
        return handedOn;
    }

    private CompletableFuture<Receipt> submit(PendingWrite write) {
        try {
            return write.submitTo(items);
        } catch (ChronosException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void handOn(CompletableFuture<Receipt> future) {
        Optional<Receipt> receipt = Optional.empty();
        Optional<ChronosException> error = Optional.empty();
        try {
            receipt = Optional.of(future.get(RESULT_MAX.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            error = Optional.of(known(e.getCause()));
        } catch (TimeoutException e) {
            error = Optional.of(new Unavailable("kafka", "no answer within " + RESULT_MAX, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("kafka", "interrupted", e);
        }
        results.accept(new WriteResult(handedOn++, receipt, error));
    }

    private static ChronosException known(@Nullable Throwable cause) {
        return cause instanceof ChronosException known ? known : new Unavailable("kafka", String.valueOf(cause), cause);
    }
}
