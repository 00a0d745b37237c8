package io.chronosdb.cli;

import java.time.Duration;
import java.util.Locale;

/**
 * How far long work is, on stderr: a bar with rate and time left on a terminal, a line now and then elsewhere. For one
 * thread at a time.
 */
final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 30;
    private static final Duration ON_TERMINAL = Duration.ofMillis(100);
    private static final Duration ELSEWHERE = Duration.ofSeconds(2);

    private final String what;
    private final String unit;
    private final boolean terminal = Boolean.getBoolean("chronos.terminal");
    private final long startedAt = System.nanoTime();
    private long shownAt = startedAt;
    private long done;
    private long total;

    /** @param unit what is counted, in the plural */
    ProgressBar(String what, String unit) {
        this.what = what;
        this.unit = unit;
    }

    synchronized void update(long nowDone, long nowTotal) {
        done = nowDone;
        total = nowTotal;
        long now = System.nanoTime();
        if (now - shownAt >= (terminal ? ON_TERMINAL : ELSEWHERE).toNanos()) {
            shownAt = now;
            show();
        }
    }

    private void show() {
        if (terminal) {
            Output.overwrite(text());
        } else {
            Output.say(text());
        }
    }

    private String text() {
        double seconds = Math.max(1e-3, (System.nanoTime() - startedAt) / 1e9);
        double rate = done / seconds;
        double share = total == 0 ? 1 : Math.min(1, (double) done / total);
        int filled = (int) Math.round(share * WIDTH);
        String left = rate > 0 && total > done ? ", " + Math.round((total - done) / rate) + " s left" : "";
        return String.format(
                Locale.ROOT,
                "%s [%s%s] %3.0f%% %,d of %,d %s, %,.0f/s%s",
                what,
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                share * 100,
                done,
                total,
                unit,
                rate,
                left);
    }

    /** Shows where it ended. */
    @Override
    public synchronized void close() {
        show();
        if (terminal) {
            Output.say("");
        }
    }
}
