package io.chronosdb.counters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.counters.CounterRule.Scope;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Field;
import io.chronosdb.document.Filter;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotIndexed;
import io.chronosdb.event.Op;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Reads counter rules out of JSON, and says of everything that is wrong where it stands. */
final class CounterRuleReader {
    private static final Set<String> PROPERTIES =
            new TreeSet<>(Set.of("name", "on", "scope", "when", "sum", "countUnique"));

    private final BiConsumer<String, String> problems;

    CounterRuleReader(BiConsumer<String, String> problems) {
        this.problems = problems;
    }

    List<CounterRule> read(JsonNode json, String path) {
        if (!json.isArray()) {
            problems.accept(path, "expected a list of counter rules");
            return List.of();
        }
        List<CounterRule> rules = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            rule(json.get(i), path + "[" + i + "]").ifPresent(rules::add);
        }
        return attempt(path, () -> CounterRule.checked(rules)).orElse(List.of());
    }

    private Optional<CounterRule> rule(JsonNode json, String path) {
        if (!(json instanceof ObjectNode rule)) {
            problems.accept(path, "expected an object");
            return Optional.empty();
        }
        rule.fieldNames().forEachRemaining(name -> {
            if (!PROPERTIES.contains(name)) {
                problems.accept(path + "." + name, "unknown key known: " + PROPERTIES);
            }
        });
        Optional<String> name = text(rule.path("name"), path + ".name");
        Set<Op> on = rule.has("on") ? operations(rule.path("on"), path + ".on") : CounterRule.ON_DEFAULT;
        Optional<Scope> scope =
                rule.has("scope") ? option(Scope.class, rule.path("scope"), path + ".scope") : Optional.of(Scope.META);
        // Any property may be named: what of a document is indexed is known per collection, the rules are global.
        Optional<Filter> when = rule.has("when")
                ? attempt(path + ".when", () -> Filter.parse(rule.path("when"), CollectionMap.EVERYTHING))
                : Optional.of(Filter.ALL);
        Optional<Quantity> quantity = quantity(rule, path);
        if (name.isEmpty() || on.isEmpty() || scope.isEmpty() || when.isEmpty() || quantity.isEmpty()) {
            return Optional.empty();
        }
        return attempt(path + ".name", () -> new CounterRule(name.get(), on, scope.get(), when.get(), quantity.get()));
    }

    private Optional<Quantity> quantity(ObjectNode rule, String path) {
        if (rule.has("sum") && rule.has("countUnique")) {
            problems.accept(path + ".countUnique", "a counter with sum has no countUnique: make it two counters");
            return Optional.empty();
        }
        if (rule.has("sum")) {
            return field(rule.path("sum"), path + ".sum").map(Quantity.SumOf::new);
        }
        if (rule.has("countUnique")) {
            return field(rule.path("countUnique"), path + ".countUnique").map(Quantity.UniqueOf::new);
        }
        return Optional.of(new Quantity.Events());
    }

    private Optional<Field> field(JsonNode json, String path) {
        return text(json, path).flatMap(name -> attempt(path, () -> Field.of(name, CollectionMap.EVERYTHING)));
    }

    /** Empty: none of them can be read. */
    private Set<Op> operations(JsonNode json, String path) {
        Set<Op> operations = EnumSet.noneOf(Op.class);
        if (!json.isArray() || json.isEmpty()) {
            problems.accept(path, "expected a list of operations, known: " + EnumSet.allOf(Op.class));
        }
        for (int i = 0; i < json.size() && json.isArray(); i++) {
            option(Op.class, json.get(i), path + "[" + i + "]").ifPresent(operations::add);
        }
        return operations;
    }

    private <E extends Enum<E>> Optional<E> option(Class<E> options, JsonNode json, String path) {
        Optional<String> text = text(json, path);
        for (E option : options.getEnumConstants()) {
            if (text.filter(option.name()::equalsIgnoreCase).isPresent()) {
                return Optional.of(option);
            }
        }
        text.ifPresent(unknown -> problems.accept(
                path,
                "expected one of " + EnumSet.allOf(options) + ", found \"" + unknown.toUpperCase(Locale.ROOT) + "\""));
        return Optional.empty();
    }

    private Optional<String> text(JsonNode json, String path) {
        if (!json.isTextual()) {
            problems.accept(path, json.isMissingNode() ? "expected a string, found nothing" : "expected a string");
            return Optional.empty();
        }
        return Optional.of(json.textValue());
    }

    private <T> Optional<T> attempt(String path, Supplier<T> supplier) {
        try {
            return Optional.of(supplier.get());
        } catch (Invalid | NotIndexed e) {
            problems.accept(path, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
