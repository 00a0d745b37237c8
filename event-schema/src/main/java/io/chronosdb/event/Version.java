package io.chronosdb.event;

import io.chronosdb.address.ItemKey;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One immutable version of an item, with everything that projections copy.
 *
 * @param at when it was made: increasing along a partition, microseconds
 * @param insertedAt when the item's first version was made
 * @param lineage where the item comes from
 * @param restoredFrom the version of the same item that this one repeats, if it does
 * @param kept what of the item projections keep from here on
 * @param payload the document; absent exactly where {@code op} is {@link Op#DELETE}
 * @param blobs decoded base64 properties by dotted path; the document has references in their places
 */
public record Version(
        ItemKey item,
        Ov ov,
        Cv cv,
        Op op,
        Instant at,
        Instant insertedAt,
        Provenance provenance,
        Lineage lineage,
        Optional<Ov> restoredFrom,
        Kept kept,
        Optional<Payload> payload,
        Map<String, Blob> blobs)
        implements Fact {
    public Version {
        if (payload.isPresent() == (op == Op.DELETE)) {
            throw new IllegalArgumentException("a version has a payload unless it is a deletion: item=" + item);
        }
        blobs = Blob.ordered(blobs);
    }

    /** A version without lineage, restoration or blobs, of an item whose versions are all kept. */
    public Version(
            ItemKey item,
            Ov ov,
            Cv cv,
            Op op,
            Instant at,
            Instant insertedAt,
            Provenance provenance,
            Optional<Payload> payload) {
        this(item, ov, cv, op, at, insertedAt, provenance, Lineage.NONE, Optional.empty(), Kept.ALL, payload, Map.of());
    }

    public boolean deleted() {
        return op == Op.DELETE;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.version(this);
    }
}
