package io.chronosdb.mongo;

import io.chronosdb.error.ChronosException.Unavailable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The same work on several things, on some of them at once: what is needed for one is needed as often as that. */
final class Parallel {
    private static final int AT_ONCE_MAX = 4;

    private Parallel() {}

    /**
     * Works on all of them. When it returns or throws, nothing goes on in the background; the first that fails ends the
     * others.
     *
     * @return the results in the order of what they are of
     * @throws Unavailable if the calling thread is interrupted, beside what the work itself throws
     */
    static <A, R> List<R> map(Collection<A> of, Function<A, R> work) {
        if (of.size() <= 1) {
            return of.stream().map(work).toList();
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(AT_ONCE_MAX, of.size()), task -> {
            Thread thread = new Thread(task, "chronos-rebuild");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<R> ended = new ExecutorCompletionService<>(threads);
            List<Future<R>> all =
                    of.stream().map(one -> ended.submit(() -> work.apply(one))).toList();
            for (int n = 0; n < all.size(); n++) {
                R unused = ended.take().get();
            }
            List<R> results = new ArrayList<>();
            for (Future<R> one : all) {
                results.add(one.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("rebuild", "interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known
                    ? known
                    : new IllegalStateException("unexpected", e.getCause());
        } finally {
            end(threads);
        }
    }

    /** Waits for it even if the calling thread is interrupted: who goes on must not meet late writes of its own. */
    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            while (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
