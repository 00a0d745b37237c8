package io.chronosdb.port;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Position;
import java.time.Instant;
import java.util.Set;

/**
 * An event that a projection could not take, or that waits behind one of the same item.
 *
 * @param position where it is in the log, which keeps it
 * @param items that it has versions of; none where it is not about items
 * @param attempts how often it was tried by itself; 0 where it only waits
 * @param cause why it is not projected
 * @param at when that was found
 */
public record ParkedEvent(Position position, Set<ItemKey> items, int attempts, String cause, Instant at) {
    public ParkedEvent {
        items = Set.copyOf(items);
    }

    public DatabasePartition partition() {
        return new DatabasePartition(position.database(), position.partition());
    }
}
