package io.chronosdb.bench;

import java.util.List;
import java.util.concurrent.Callable;

/** Watches a role catch up with a backlog. */
final class Pursuit {
    private static final long LOOK_EVERY_MILLIS = 20;
    private static final long STUCK_AFTER_NANOS = 60_000_000_000L;

    private Pursuit() {}

    /**
     * The rate from the first look at which every part had begun until all is done: joining a group and making indexes are not
     * in it. If that look finds all of it done, the rate is since the look before.
     *
     * @param total of all parts
     * @param done of each part
     */
    static Figures watch(long total, Callable<List<Long>> done) throws Exception {
        long beginNanos = System.nanoTime();
        long begin = 0;
        boolean begun = false;
        long movedNanos = beginNanos;
        long last = 0;
        while (true) {
            List<Long> parts = done.call();
            long now = System.nanoTime();
            long sum = parts.stream().mapToLong(Long::longValue).sum();
            if (sum >= total) {
                return Figures.of(Figures.PER_SECOND, (sum - begin) * 1e9 / (now - beginNanos));
            }
            if (sum != last) {
                last = sum;
                movedNanos = now;
            } else if (now - movedNanos > STUCK_AFTER_NANOS) {
                throw new IllegalStateException("nothing moves: done=" + parts + " total=" + total);
            }
            if (!begun) {
                begun = parts.stream().allMatch(part -> part > 0);
                begin = sum;
                beginNanos = now;
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
    }
}
