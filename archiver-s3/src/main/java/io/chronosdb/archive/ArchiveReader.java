package io.chronosdb.archive;

import io.chronosdb.address.ItemKey;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Ov;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Reads one database's versions back, and believes none that it has not checked.
 *
 * @param deadline how long to wait for one; longer than the archive's own
 */
public record ArchiveReader(Archive archive, ArchiveLocation location, Duration deadline) {
    private static final Duration PAUSE_MIN = Duration.ofMillis(5);
    private static final Duration PAUSE_MAX = Duration.ofMillis(100);

    /**
     * A version; nothing where it is not archived, or not yet.
     *
     * @throws Invalid if there is an object and it is damaged: no document, not this version, or not with the bytes
     *     whose hash it names
     * @throws Unavailable if the archive cannot be reached
     */
    public Optional<ItemDocument> read(ItemKey item, Ov ov) {
        return begin(location.item(item, ov), ov).get();
    }

    /**
     * Begins to read a version, so that many can be read at the same time.
     *
     * @param key where it is
     * @return waits for it and gives it, or throws, as {@link #read} does
     */
    public Supplier<Optional<ItemDocument>> begin(ObjectKey key, Ov ov) {
        CompletableFuture<Optional<byte[]>> answer = archive.get(key);
        return () -> Futures.await(answer, deadline, "reading a version, object=" + key)
                .map(body -> decode(key, ov, body));
    }

    /**
     * A URL that gives a version's object to whoever has it. A version is readable before it is archived; its URL would
     * lead to nothing until then, so it is waited for.
     *
     * @param ttl how long the URL is good for, counted from when it is made
     * @param patience how long to wait for the archiver; zero: only look
     * @return nothing if it is not archived by then: the document is in the log, and a URL can be had later
     * @throws Invalid if the archive does not make URLs for that long
     * @throws Unavailable if the archive cannot be reached
     */
    public Optional<URI> presign(ItemKey item, Ov ov, Duration ttl, Duration patience) {
        Duration checked = Archive.requirePresignable(ttl);
        ObjectKey key = location.item(item, ov);
        long until = System.nanoTime() + patience.toNanos();
        long pause = PAUSE_MIN.toNanos();
        while (Futures.await(archive.get(key), deadline, "looking for a version, object=" + key)
                .isEmpty()) {
            long left = until - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return Optional.empty();
            }
            LockSupport.parkNanos(Math.min(pause, left));
            pause = Math.min(2 * pause, PAUSE_MAX.toNanos());
        }
        return Optional.of(archive.presign(key, checked));
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
