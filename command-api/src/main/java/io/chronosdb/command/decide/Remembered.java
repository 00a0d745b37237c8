package io.chronosdb.command.decide;

import io.chronosdb.event.Cv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import java.time.Instant;
import java.util.List;

/**
 * What a command id was answered with.
 *
 * @param made the versions that came of it, in order; of a restored collection the last one
 * @param events how many events came of it
 * @param at when they were made
 * @param offset of its last event; -1 while that is not known yet
 */
public record Remembered(List<Made> made, long events, Instant at, long offset) {
    /** A version, as a receipt names it. */
    public record Made(String id, Ov ov, Cv cv, Op op, Instant at) {}

    public Remembered {
        made = List.copyOf(made);
    }
}
