package io.chronosdb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.ItemKey;
import io.chronosdb.document.BlobReference;
import io.chronosdb.document.Blobs;
import io.chronosdb.error.ChronosException.PayloadUnavailable;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Blob;
import io.chronosdb.event.Hash;
import io.chronosdb.log.EventReader;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.Index;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The bytes beside documents: URLs to them, or the bytes themselves in place of their references. What a reference names is
 * computed anew from the item, so that none leads to a stranger's object.
 *
 * @param properties those of the collection that are bytes
 */
record BlobReader(Archive archive, ArchiveLocation location, EventReader events, Index index, List<String> properties) {
    private static final Duration ARCHIVE_MAX = Duration.ofSeconds(10);

    /** URLs to the bytes that a document names, by property. */
    Map<String, URI> urls(ItemKey item, ObjectNode document, Duration ttl) {
        Map<String, URI> urls = new TreeMap<>();
        for (String property : properties) {
            reference(item, document, property)
                    .ifPresent(found ->
                            urls.put(property, archive.presign(location.blob(item, found.ov(), property), ttl)));
        }
        return urls;
    }

    /**
     * Puts base64 in place of the references.
     *
     * @throws PayloadUnavailable if the bytes are neither in the archive nor in the log, or not the ones whose hash is named
     */
    void inline(ItemKey item, ObjectNode document) {
        for (String property : properties) {
            reference(item, document, property).ifPresent(found -> {
                String base64 = Base64.getEncoder().encodeToString(bytes(item, property, found));
                Blobs.parent(document, property).orElseThrow().put(Blobs.lastName(property), base64);
            });
        }
    }

    private Optional<BlobReference> reference(ItemKey item, ObjectNode document, String property) {
        return Blobs.parent(document, property)
                .flatMap(parent -> BlobReference.read(parent.path(Blobs.lastName(property)), location, item, property));
    }

    private byte[] bytes(ItemKey item, String property, BlobReference reference) {
        return archived(item, property, reference)
                .or(() -> logged(item, property, reference))
                .filter(bytes -> Hash.of(bytes).toString().equals(reference.sha256()))
                .orElseThrow(() -> new PayloadUnavailable(item + "@" + reference.ov() + " property=" + property, null));
    }

    private Optional<byte[]> archived(ItemKey item, String property, BlobReference reference) {
        try {
            return archive.get(location.blob(item, reference.ov(), property))
                    .get(ARCHIVE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty(); // The log may have it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("archive", "interrupted", e);
        }
    }

    private Optional<byte[]> logged(ItemKey item, String property, BlobReference reference) {
        return index.version(item, reference.ov())
                .flatMap(entry -> events.at(entry.position()))
                .flatMap(event -> event.fact().version(item, reference.ov()))
                .flatMap(version -> Optional.ofNullable(version.blobs().get(property)))
                .map(Blob::bytes);
    }
}
