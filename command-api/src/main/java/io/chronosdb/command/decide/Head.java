package io.chronosdb.command.decide;

import io.chronosdb.event.Times;
import io.chronosdb.port.Progress;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a partition stands.
 *
 * @param progress how far its events are folded into the state
 * @param at the time that the last event took, up to which nothing new can be
 * @param generation of the commands topic that the offset below belongs to; empty before the first event
 * @param commandOffset of the last command that made an event; -1 where none did
 * @param unfinished what of that command is done, if there is more of it to do
 */
public record Head(
        Progress progress, Instant at, String generation, long commandOffset, Optional<Unfinished> unfinished) {
    /** Before the first event. */
    public static final Head START = new Head(Progress.START, Times.ofMicros(0), "", -1, Optional.empty());

    /**
     * A command of several events, in the middle.
     *
     * @param events how many there are of it
     * @param lastId the item that the last one was about: they come in the order of ids
     */
    public record Unfinished(int events, String lastId) {}
}
