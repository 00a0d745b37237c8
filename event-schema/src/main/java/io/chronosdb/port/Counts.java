package io.chronosdb.port;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was counted, in a form that adds up: the counts of parts give those of the whole, in whatever order. Absolute
 * values, so that writing them twice changes nothing.
 *
 * @param rules one measure per counter rule, by name
 */
public record Counts(long created, long updated, long deleted, Map<String, Measure> rules) {
    public static final Counts NONE = new Counts(0, 0, 0, Map.of());

    public Counts {
        rules = Collections.unmodifiableMap(new TreeMap<>(rules));
    }

    public Counts plus(Counts other) {
        Map<String, Measure> sum = new TreeMap<>(rules);
        other.rules.forEach((name, measure) -> sum.merge(name, measure, Measure::plus));
        return new Counts(created + other.created, updated + other.updated, deleted + other.deleted, sum);
    }

    /** Without the rules that others have not, or measure in another way. */
    public Counts like(Counts others) {
        Map<String, Measure> kept = new TreeMap<>(rules);
        kept.entrySet().removeIf(rule -> {
            Measure other = others.rules.get(rule.getKey());
            return other == null || other.getClass() != rule.getValue().getClass();
        });
        return new Counts(created, updated, deleted, kept);
    }

    public Totals totals() {
        Map<String, BigDecimal> numbers = new TreeMap<>();
        rules.forEach((name, measure) -> numbers.put(name, measure.number()));
        return new Totals(created, updated, deleted, numbers);
    }
}
