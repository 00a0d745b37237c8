package io.chronosdb.port;

import io.chronosdb.event.Chain;

/**
 * How far a projection is along one partition of events.
 *
 * @param next the offset of the first record that it has not examined
 * @param chain how far it has followed the chain
 */
public record Progress(long next, Chain chain) {
    /** Nothing examined yet. */
    public static final Progress START = new Progress(0, Chain.START);
}
