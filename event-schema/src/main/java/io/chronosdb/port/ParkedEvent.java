package io.chronosdb.port;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Position;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An event that a projection could not take, or that waits behind one of the same item.
 *
 * @param position where it is in the log, which keeps it
 * @param items that it has versions of; none where it is not about items
 * @param attempts how often it was tried by itself; 0 where it only waits
 * @param cause why it is not projected
 * @param at when that was found
 * @param wish what someone wants done about it
 */
public record ParkedEvent(
        Position position, Set<ItemKey> items, int attempts, String cause, Instant at, Optional<Wish> wish) {
    /** What a person can want done about a parked event. */
    public enum Wish {
        /** Try it once more. If it is taken, those that wait behind it follow. */
        RETRY,
        /** Do without it: the copy will never have it. Those that wait behind it follow. */
        DROP
    }

    public ParkedEvent {
        items = Set.copyOf(items);
    }

    /** One that nobody has wanted anything of. */
    public ParkedEvent(Position position, Set<ItemKey> items, int attempts, String cause, Instant at) {
        this(position, items, attempts, cause, at, Optional.empty());
    }

    public ParkedEvent wished(Wish wanted) {
        return new ParkedEvent(position, items, attempts, cause, at, Optional.of(wanted));
    }

    public DatabasePartition partition() {
        return new DatabasePartition(position.database(), position.partition());
    }
}
