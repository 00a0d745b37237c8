package io.chronosdb.port;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Unavailable;
import java.util.List;
import java.util.Map;

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

    /** Shows the event of its partition that is being tried again, in place of the one before. */
    void retrying(ParkedEvent event);

    /** Nothing of the partition is being tried again. */
    void settled(DatabasePartition partition);
}
