package io.chronosdb.port;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was counted in a collection. Absolute values, so that writing them twice changes nothing.
 *
 * @param rules one number per counter rule, by name
 */
public record Totals(long created, long updated, long deleted, Map<String, Long> rules) {
    public static final Totals NONE = new Totals(0, 0, 0, Map.of());

    public Totals {
        rules = Collections.unmodifiableMap(new TreeMap<>(rules));
    }

    public Totals plus(Totals other) {
        Map<String, Long> sum = new TreeMap<>(rules);
        other.rules.forEach((name, count) -> sum.merge(name, count, Long::sum));
        return new Totals(created + other.created, updated + other.updated, deleted + other.deleted, sum);
    }
}
