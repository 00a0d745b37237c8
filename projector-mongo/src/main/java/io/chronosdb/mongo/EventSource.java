package io.chronosdb.mongo;

import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.util.List;
import java.util.function.Consumer;

/** The log, as a rebuild reads it. Every method may throw {@link Unavailable}. */
public interface EventSource {
    /** How many partitions the database's events have. */
    int partitions(Database database);

    /** The offset behind the last record of a partition, at the time of the call. */
    long end(DatabasePartition partition);

    /**
     * Reads the accepted events of a partition.
     *
     * @param from how far it was read before
     * @param toOffset the first offset that is not read; {@code from.next()} or more
     * @param batches is given the events in their order, a bounded number at a time; what it throws ends the replay
     * @return the progress behind what was read, whose {@code next} is {@code toOffset}
     */
    Progress replay(DatabasePartition partition, Progress from, long toOffset, Consumer<List<LoggedEvent>> batches);
}
