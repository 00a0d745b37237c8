package io.chronosdb.archive;

import io.chronosdb.port.Archive;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.testkit.archive.InMemoryArchive;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Conditional puts complete only when the test lets them; counts what is under way. */
final class SlowArchive implements Archive {
    private record Held(CompletableFuture<Boolean> answer, int bytes) {}

    private final InMemoryArchive archive = new InMemoryArchive();
    private final Deque<Held> held = new ArrayDeque<>();
    private int bytes;
    private int mostPuts;
    private int mostBytes;

    @Override
    public synchronized CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        held.add(new Held(answer, body.length));
        bytes += body.length;
        mostPuts = Math.max(mostPuts, held.size());
        mostBytes = Math.max(mostBytes, bytes);
        return answer;
    }

    /** Completes the put that has waited longest, if there is one. */
    boolean completeOne() {
        Held one;
        synchronized (this) {
            one = held.poll();
            if (one == null) {
                return false;
            }
            bytes -= one.bytes;
        }
        one.answer.complete(true);
        return true;
    }

    synchronized int underWay() {
        return held.size();
    }

    synchronized int mostPuts() {
        return mostPuts;
    }

    synchronized int mostBytes() {
        return mostBytes;
    }

    @Override
    public CompletableFuture<Void> put(ObjectKey key, byte[] body) {
        return archive.put(key, body);
    }

    @Override
    public CompletableFuture<Optional<byte[]>> get(ObjectKey key) {
        return archive.get(key);
    }

    @Override
    public CompletableFuture<Boolean> delete(ObjectKey key) {
        return archive.delete(key);
    }

    @Override
    public URI presign(ObjectKey key, Duration ttl) {
        return archive.presign(key, ttl);
    }

    @Override
    public void close() {}
}
