package io.chronosdb.archive;

import io.chronosdb.address.ItemKey;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Ov;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Reads one database's versions back, and believes none that it has not checked.
 *
 * @param deadline how long to wait for one; longer than the archive's own
 */
public record ArchiveReader(Archive archive, ArchiveLocation location, Duration deadline) {
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
