package io.chronosdb.counters;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.document.Filter;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Op;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * A number about the events for which a condition holds. It counts from when the rule is first configured: earlier
 * events are not looked at again, and a rule that is taken away and given back starts at 0, as does one that now measures
 * in another way. A rule whose condition is changed goes on from its number: give it another name.
 *
 * @param name what the number is called, beside {@code created}, {@code updated} and {@code deleted}
 * @param on which operations are looked at; updates stand for whatever else gives an item another document, too
 * @param scope which part of the document the rule sees
 * @param when the condition; a deletion has no document, so only system fields can hold for it
 * @param quantity what is added up
 */
public record CounterRule(String name, Set<Op> on, Scope scope, Filter when, Quantity quantity) {
    /** What {@code on} is where a rule does not say. */
    public static final Set<Op> ON_DEFAULT = Set.of(Op.CREATE, Op.UPDATE);

    /** How many rules there may be: each is evaluated for every event and stored with every collection's totals. */
    public static final int RULES_MAX = 100;

    /** How many of them may count different values, at up to 4 KiB for each collection, partition and window. */
    public static final int UNIQUE_RULES_MAX = 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");
    private static final Set<String> TAKEN = Set.of("created", "updated", "deleted", "collection", "window", "start");

    /** The part of the document that a rule sees. */
    public enum Scope {
        /** The indexed properties. */
        META,
        /** The whole document. */
        PAYLOAD
    }

    public CounterRule {
        if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
            throw new Invalid("a counter's name is 1 to 100 of A-Z a-z 0-9 _ - and none of created, updated, deleted,"
                    + " collection, window, start");
        }
        if (on.isEmpty()) {
            throw new Invalid("a counter counts at least one operation: name=" + name);
        }
        on = Set.copyOf(on);
    }

    /** Whether versions that this operation made are looked at. */
    boolean looksAt(Op op) {
        return on.contains(op) || on.contains(Op.UPDATE) && op != Op.CREATE && op != Op.DELETE;
    }

    /**
     * Reads the rules as configuration has them: {@code [{"name", "on"?, "scope"?, "when"?, "sum"? or "countUnique"?}]}.
     *
     * @param path where the list stands, for messages: {@code counterRules.rules}
     * @throws Invalid for the first thing that is wrong, with its path
     */
    public static List<CounterRule> parseAll(JsonNode json, String path) {
        return parseAll(json, path, (where, what) -> {
            throw new Invalid(what + " path=" + where);
        });
    }

    /**
     * Reads the rules, and leaves out those that cannot be.
     *
     * @param problems is told the path and the reason of everything that is wrong
     */
    public static List<CounterRule> parseAll(JsonNode json, String path, BiConsumer<String, String> problems) {
        return new CounterRuleReader(problems).read(json, path);
    }

    /** @throws Invalid if there are too many, or two of one name */
    static List<CounterRule> checked(List<CounterRule> rules) {
        limit("counter rules", rules.size(), RULES_MAX);
        limit(
                "counter rules with countUnique",
                rules.stream()
                        .filter(rule -> rule.quantity() instanceof Quantity.UniqueOf)
                        .count(),
                UNIQUE_RULES_MAX);
        Set<String> names = new HashSet<>();
        for (CounterRule rule : rules) {
            if (!names.add(rule.name())) {
                throw new Invalid("two counter rules have the same name: name=" + rule.name());
            }
        }
        return List.copyOf(rules);
    }

    private static void limit(String what, long found, long max) {
        if (found > max) {
            throw new Invalid("too many " + what + ": rules=" + found + " rulesMax=" + max);
        }
    }
}
