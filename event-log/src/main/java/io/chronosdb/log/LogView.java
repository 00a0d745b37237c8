package io.chronosdb.log;

import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.util.Optional;

/** What a follower asks of the log beside the records that it is given. */
interface LogView {
    /**
     * The event that lies there.
     *
     * @return nothing if the log has dropped it
     */
    Optional<LoggedEvent> at(Position position);

    /** Why a store that is this far has not got it from this log, as {@link LogCheck} says; nothing if it has. */
    Optional<String> disagreement(DatabasePartition partition, Progress at);
}
