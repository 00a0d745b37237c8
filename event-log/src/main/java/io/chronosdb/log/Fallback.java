package io.chronosdb.log;

import io.chronosdb.error.ChronosException.Invalid;
import java.time.Duration;

/**
 * What a projection does with what fails. A store that is down is asked again for ever; an event that fails by itself is
 * tried a few times and then parked, so that the others go on.
 *
 * @param parks whether such an event is parked; otherwise its partition stops there
 * @param retriesMax how often an event is tried again before that, at least 0
 * @param delay pause before the first repetition; doubles with every further one
 * @param delayMax the longest pause
 */
public record Fallback(boolean parks, int retriesMax, Duration delay, Duration delayMax) {
    /** Three seconds of repetitions, of which an event that is at fault uses none and a passing trouble some. */
    public static final Fallback DEFAULT = new Fallback(true, 5, Duration.ofMillis(100), Duration.ofSeconds(5));

    /** Beyond it a pause is as long as the longest anyway. */
    private static final int DOUBLINGS_MAX = 30;

    public Fallback {
        if (retriesMax < 0 || delay.toMillis() < 1 || delayMax.compareTo(delay) < 0) {
            throw new Invalid("retries are 0 or more, and 1 ms <= delay <= longest delay: retriesMax=" + retriesMax
                    + " delayMs=" + delay.toMillis() + " delayMaxMs=" + delayMax.toMillis());
        }
    }

    /**
     * Exponential, and not equally long for all who wait for the same store.
     *
     * @param failures in a row so far, at least 1
     * @param random 0 to 1: where between half of the pause and the whole one
     */
    Duration pause(int failures, double random) {
        double nanos = Math.min(
                delay.toNanos() * Math.pow(2, Math.min(failures - 1, DOUBLINGS_MAX)), (double) delayMax.toNanos());
        return Duration.ofNanos((long) (nanos * (0.5 + random / 2)));
    }
}
