package io.chronosdb.mongo;

import io.chronosdb.document.ItemDocument;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.bson.BsonBinary;
import org.bson.BsonDocument;

/**
 * Documents in the heads, for a while, so that reading one needs no archive. A convenience that nothing depends on: a rebuild
 * neither compares it nor counts it.
 *
 * @param ttl how long after a version was made its document is taken from the head
 * @param bytesMax the largest document that is put there
 */
public record PayloadShadow(Duration ttl, int bytesMax, InstantSource clock) {
    static final String FIELD = "shadow";

    private boolean isFresh(Instant at) {
        return at.plus(ttl).isAfter(clock.instant());
    }

    /** Adds a version's document to its head, if it is for there. */
    void append(Version version, BsonDocument head) {
        boolean fits = version.payload()
                .map(Payload::size)
                .filter(size -> size <= bytesMax)
                .isPresent();
        if (fits && isFresh(version.at())) {
            head.append(FIELD, new BsonBinary(ItemDocument.encode(version)));
        }
    }

    /** What a head has, if it may still be used and is whole. */
    Optional<ItemDocument> of(BsonDocument head, Instant at) {
        if (!head.isBinary(FIELD) || !isFresh(at)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ItemDocument.decode(head.getBinary(FIELD).getData()));
        } catch (Invalid e) {
            return Optional.empty();
        }
    }
}
