package io.chronosdb;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.NotYetVisible;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What one handle has written or was handed, as one position per partition, and the wait until an index shows it.
 * Bounded by the number of partitions, and by {@link #ITEMS_MAX}.
 *
 * <p>That an index has passed a position does not say that it has taken what lies there: an item may be parked. So the
 * versions that were written last are remembered by item, and looked for.
 */
final class Session {
    static final Duration VISIBLE_WITHIN = Duration.ofSeconds(15);

    /** Items whose last written version is remembered: about 3 MB for a handle. */
    private static final int ITEMS_MAX = 10_000;

    private static final Duration PAUSE_MIN = Duration.ofMillis(2);
    private static final Duration PAUSE_MAX = Duration.ofMillis(50);

    private final Map<DatabasePartition, Long> written = new ConcurrentHashMap<>();
    private final Map<DatabasePartition, Long> visible = new ConcurrentHashMap<>();
    private final Map<ItemKey, Receipt> latest = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ItemKey, Receipt> eldest) {
            return size() > ITEMS_MAX;
        }
    };
    private final boolean keepsDeleted;

    /** @param keepsDeleted whether the index keeps deleted items: else one may be gone that was written */
    Session(boolean keepsDeleted) {
        this.keepsDeleted = keepsDeleted;
    }

    /** From now on reads wait for this version of the item. */
    void wrote(ItemKey item, Receipt receipt) {
        saw(receipt.position());
        synchronized (latest) {
            Receipt before = latest.remove(item);
            latest.put(item, before == null || before.ov().compareTo(receipt.ov()) < 0 ? receipt : before);
        }
    }

    /**
     * Checks that what an index has of an item is not older than what was written.
     *
     * @throws NotYetVisible if it is
     */
    void requireShown(ItemKey item, Optional<Ov> shown) {
        @Nullable Receipt written;
        synchronized (latest) {
            written = latest.get(item);
        }
        if (written != null && (shown.isPresent() ? shown.get().compareTo(written.ov()) < 0 : keepsDeleted)) {
            throw new NotYetVisible(
                    "the index has passed this item's version and not taken it; it may be parked: item=" + item
                            + " visible=" + shown.map(Ov::toString).orElse("none") + " wanted=" + written.ov(),
                    written.position().token());
        }
    }

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
