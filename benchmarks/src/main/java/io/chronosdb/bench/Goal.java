package io.chronosdb.bench;

import java.util.Optional;

/**
 * What a figure should be.
 *
 * @param ratio whether it is the figure of Chronos divided by the floor's that is judged, or Chronos's own
 * @param atLeast whether the bound is the least or the most
 */
record Goal(String figure, boolean ratio, boolean atLeast, double bound) {
    static Goal ratioAtLeast(String figure, double bound) {
        return new Goal(figure, true, true, bound);
    }

    static Goal ratioAtMost(String figure, double bound) {
        return new Goal(figure, true, false, bound);
    }

    static Goal atMost(String figure, double bound) {
        return new Goal(figure, false, false, bound);
    }

    /** Only told. */
    static Goal reported(String figure) {
        return new Goal(figure, false, false, Double.POSITIVE_INFINITY);
    }

    boolean isMet(double value) {
        return atLeast ? value >= bound : value <= bound;
    }

    /** What is judged of one round; nothing if a side has no such figure. */
    Optional<Double> judged(Figures chronos, Figures floor) {
        Double own = chronos.values().get(figure);
        Double other = floor.values().get(figure);
        if (own == null) {
            return Optional.empty();
        }
        if (!ratio) {
            return Optional.of(own);
        }
        return Optional.ofNullable(other).map(it -> own / it);
    }

    @Override
    public String toString() {
        if (Double.isInfinite(bound)) {
            return "reported";
        }
        return (atLeast ? "≥ " : "≤ ")
                + (bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound));
    }
}
