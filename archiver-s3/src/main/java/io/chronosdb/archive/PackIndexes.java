package io.chronosdb.archive;

import io.chronosdb.port.Archive;
import io.chronosdb.port.ByteRange;
import io.chronosdb.port.ObjectKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The indexes of the packs that were read last, so that a version of one of them is read by one request: for all readers of a process, within a
 * bound of memory. A pack of one name never changes. Thread-safe.
 */
public final class PackIndexes {
    /** Those of about a hundred packs of a thousand versions. */
    public static final long BYTES_MAX_DEFAULT = 32L << 20;

    /** Most indexes are smaller, and come with the first request. */
    private static final int TAIL_BYTES = 32 << 10;

    private final long bytesMax;
    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Key(Archive archive, ObjectKey pack) {}

    /** One that is there, or under way. */
    private static final class Entry {
        private final CompletableFuture<Optional<PackIndex>> index = new CompletableFuture<>();
        private int bytes;
    }

    public PackIndexes(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * A pack's index; nothing where there is no such pack. Fails with {@link io.chronosdb.error.ChronosException.Invalid} if
     * it is damaged.
     */
    CompletableFuture<Optional<PackIndex>> get(Archive archive, ObjectKey pack) {
        Key key = new Key(archive, pack);
        Entry entry;
        synchronized (this) {
            Entry found = entries.get(key);
            if (found != null) {
                return found.index;
            }
            entry = new Entry();
            entries.put(key, entry);
        }
        CompletableFuture<?> unused = read(archive, pack).whenComplete((index, failure) -> {
            if (failure != null) {
                forget(key, entry);
                entry.index.completeExceptionally(failure);
            } else {
                index.ifPresentOrElse(there -> keep(entry, there.bytes()), () -> forget(key, entry));
                entry.index.complete(index);
            }
        });
        return entry.index;
    }

    /** The pack has turned out to be another one than its index says. */
    synchronized void forget(Archive archive, ObjectKey pack) {
        Key key = new Key(archive, pack);
        Entry entry = entries.get(key);
        if (entry != null && entry.index.isDone()) {
            forget(key, entry);
        }
    }

    private synchronized void forget(Key key, Entry entry) {
        if (entries.remove(key, entry)) {
            bytes -= entry.bytes;
        }
    }

    private synchronized void keep(Entry entry, int size) {
        entry.bytes = size;
        bytes += size;
        Iterator<Entry> eldest = entries.values().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            Entry old = eldest.next();
            if (old.bytes > 0 && old != entry) {
                bytes -= old.bytes;
                eldest.remove();
            }
        }
    }

    private static CompletableFuture<Optional<PackIndex>> read(Archive archive, ObjectKey pack) {
        return archive.getRange(pack, ByteRange.last(TAIL_BYTES)).thenCompose(tail -> {
            if (tail.isEmpty() || PackIndex.tailBytes(tail.get()) <= tail.get().length) {
                return CompletableFuture.completedFuture(tail.map(PackIndex::decode));
            }
            return archive.getRange(pack, ByteRange.last(PackIndex.tailBytes(tail.get())))
                    .thenApply(all -> all.map(PackIndex::decode));
        });
    }
}
