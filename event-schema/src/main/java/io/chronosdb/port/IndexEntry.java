package io.chronosdb.port;

import io.chronosdb.address.ItemKey;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import java.time.Instant;
import java.util.Optional;

/**
 * What the index knows of one version.
 *
 * @param payload where the document is; absent for a deletion
 * @param position of its event
 * @param shadow the document itself, if the index has it at hand: a copy to be checked against {@code payload}
 */
public record IndexEntry(
        ItemKey item,
        Ov ov,
        Cv cv,
        Op op,
        Instant at,
        Instant createdAt,
        Optional<String> actor,
        Optional<String> reason,
        Optional<PayloadRef> payload,
        Position position,
        Optional<ItemDocument> shadow) {
    /**
     * A document in the archive.
     *
     * @param size of the document in bytes, without its {@code _system} block
     * @param sha256 of the same bytes
     */
    public record PayloadRef(ObjectKey object, long size, Hash sha256) {}

    public boolean deleted() {
        return op == Op.DELETE;
    }
}
