package io.chronosdb.event;

/**
 * How far a reader has followed a partition's chain, and the one rule of every reader: <b>an event is accepted if and
 * only if it continues the chain</b>, and skipped otherwise. Copies by an owner that was replaced, leftovers behind a
 * failed append, and divergent events that came late fall out the same way for everyone, because the log's own order
 * arbitrates.
 *
 * @param next the {@code seq} that the next accepted event has
 * @param last the hash of the last accepted event
 */
public record Chain(long next, Hash last) {
    /** Before the first event. */
    public static final Chain START = new Chain(0, Hash.ZERO);

    public boolean accepts(Event event) {
        return event.link().seq() == next && event.link().prev().equals(last);
    }

    /** The chain with one more event, whose hash is given. */
    public Chain advance(Hash accepted) {
        return new Chain(next + 1, accepted);
    }
}
