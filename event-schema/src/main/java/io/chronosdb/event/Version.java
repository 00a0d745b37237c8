package io.chronosdb.event;

import io.chronosdb.address.ItemKey;
import java.time.Instant;
import java.util.Optional;

/**
 * One immutable version of an item, with everything that projections copy.
 *
 * @param at when it was made: increasing along a partition, microseconds
 * @param insertedAt when the item's first version was made
 * @param payload the document; absent exactly where {@code op} is {@link Op#DELETE}
 */
public record Version(
        ItemKey item,
        Ov ov,
        Cv cv,
        Op op,
        Instant at,
        Instant insertedAt,
        Provenance provenance,
        Optional<Payload> payload)
        implements Fact {
    public Version {
        if (payload.isPresent() == (op == Op.DELETE)) {
            throw new IllegalArgumentException("a version has a payload unless it is a deletion: item=" + item);
        }
    }

    public boolean deleted() {
        return op == Op.DELETE;
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.version(this);
    }
}
