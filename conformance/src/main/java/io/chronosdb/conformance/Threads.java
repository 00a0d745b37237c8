package io.chronosdb.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Several callers at once. */
final class Threads {
    private static final Duration MAX = Duration.ofMinutes(2);

    private Threads() {}

    /** What one of them does. */
    @FunctionalInterface
    interface Task {
        void run(int number) throws Exception;
    }

    /** Runs the task so many times at once, and ends with the first failure among them. */
    static void all(int count, Task task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                running.add(threads.submit(() -> {
                    task.run(number);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(MAX.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
