package io.chronosdb.counters;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Version;
import io.chronosdb.port.Totals;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one version adds to its collection's totals. Pure. */
final class Tally {
    private final List<CounterRule> rules;

    Tally(List<CounterRule> rules) {
        this.rules = rules;
    }

    /**
     * The totals with one more version in them. They have a number for each of the rules, and for no other.
     *
     * @param map what of the collection's documents is indexed
     */
    Totals plus(Totals before, Version version, CollectionMap map) {
        return switch (version.op()) {
            case CREATE ->
                new Totals(before.created() + 1, before.updated(), before.deleted(), rules(before, version, map));
            case UPDATE, ENRICH, RESTORE ->
                new Totals(before.created(), before.updated() + 1, before.deleted(), rules(before, version, map));
            case DELETE ->
                new Totals(before.created(), before.updated(), before.deleted() + 1, rules(before, version, map));
        };
    }

    private Map<String, Long> rules(Totals before, Version version, CollectionMap map) {
        Map<String, Long> numbers = new TreeMap<>();
        Document document = new Document(version, map);
        for (CounterRule rule : rules) {
            boolean counts = rule.on().contains(version.op())
                    && rule.when().matches(new VersionFields(version, document.seenBy(rule.scope())));
            numbers.put(rule.name(), before.rules().getOrDefault(rule.name(), 0L) + (counts ? 1 : 0));
        }
        return numbers;
    }

    /** A version's document, parsed once a rule asks for it and not again for the next rule. */
    private static final class Document {
        private final Version version;
        private final CollectionMap map;
        private @Nullable ObjectNode payload;
        private @Nullable ObjectNode meta;

        private Document(Version version, CollectionMap map) {
            this.version = version;
            this.map = map;
        }

        private Supplier<ObjectNode> seenBy(CounterRule.Scope scope) {
            return scope == CounterRule.Scope.META ? this::meta : this::payload;
        }

        private ObjectNode meta() {
            if (meta == null) {
                meta = map.meta(payload());
            }
            return meta;
        }

        private ObjectNode payload() {
            if (payload == null) {
                payload = parse(version);
            }
            return payload;
        }

        private static ObjectNode parse(Version version) {
            try {
                return version.payload().map(p -> Json.parseObject(p.json())).orElseGet(Json::object);
            } catch (Invalid e) {
                return Json.object(); // What is in the log stays there: whoever wrote it, it may not stop the counting.
            }
        }
    }
}
