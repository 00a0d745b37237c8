package io.chronosdb.archive;

import io.chronosdb.port.ObjectKey;
import io.chronosdb.testkit.archive.ForwardingArchive;
import io.chronosdb.testkit.archive.InMemoryArchive;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** Conditional puts complete only when the test lets them; counts what is under way. */
final class SlowArchive extends ForwardingArchive {
    private record Held(CompletableFuture<Boolean> answer, int bytes) {}

    private final Deque<Held> held = new ArrayDeque<>();
    private int bytes;
    private int mostPuts;
    private int mostBytes;

    SlowArchive() {
        super(new InMemoryArchive());
    }

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
}
