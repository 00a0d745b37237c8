package io.chronosdb.counters;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Op;
import io.chronosdb.event.Version;
import io.chronosdb.port.Counts;
import io.chronosdb.port.Measure;
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
     * The counts with one more version in them. They have a measure for each of the rules, and for no other.
     *
     * @param one what the version adds
     */
    static Counts plus(Counts before, Counts one) {
        return before.like(one).plus(one);
    }

    /**
     * What a version adds.
     *
     * @param map what of the collection's documents is indexed
     */
    Counts of(Version version, CollectionMap map) {
        Op op = version.op();
        return new Counts(
                op == Op.CREATE ? 1 : 0,
                op == Op.CREATE || op == Op.DELETE ? 0 : 1, // Whatever else gives an item another document.
                op == Op.DELETE ? 1 : 0,
                measures(version, new Document(version, map)));
    }

    private Map<String, Measure> measures(Version version, Document document) {
        Map<String, Measure> measures = new TreeMap<>();
        for (CounterRule rule : rules) {
            VersionFields fields = new VersionFields(version, document.seenBy(rule.scope()));
            boolean counts = rule.looksAt(version.op()) && rule.when().matches(fields);
            measures.put(
                    rule.name(),
                    counts ? rule.quantity().of(fields) : rule.quantity().nothing());
        }
        return measures;
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
