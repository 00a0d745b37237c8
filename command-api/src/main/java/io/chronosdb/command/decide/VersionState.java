package io.chronosdb.command.decide;

import io.chronosdb.event.Cv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Version;
import java.time.Instant;
import java.util.Optional;

/**
 * What deciding needs to know of a version, without its document.
 *
 * @param offset of its event; -1 while that is not known yet
 * @param bytes of the document; 0 for a deletion
 * @param document the document's hash; absent for a deletion
 */
public record VersionState(Ov ov, Cv cv, Op op, Instant at, long offset, int bytes, Optional<Hash> document) {
    static VersionState of(Version version, long offset) {
        return new VersionState(
                version.ov(),
                version.cv(),
                version.op(),
                version.at(),
                offset,
                version.payload().map(Payload::size).orElse(0),
                version.payload().map(Payload::sha256));
    }

    public boolean deleted() {
        return document.isEmpty();
    }
}
