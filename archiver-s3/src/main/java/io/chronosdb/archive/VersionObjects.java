package io.chronosdb.archive;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.ItemKey;
import io.chronosdb.document.BlobReference;
import io.chronosdb.document.Blobs;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.document.Json;
import io.chronosdb.event.Blob;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Version;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.LongStream;

/** Which objects a version has, and which ones go with it. */
record VersionObjects(ArchiveLocation location) {
    private static final String BYTES = "application/octet-stream";
    private static final String TEXT = "text/plain; charset=utf-8";

    /** Gets the objects of a version. */
    interface Stored {
        void put(ObjectKey key, byte[] body, String contentType);
    }

    /** Gets the keys of what a version does away with. */
    interface Removed {
        void delete(ObjectKey key);
    }

    /** The document, and what of it is bytes beside it. */
    void put(Version version, Stored batch) {
        if (version.kept().nothing()) {
            return;
        }
        ItemKey item = version.item();
        Optional<ObjectNode> document = version.blobs().isEmpty()
                ? Optional.empty()
                : version.payload().map(Payload::json).map(Json::parseObject);
        version.blobs().forEach((property, blob) -> {
            Optional<BlobReference> reference = document.flatMap(json -> Blobs.parent(json, property))
                    .flatMap(parent ->
                            BlobReference.read(parent.path(Blobs.lastName(property)), location, item, property));
            batch.put(
                    location.blob(item, version.ov(), property),
                    blob.bytes(),
                    reference.map(BlobReference::contentType).orElse(BYTES));
            reference
                    .flatMap(BlobReference::charset)
                    .ifPresent(charset ->
                            batch.put(location.text(item, version.ov(), property), utf8(blob, charset), TEXT));
        });
        // Last, so that who finds the document finds what it names, nearly always.
        batch.put(location.item(item, version.ov()), ItemDocument.encode(version), Archive.JSON);
    }

    private static byte[] utf8(Blob blob, String charset) {
        return Blobs.text(blob, charset).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What the item does not keep any more. Bytes go when the item does: until then a later version may name those of an
     * earlier one.
     */
    void remove(Version version, Removed batch) {
        ItemKey item = version.item();
        version.kept().forgotten(version.ov()).forEach(ov -> batch.delete(location.item(item, ov)));
        for (String property : version.kept().blobProps()) {
            LongStream.rangeClosed(0, version.ov().value()).mapToObj(Ov::new).forEach(ov -> {
                batch.delete(location.blob(item, ov, property));
                batch.delete(location.text(item, ov, property));
            });
        }
    }
}
