package io.chronosdb.bench;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What runs, to be closed in the reverse order of the start. For one thread. */
final class Parts implements Closeable {
    private final Deque<Closeable> running = new ArrayDeque<>();

    void add(Closeable part) {
        running.push(part);
    }

    @Override
    public void close() throws IOException {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }
}
