package io.chronosdb.log;

import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.Progress;
import java.util.List;

/** How a {@link Projecting} went. */
sealed interface Outcome {
    /**
     * The store has said where the projection is.
     *
     * @param attempts how often an owner has died of what comes next there, or given it up; 0 where nobody has
     */
    record Begun(Progress at, ParkedItems parked, int attempts) implements Outcome {}

    /** The store has not got what it has from this log. */
    record Disagrees(String why) implements Outcome {}

    /** What was wanted of parked events is done, as far as it could be. */
    record Attended(ParkedItems parked) implements Outcome {}

    /** The store is where the step ends. */
    record Done(Progress after) implements Outcome {}

    /** The store is somewhere else, and so must the reader be. */
    record Moved() implements Outcome {}

    /** It could not be tried, for a reason that lies in no event. */
    record Failed(RuntimeException cause) implements Outcome {}

    /** The projection does not take these. */
    record Refused(List<LoggedEvent> events, RuntimeException cause) implements Outcome {}
}
