package io.chronosdb.port;

import io.chronosdb.error.ChronosException.Unavailable;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Where the totals of one database land. Every method may throw {@link Unavailable}. */
public interface TotalsStore {
    /** Before and after everything that is counted. */
    LocalDate FIRST_DAY = LocalDate.of(1970, 1, 1);

    LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);

    /**
     * What was counted of a collection in one partition of the log: in all time, or in one period.
     *
     * @param next the offset of the first event that it does not reflect
     * @param oldest where the periods begin that are still kept, by the partition's time; a part in all time says so
     */
    record Part(
            String collection,
            int partition,
            Optional<Period> period,
            long next,
            Counts counts,
            Map<Window, LocalDate> oldest) {
        public Part {
            oldest = Map.copyOf(oldest);
        }

        public static Part allTime(
                String collection, int partition, long next, Counts counts, Map<Window, LocalDate> oldest) {
            return new Part(collection, partition, Optional.empty(), next, counts, oldest);
        }

        public static Part in(Period period, String collection, int partition, long next, Counts counts) {
            return new Part(collection, partition, Optional.of(period), next, counts, Map.of());
        }
    }

    /**
     * Stores parts; one that reflects less than the stored one changes nothing. Removes the periods of a collection that
     * one of its parts keeps no longer; whatever a late writer brings back of them is not read.
     */
    void store(List<Part> parts);

    /** Stores a part whatever is stored in its place: to mend what was found to be wrong. */
    void replace(Part part);

    /** Every part that is stored, with the windows that are kept. */
    void parts(Consumer<Part> found);

    /** Forgets all parts: the log that they were counted from is another one now. */
    void clear();

    /** The sum of a collection's parts in all time; {@link Totals#NONE} where there are none. */
    Totals read(String collection);

    /**
     * The sums of a collection's parts by period, oldest first. Periods without an event are not among them.
     *
     * @param from only periods that have this day or a later one
     * @param to only periods that have this day or an earlier one
     */
    List<WindowTotals> read(String collection, Window window, LocalDate from, LocalDate to);
}
