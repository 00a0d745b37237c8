package io.chronosdb.conformance;

import io.chronosdb.conformance.Result.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Holds an installation to promises, several at a time: most of the time they wait. */
public final class Runner {
    static final int AT_ONCE = 6;

    private static final Duration PROMISE_MAX = Duration.ofMinutes(5);

    private final Installation installation;

    /** @param installation whose collection is what the names of all fresh ones begin with */
    public Runner(Installation installation) {
        this.installation = installation;
    }

    /**
     * Runs the promises; those that have to be alone at the end.
     *
     * @param results come on this thread, in order, each as soon as it and those before it are known
     */
    public void run(List<Promise> promises, Consumer<Result> results) throws InterruptedException {
        run(promises.stream().filter(promise -> !promise.alone()).toList(), AT_ONCE, results);
        run(promises.stream().filter(Promise::alone).toList(), 1, results);
    }

    private void run(List<Promise> promises, int atOnce, Consumer<Result> results) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        try {
            List<Future<Result>> running = new ArrayList<>();
            for (Promise promise : promises) {
                running.add(threads.submit(() -> hold(promise)));
            }
            for (int i = 0; i < running.size(); i++) {
                results.accept(await(promises.get(i), running.get(i)));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Result await(Promise promise, Future<Result> running) throws InterruptedException {
        try {
            return running.get(PROMISE_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            running.cancel(true);
            return new Result(promise, Outcome.BROKEN, PROMISE_MAX, Optional.of(e));
        } catch (ExecutionException e) {
            return new Result(promise, Outcome.BROKEN, Duration.ZERO, Optional.of(cause(e)));
        }
    }

    private Result hold(Promise promise) {
        long began = System.nanoTime();
        Outcome outcome = Outcome.KEPT;
        Optional<Throwable> problem = Optional.empty();
        try {
            promise.check().hold(installation.in(installation.collection() + number(promise)));
        } catch (NotHere e) {
            outcome = Outcome.NOT_HERE;
            problem = Optional.of(e);
        } catch (Exception | AssertionError e) {
            outcome = Outcome.BROKEN;
            problem = Optional.of(cause(e));
        }
        return new Result(promise, outcome, Duration.ofNanos(System.nanoTime() - began), problem);
    }

    /** What happened on another thread is what is said. */
    private static Throwable cause(Throwable error) {
        return error instanceof ExecutionException && error.getCause() != null ? error.getCause() : error;
    }

    private static String number(Promise promise) {
        return "-" + Promises.ALL.indexOf(promise);
    }
}
