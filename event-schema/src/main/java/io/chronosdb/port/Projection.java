package io.chronosdb.port;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import java.util.List;

/**
 * A copy of the log's decisions in another store. It never decides anything: whatever is replayed, and whoever writes
 * late, it ends the same.
 */
public interface Projection {
    /** A short name, for progress, metrics and logs: {@code projector}, {@code archiver}. */
    String name();

    /**
     * Where the store says that the projection is: {@link Progress#START} in an empty store.
     *
     * @throws Unavailable if the store cannot be reached
     */
    Progress progress(DatabasePartition partition);

    /**
     * Writes the effects of a batch, then the progress behind it. Idempotent. When it returns, both are durable, or
     * the store's progress was not what {@code before} says and someone else has moved it.
     *
     * @param events accepted ones, in order, perhaps none; some of those between {@code before} and {@code after} may be
     *     missing: they are parked
     * @param before the progress that the batch follows
     * @param after the progress behind the batch; the same as {@code before} for events of before it that were parked and
     *     are tried again
     * @return the progress that the store has now: {@code after}, or where the caller must go on instead
     * @throws Unavailable if the store cannot be reached; effects may be partly written, which a repetition mends
     * @throws RuntimeException of any other kind if it is an event that the projection cannot take; again, effects may be
     *     partly written
     */
    Progress project(DatabasePartition partition, List<LoggedEvent> events, Progress before, Progress after);
}
