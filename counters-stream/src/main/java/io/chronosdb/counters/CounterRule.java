package io.chronosdb.counters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Filter;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotIndexed;
import io.chronosdb.event.Op;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A number that counts the events for which a condition holds. It counts from when the rule is first configured:
 * earlier events are not looked at again, and a rule that is taken away and given back starts at 0.
 *
 * @param name what the number is called, beside {@code created}, {@code updated} and {@code deleted}
 * @param on which operations are looked at
 * @param scope which part of the document the condition sees
 * @param when the condition; a deletion has no document, so only system fields can hold for it
 */
public record CounterRule(String name, Set<Op> on, Scope scope, Filter when) {
    /** What {@code on} is where a rule does not say. */
    public static final Set<Op> ON_DEFAULT = Set.of(Op.CREATE, Op.UPDATE);

    /** How many rules there may be: each is evaluated for every event and stored with every collection's totals. */
    public static final int RULES_MAX = 100;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");
    private static final Set<String> TAKEN = Set.of("created", "updated", "deleted");
    private static final Set<String> PROPERTIES = Set.of("name", "on", "scope", "when");

    /** The part of the document that a condition sees. */
    public enum Scope {
        /** The indexed properties. */
        META,
        /** The whole document. */
        PAYLOAD
    }

    public CounterRule {
        if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
            throw new Invalid("a counter's name is 1 to 100 of A-Z a-z 0-9 _ - and none of created, updated, deleted");
        }
        if (on.isEmpty()) {
            throw new Invalid("a counter counts at least one operation: name=" + name);
        }
        on = Set.copyOf(on);
    }

    /**
     * Reads the rules as configuration has them: {@code [{"name", "on"?, "scope"?, "when"}]}.
     *
     * @param path where the list stands, for messages: {@code counterRules.rules}
     * @throws Invalid naming the path of whatever is wrong
     */
    public static List<CounterRule> parseAll(JsonNode json, String path) {
        if (!json.isArray()) {
            throw new Invalid("a list of counter rules is expected: path=" + path);
        }
        List<CounterRule> rules = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            rules.add(parse(json.get(i), path + "[" + i + "]"));
        }
        try {
            return checked(rules);
        } catch (Invalid e) {
            throw at(path, e);
        }
    }

    /** @throws Invalid if there are too many, or two of one name */
    static List<CounterRule> checked(List<CounterRule> rules) {
        if (rules.size() > RULES_MAX) {
            throw new Invalid("too many counter rules: rules=" + rules.size() + " rulesMax=" + RULES_MAX);
        }
        Set<String> names = new HashSet<>();
        for (CounterRule rule : rules) {
            if (!names.add(rule.name())) {
                throw new Invalid("two counter rules have the same name: name=" + rule.name());
            }
        }
        return List.copyOf(rules);
    }

    private static CounterRule parse(JsonNode json, String path) {
        if (!(json instanceof ObjectNode rule)) {
            throw new Invalid("a counter rule is a JSON object: path=" + path);
        }
        rule.fieldNames().forEachRemaining(name -> {
            if (!PROPERTIES.contains(name)) {
                throw new Invalid("unknown property: path=" + path + "." + name);
            }
        });
        String name = text(rule.path("name"), path + ".name");
        Set<Op> on = rule.has("on") ? operations(rule.path("on"), path + ".on") : ON_DEFAULT;
        Scope scope = rule.has("scope") ? option(Scope.class, rule.path("scope"), path + ".scope") : Scope.META;
        try {
            // Any property may be named: what of a document is indexed is known per collection, the rules are global.
            return new CounterRule(name, on, scope, Filter.parse(rule.path("when"), CollectionMap.EVERYTHING));
        } catch (Invalid | NotIndexed e) {
            throw at(path, e);
        }
    }

    private static Set<Op> operations(JsonNode json, String path) {
        if (!json.isArray()) {
            throw new Invalid("a list of operations is expected: path=" + path);
        }
        Set<Op> operations = EnumSet.noneOf(Op.class);
        for (int i = 0; i < json.size(); i++) {
            operations.add(option(Op.class, json.get(i), path + "[" + i + "]"));
        }
        return operations;
    }

    private static <E extends Enum<E>> E option(Class<E> options, JsonNode json, String path) {
        String text = text(json, path);
        for (E option : options.getEnumConstants()) {
            if (option.name().equals(text.toUpperCase(Locale.ROOT))) {
                return option;
            }
        }
        throw new Invalid("unknown option: path=" + path + " known=" + EnumSet.allOf(options));
    }

    private static String text(JsonNode json, String path) {
        if (!json.isTextual()) {
            throw new Invalid("a text is expected: path=" + path);
        }
        return json.textValue();
    }

    private static Invalid at(String path, RuntimeException e) {
        return new Invalid(e.getMessage() + " path=" + path);
    }
}
