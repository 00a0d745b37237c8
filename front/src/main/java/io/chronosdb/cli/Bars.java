package io.chronosdb.cli;

import org.jspecify.annotations.Nullable;

/** A bar after the other, for long work that has several steps. For one thread. */
final class Bars implements AutoCloseable {
    private final String work;
    private String step = "";
    private @Nullable ProgressBar bar;

    Bars(String work) {
        this.work = work;
    }

    /**
     * Shows how far a step is; another one than before ends that one.
     *
     * @param unit what is counted, in the plural
     */
    void update(String now, String unit, long done, long total) {
        ProgressBar shown = bar;
        if (shown == null || !now.equals(step)) {
            close();
            step = now;
            shown = new ProgressBar(work + " " + now, unit);
            bar = shown;
        }
        shown.update(done, total);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
