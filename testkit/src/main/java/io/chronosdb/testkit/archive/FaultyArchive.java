package io.chronosdb.testkit.archive;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ObjectKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** An archive whose puts fail on request, in the two ways that a caller cannot tell apart. */
public final class FaultyArchive extends ForwardingArchive {
    /** What becomes of a put that fails. */
    public enum Fault {
        /** Nothing is stored. */
        REFUSED,
        /** It is stored, and the answer is lost. */
        ANSWER_LOST
    }

    private record Trap(Predicate<ObjectKey> keys, Fault fault) {}

    private final List<Trap> traps = new CopyOnWriteArrayList<>();

    /** @param archive what answers all that does not fail; closed with this one */
    public FaultyArchive(Archive archive) {
        super(archive);
    }

    /** The next put of such a key, of either kind, fails; the one after it does not, unless this is called again. */
    public void failNextPut(Predicate<ObjectKey> keys, Fault fault) {
        traps.add(new Trap(keys, fault));
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType) {
        return put(key, () -> super.putIfAbsent(key, body, contentType));
    }

    @Override
    public CompletableFuture<Void> put(ObjectKey key, byte[] body) {
        return put(key, () -> super.put(key, body));
    }

    private <T> CompletableFuture<T> put(ObjectKey key, Supplier<CompletableFuture<T>> put) {
        for (Trap trap : traps) {
            if (trap.keys.test(key) && traps.remove(trap)) {
                CompletableFuture<?> before =
                        trap.fault == Fault.ANSWER_LOST ? put.get() : CompletableFuture.completedFuture(null);
                return before.thenCompose(ignored -> CompletableFuture.failedFuture(
                        new Unavailable("archive", "the test wants it so: object=" + key, null)));
            }
        }
        return put.get();
    }
}
