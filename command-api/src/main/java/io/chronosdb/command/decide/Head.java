package io.chronosdb.command.decide;

import io.chronosdb.event.Times;
import io.chronosdb.port.Progress;
import java.time.Instant;

/**
 * Where a partition stands.
 *
 * @param progress how far its events are folded into the state
 * @param at the last event's time
 * @param generation of the commands topic that the offset below belongs to; empty before the first event
 * @param commandOffset of the last command that made an event; -1 where none did
 */
public record Head(Progress progress, Instant at, String generation, long commandOffset) {
    /** Before the first event. */
    public static final Head START = new Head(Progress.START, Times.ofMicros(0), "", -1);
}
