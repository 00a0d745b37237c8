package io.chronosdb.port;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where one projection notes the events that it could not take, in the store that its effects go to: deleted with them,
 * restored with them. The events themselves stay in the log. Every method may throw {@link Unavailable}.
 */
public interface Parking {
    /**
     * The items that have parked events.
     *
     * @return the offset of the first one of each, from which on its events wait
     */
    Map<ItemKey, Long> parked(DatabasePartition partition);

    /** Parks events of one partition. Durable when it returns; one that is parked already stays as it is. */
    void park(List<ParkedEvent> events);

    /**
     * A page of what is parked, in the log's order.
     *
     * @param from the first offset
     * @param limit at most so many
     */
    List<ParkedEvent> events(DatabasePartition partition, long from, int limit);

    /**
     * Asks whoever projects the partition to do something about a parked event.
     *
     * @return whether it is parked
     */
    boolean ask(Position position, ParkedEvent.Wish wish);

    /** Whether something may have been asked since the last time that this was called. */
    boolean takeAsked(DatabasePartition partition);

    /** Writes down anew what is known of a parked event. */
    void note(ParkedEvent event);

    /** Events of one partition are not parked any more. One that is not parked is passed over. */
    void release(DatabasePartition partition, Set<Position> positions);

    /**
     * Notes an event of its partition that is about to be tried, in place of the one before: an owner that dies of it leaves the note
     * behind.
     */
    void retrying(ParkedEvent event);

    /** What was noted last, if it is not settled. */
    Optional<ParkedEvent> retried(DatabasePartition partition);

    /** Nothing of the partition is being tried again. */
    void settled(DatabasePartition partition);
}
