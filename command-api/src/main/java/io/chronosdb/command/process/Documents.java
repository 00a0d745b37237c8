package io.chronosdb.command.process;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.port.DatabasePartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The documents that the owner of a partition has at hand: those in the process's cache, and those that it has fetched for
 * the command that it is at. Asks for one lot at a time. For one thread, which never waits.
 */
final class Documents implements Overlay.Documents {
    private final DatabasePartition partition;
    private final PayloadCache cache;
    private final PayloadSource source;
    private final Map<Key, Optional<Payload>> fetched = new HashMap<>();
    private List<PayloadSource.Wanted> wanted = List.of();
    private @Nullable CompletableFuture<List<Optional<Payload>>> fetching;

    private record Key(ItemKey item, Ov ov) {}

    Documents(DatabasePartition partition, PayloadCache cache, PayloadSource source) {
        this.partition = partition;
        this.cache = cache;
        this.source = source;
    }

    @Override
    public Optional<Payload> get(ItemKey item, Ov ov) {
        Optional<Payload> here = fetched.get(new Key(item, ov));
        return here != null && here.isPresent() ? here : cache.get(partition, item, ov);
    }

    /** Whether it is at hand; if so it stays, until what was fetched is forgotten. */
    boolean hold(ItemKey item, Ov ov) {
        Optional<Payload> here = get(item, ov);
        here.ifPresent(payload -> fetched.put(new Key(item, ov), here));
        return here.isPresent();
    }

    @Override
    public void keep(ItemKey item, Ov ov, Payload payload) {
        cache.put(partition, item, ov, payload);
    }

    /** @param arrived called, on any thread, when it is worth looking again */
    void fetch(List<PayloadSource.Wanted> documents, Runnable arrived) {
        wanted = documents;
        fetching = source.fetch(partition, documents);
        var unused = fetching.whenComplete((payloads, error) -> arrived.run());
    }

    /** Whether nothing is being fetched; takes in what has arrived. */
    boolean isIdle() {
        CompletableFuture<List<Optional<Payload>>> now = fetching;
        if (now == null) {
            return true;
        }
        if (!now.isDone() || now.isCompletedExceptionally()) {
            return false;
        }
        List<Optional<Payload>> payloads = now.join();
        for (int i = 0; i < payloads.size(); i++) {
            fetched.put(new Key(wanted.get(i).item(), wanted.get(i).ov()), payloads.get(i));
        }
        fetching = null;
        return true;
    }

    /** Why the last fetch failed, once: it may be tried again. */
    Optional<Throwable> failure() {
        CompletableFuture<List<Optional<Payload>>> now = fetching;
        if (now == null || !now.isCompletedExceptionally()) {
            return Optional.empty();
        }
        fetching = null;
        try {
            now.join();
            return Optional.empty();
        } catch (CompletionException e) {
            return Optional.of(e.getCause() == null ? e : e.getCause());
        }
    }

    /** Whether it was fetched and is nowhere any more. */
    boolean isGone(ItemKey item, Ov ov) {
        Optional<Payload> here = fetched.get(new Key(item, ov));
        return here != null && here.isEmpty();
    }

    /** The command that they were fetched for is decided. */
    void forgetFetched() {
        fetched.clear();
    }
}
