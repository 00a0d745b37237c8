package io.chronosdb.port;

import io.chronosdb.error.ChronosException.Unavailable;
import java.util.List;

/** Where the totals of one database land. Every method may throw {@link Unavailable}. */
public interface TotalsStore {
    /**
     * Totals of the part of a collection that lies in one partition of the log.
     *
     * @param next the offset of the first event that they do not reflect
     */
    record Part(String collection, int partition, long next, Totals totals) {}

    /** Stores parts; one that reflects less than the stored one changes nothing. */
    void store(List<Part> parts);

    /** The sum of a collection's parts; {@link Totals#NONE} where there are none. */
    Totals read(String collection);
}
