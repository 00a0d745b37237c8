package io.chronosdb.port;

import io.chronosdb.event.Chain;
import io.chronosdb.event.LoggedEvent;

/**
 * How far a projection is along one partition of events.
 *
 * @param next the offset of the first record that it has not examined
 * @param chain how far it has followed the chain
 */
public record Progress(long next, Chain chain) {
    /** Nothing examined yet. */
    public static final Progress START = new Progress(0, Chain.START);

    /** Behind an accepted event. */
    public static Progress behind(LoggedEvent event) {
        return new Progress(
                event.position().offset() + 1, new Chain(event.event().link().seq() + 1, event.hash()));
    }
}
