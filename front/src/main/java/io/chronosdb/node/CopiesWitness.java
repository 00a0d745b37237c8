package io.chronosdb.node;

import io.chronosdb.command.process.Witness;
import io.chronosdb.event.Chain;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Index and archive as witnesses of a log: how far they have followed it is in their own stores. */
final class CopiesWitness implements Witness, AutoCloseable {
    /** A new database waits for an answer this long. While the stores are down nobody knows, and it begins. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);

    private static final int THREADS = 4;
    private static final int WAITING_MAX = 10_000;

    private final List<Projection> copies;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(WAITING_MAX), task -> {
                Thread thread = new Thread(task, "chronos-witness");
                thread.setDaemon(true);
                return thread;
            });

    CopiesWitness(Stores stores) {
        this.copies = List.of(stores.projector(), stores.archiver());
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletableFuture<Optional<String>> objection(DatabasePartition partition) {
        try {
            return CompletableFuture.supplyAsync(() -> ask(partition), threads)
                    .orTimeout(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Optional<String> ask(DatabasePartition partition) {
        for (Projection copy : copies) {
            Progress at = copy.progress(partition);
            if (!at.chain().equals(Chain.START)) {
                return Optional.of("the " + copy.name() + " has followed it up to offset " + at.next());
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
