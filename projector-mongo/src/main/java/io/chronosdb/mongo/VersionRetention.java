package io.chronosdb.mongo;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How many versions the index keeps: whatever either bound leaves out goes. An item's latest version always stays, and every
 * version stays in the log and the archive.
 *
 * <p>It is a function of the log: how long ago a version has ended is counted from the time of the last event of its partition,
 * so that an index at one place in the log has the same versions due, whoever built it and when. One that is due is gone, or
 * goes soon.
 *
 * @param ended how long versions stay that are not the latest any more; absent: for ever
 * @param perItem how many of an item's versions stay, the latest among them, 1 or more; absent: all
 */
public record VersionRetention(Optional<Duration> ended, OptionalLong perItem) {
    /** Everything stays. */
    public static final VersionRetention ALL = new VersionRetention(Optional.empty(), OptionalLong.empty());

    public VersionRetention {
        if (ended.filter(time -> time.isNegative() || time.isZero()).isPresent()
                || perItem.isPresent() && perItem.getAsLong() < 1) {
            throw new IllegalArgumentException("a retention keeps something: ended=" + ended + " perItem=" + perItem);
        }
    }

    /**
     * The last end, as documents have it, of versions that are due.
     *
     * @param now the time of the last event of their partition
     */
    Optional<String> horizon(Instant now) {
        return ended.map(time -> Moments.text(now.minus(time)).getValue());
    }
}
