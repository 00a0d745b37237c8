package io.chronosdb.testkit.log;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** An append on its way to the log. A test says what becomes of it: exactly one of the methods, once. */
public final class PendingAppend {
    private final LogPartition partition;
    private final NewRecord record;
    private final LongSupplier appending;
    private final CompletableFuture<Long> result;

    PendingAppend(LogPartition partition, NewRecord record, LongSupplier appending, CompletableFuture<Long> result) {
        this.partition = partition;
        this.record = record;
        this.appending = appending;
        this.result = result;
    }

    public LogPartition partition() {
        return partition;
    }

    public NewRecord record() {
        return record;
    }

    /** It arrives and is acknowledged. */
    public void append() {
        result.complete(appending.getAsLong());
    }

    /** It never arrives, and its sender learns that. */
    public void lose() {
        result.completeExceptionally(new Unavailable("log", "the append was lost", null));
    }

    /** It arrives, but its sender hears of a failure. */
    public void appendAndLoseAcknowledgement() {
        var unused = appending.getAsLong();
        result.completeExceptionally(new Unavailable("log", "the acknowledgement was lost", null));
    }

    /**
     * It arrives now, and is acknowledged later.
     *
     * @return acknowledges it
     */
    public Runnable arrive() {
        long offset = appending.getAsLong();
        return () -> result.complete(offset);
    }

    /**
     * Its sender hears of a failure, and it may arrive all the same.
     *
     * @return lets it arrive
     */
    public Runnable giveUp() {
        result.completeExceptionally(new Unavailable("log", "the append was given up", null));
        return () -> {
            var unused = appending.getAsLong();
        };
    }
}
