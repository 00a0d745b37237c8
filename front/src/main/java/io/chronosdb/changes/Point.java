package io.chronosdb.changes;

import io.chronosdb.event.Chain;
import io.chronosdb.event.Hash;

/**
 * Where a reader stands in one partition.
 *
 * @param next the offset behind the last event that is done; 0 before the first
 * @param chain how far the chain was followed there
 * @param taken how many versions of the next accepted event are done already
 */
record Point(long next, Chain chain, int taken) {
    static final Point START = new Point(0, Chain.START, 0);

    /** Behind the event at an offset. */
    Point behind(long offset, Hash hash) {
        return new Point(offset + 1, chain.advance(hash), 0);
    }

    /** Within the next event. */
    Point within(int versions) {
        return new Point(next, chain, versions);
    }

    /** Whether a reader can stand here: at the beginning, or behind an event that the chain has. */
    boolean possible() {
        return taken >= 0
                && (next == 0 ? chain.equals(Chain.START) : next > 0 && chain.next() > 0 && chain.next() <= next);
    }
}
