package io.chronosdb.bench;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param time of one measurement that goes on for a time
 * @param warmUpTime before the first one
 * @param scale by how much amounts of work are multiplied: 1 is what the goals are about
 */
record Effort(Duration time, Duration warmUpTime, double scale) {
    /** Enough to see that it works. */
    static final Effort SMOKE = new Effort(Duration.ofMillis(300), Duration.ZERO, 0.001);

    /** An amount of work at this scale, at least so much. */
    int amount(int full, int least) {
        return (int) Math.max(least, Math.round(full * scale));
    }

    /** The effort of a warm-up. */
    Effort warmUp() {
        return new Effort(warmUpTime, warmUpTime, Math.min(scale, 0.2));
    }
}
