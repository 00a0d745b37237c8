package io.chronosdb.port;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was counted in a collection, as a reader sees it.
 *
 * @param updated updates, enrichments and restorations
 * @param rules one number per counter rule, by name: events, a sum, or different values
 */
public record Totals(long created, long updated, long deleted, Map<String, BigDecimal> rules) {
    public static final Totals NONE = new Totals(0, 0, 0, Map.of());

    public Totals {
        rules = Collections.unmodifiableMap(new TreeMap<>(rules));
    }

    /** A rule's number; 0 for one that has measured nothing. */
    public BigDecimal rule(String name) {
        return rules.getOrDefault(name, BigDecimal.ZERO);
    }
}
