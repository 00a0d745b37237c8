package io.chronosdb.archive;

import io.chronosdb.address.ItemKey;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Reads one database's versions back, and believes none that it has not checked. It goes by what is there: what is configured only says
 * where to look first.
 *
 * @param packed whether a collection's versions go into packs
 * @param indexes of the packs that were read last, shared
 * @param deadline how long to wait for one; longer than the archive's own
 */
public record ArchiveReader(
        Archive archive, ArchiveLocation location, Predicate<String> packed, PackIndexes indexes, Duration deadline) {
    private static final Duration PAUSE_MIN = Duration.ofMillis(5);
    private static final Duration PAUSE_MAX = Duration.ofMillis(100);

    /** One that looks for objects first, and remembers no packs for others. */
    public ArchiveReader(Archive archive, ArchiveLocation location, Duration deadline) {
        this(archive, location, collection -> false, new PackIndexes(PackIndexes.BYTES_MAX_DEFAULT), deadline);
    }

    /**
     * A version; nothing where it is not archived, or not yet.
     *
     * @param position of its event, which says which pack it may be in
     * @throws Invalid if it is there and damaged: no document, not this version, or not with the bytes whose hash it names
     * @throws Unavailable if the archive cannot be reached
     */
    public Optional<ItemDocument> read(ItemKey item, Ov ov, Position position) {
        return decoded(location.item(item, ov), ov, bytes(item, ov, position)).get();
    }

    /** The same of one that has an object of its own: nothing where it is in a pack. */
    public Optional<ItemDocument> read(ItemKey item, Ov ov) {
        return begin(location.item(item, ov), ov).get();
    }

    /**
     * Begins to read a version's own object, so that many can be read at the same time.
     *
     * @param key where it is
     * @return waits for it and gives it, or throws, as {@link #read} does
     */
    Supplier<Optional<ItemDocument>> begin(ObjectKey key, Ov ov) {
        return decoded(key, ov, archive.get(key));
    }

    /**
     * The same of a version where it should be; it may be in the other layout, which {@link #read} knows.
     *
     * @param key of the object that it has, unless it is in a pack
     */
    public Supplier<Optional<ItemDocument>> begin(ObjectKey key, ItemKey item, Ov ov, Position position) {
        return packed.test(item.collection()) ? decoded(key, ov, bytes(item, ov, position)) : begin(key, ov);
    }

    /** The bytes that a version's object has, or would have were it not in a pack; unchecked. Fails as {@link #read} throws. */
    public CompletableFuture<Optional<byte[]>> bytes(ItemKey item, Ov ov, Position position) {
        Supplier<CompletableFuture<Optional<byte[]>>> object = () -> archive.get(location.item(item, ov));
        Supplier<CompletableFuture<Optional<byte[]>>> pack =
                () -> new PackReader(archive, location, indexes).get(item, ov, position);
        return packed.test(item.collection()) ? either(pack, object) : either(object, pack);
    }

    /** A damaged one is as good as none if the other one is there. */
    private static CompletableFuture<Optional<byte[]>> either(
            Supplier<CompletableFuture<Optional<byte[]>>> first, Supplier<CompletableFuture<Optional<byte[]>>> second) {
        CompletableFuture<Optional<byte[]>> one = first.get();
        return one.exceptionallyCompose(failure -> Futures.unwrap(failure) instanceof Invalid
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : one)
                .thenCompose(found -> found.isPresent() ? CompletableFuture.completedFuture(found) : second.get())
                .thenCompose(found -> found.isPresent() ? CompletableFuture.completedFuture(found) : one);
    }

    /**
     * A URL that gives a version's object to whoever has it. A version is readable before it is archived; its URL would
     * lead to nothing until then, so it is waited for. One that is in a pack gets an object of its own.
     *
     * @param position of its event
     * @param ttl how long the URL is good for, counted from when it is made
     * @param patience how long to wait for the archiver; zero: only look
     * @return nothing if it is not archived by then: the document is in the log, and a URL can be had later
     * @throws Invalid if the archive does not make URLs for that long
     * @throws Unavailable if the archive cannot be reached
     */
    public Optional<URI> presign(ItemKey item, Ov ov, Position position, Duration ttl, Duration patience) {
        Duration checked = Archive.requirePresignable(ttl);
        ObjectKey key = location.item(item, ov);
        long until = System.nanoTime() + patience.toNanos();
        long pause = PAUSE_MIN.toNanos();
        while (!hasObject(key, item, ov, position)) {
            long left = until - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return Optional.empty();
            }
            LockSupport.parkNanos(Math.min(pause, left));
            pause = Math.min(2 * pause, PAUSE_MAX.toNanos());
        }
        return Optional.of(archive.presign(key, checked));
    }

    private boolean hasObject(ObjectKey key, ItemKey item, Ov ov, Position position) {
        if (await(archive.get(key), key).isPresent()) {
            return true;
        }
        Optional<byte[]> packedBytes = await(new PackReader(archive, location, indexes).get(item, ov, position), key);
        packedBytes.ifPresent(body -> {
            boolean unused = await(archive.putIfAbsent(key, body), key);
        });
        return packedBytes.isPresent();
    }

    private <T> T await(CompletableFuture<T> answer, ObjectKey key) {
        return Futures.await(answer, deadline, "looking for a version, object=" + key);
    }

    private Supplier<Optional<ItemDocument>> decoded(ObjectKey key, Ov ov, CompletableFuture<Optional<byte[]>> answer) {
        return () -> Futures.await(answer, deadline, "reading a version, object=" + key)
                .map(body -> decode(key, ov, body));
    }

    private static ItemDocument decode(ObjectKey key, Ov ov, byte[] body) {
        try {
            ItemDocument document = ItemDocument.decode(body);
            if (document.system().path("ov").asLong(-1) != ov.value()) {
                throw new Invalid("it is of another version");
            }
            return document;
        } catch (Invalid e) {
            throw new Invalid("the archived object is damaged, object=" + key + " reason=" + e.getMessage());
        }
    }
}
