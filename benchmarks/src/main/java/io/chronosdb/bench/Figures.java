package io.chronosdb.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a measurement came to.
 *
 * @param values by name; the names end in the unit where it is not plain
 */
record Figures(Map<String, Double> values) {
    static final String PER_SECOND = "perSecond";
    static final String P50 = "p50Millis";
    static final String P99 = "p99Millis";

    /** Of a side that does not exist. */
    static final Figures NONE = new Figures(Map.of());

    Figures {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    static Figures of(String name, double value) {
        return NONE.and(name, value);
    }

    /** @param micros latencies in microseconds */
    static Figures of(double perSecond, Histogram micros) {
        return of(PER_SECOND, perSecond)
                .and(P50, micros.getValueAtPercentile(50) / 1e3)
                .and(P99, micros.getValueAtPercentile(99) / 1e3)
                .and("p999Millis", micros.getValueAtPercentile(99.9) / 1e3);
    }

    Figures and(String name, double value) {
        Map<String, Double> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Figures(more);
    }
}
