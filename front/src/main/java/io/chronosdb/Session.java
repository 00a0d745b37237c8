package io.chronosdb;

import io.chronosdb.error.ChronosException.NotYetVisible;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * What one handle has written or was handed, as one position per partition, and the wait until an index shows it.
 * Bounded by the number of partitions.
 */
final class Session {
    static final Duration VISIBLE_WITHIN = Duration.ofSeconds(15);

    private static final Duration PAUSE_MIN = Duration.ofMillis(2);
    private static final Duration PAUSE_MAX = Duration.ofMillis(50);

    private final Map<DatabasePartition, Long> written = new ConcurrentHashMap<>();
    private final Map<DatabasePartition, Long> visible = new ConcurrentHashMap<>();

    /** From now on reads wait for this position. */
    void saw(Position position) {
        written.merge(
                new DatabasePartition(position.database(), position.partition()), position.offset() + 1, Math::max);
    }

    /** Waits until the index shows everything of the session that is in the database. */
    void await(io.chronosdb.address.Database database, Index index) {
        written.forEach((partition, next) -> {
            if (partition.database().equals(database)) {
                await(partition, next, index);
            }
        });
    }

    /**
     * Waits until the index shows a partition up to an offset.
     *
     * @throws NotYetVisible if it does not within {@link #VISIBLE_WITHIN}
     */
    void await(DatabasePartition partition, long next, Index index) {
        if (visible.getOrDefault(partition, 0L) >= next) {
            return;
        }
        long deadline = System.nanoTime() + VISIBLE_WITHIN.toNanos();
        long pause = PAUSE_MIN.toNanos();
        while (true) {
            long now = index.visibleUpTo(partition.number());
            if (now >= next) {
                visible.merge(partition, now, Math::max);
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new NotYetVisible(
                        "the index is behind: partition=" + partition + " visible=" + now + " wanted=" + next
                                + "; retry later, or read with another consistency",
                        new Position(partition.database(), partition.number(), next - 1).token());
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, PAUSE_MAX.toNanos());
        }
    }
}
