package io.chronosdb.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.command.Action;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.document.Json;
import io.chronosdb.error.Rejection.Code;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the items of a collection are, as simply as it can be said: each has a list of versions, and what an operation does
 * follows from the version that an item had at a moment of the collection.
 */
final class Model {
    private final NavigableMap<String, List<Fact>> items = new TreeMap<>();

    /** A version. */
    record Fact(String id, long ov, long cv, Instant at, Op op, Optional<ObjectNode> document) {}

    /**
     * What an operation comes to: refused, or a version's operation and document, or neither where it changes nothing.
     *
     * @param document absent for a deletion
     */
    record Verdict(Optional<Code> refusal, Optional<Op> made, Optional<ObjectNode> document) {
        static final Verdict NOTHING = new Verdict(Optional.empty(), Optional.empty(), Optional.empty());

        static Verdict refused(Code code) {
            return new Verdict(Optional.of(code), Optional.empty(), Optional.empty());
        }

        static Verdict made(Op op, ObjectNode document) {
            return new Verdict(Optional.empty(), Optional.of(op), Optional.of(document));
        }

        static Verdict deleted() {
            return new Verdict(Optional.empty(), Optional.of(Op.DELETE), Optional.empty());
        }
    }

    void add(Fact fact) {
        items.computeIfAbsent(fact.id(), id -> new ArrayList<>()).add(fact);
    }

    void removeLast(String id) {
        List<Fact> facts = items.getOrDefault(id, new ArrayList<>());
        facts.remove(facts.size() - 1);
    }

    NavigableMap<String, List<Fact>> items() {
        return items;
    }

    /** An item's last version of those that count. */
    Optional<Fact> last(String id, Predicate<Fact> counts) {
        return items.getOrDefault(id, List.of()).stream().filter(counts).reduce((older, newer) -> newer);
    }

    /** What an operation would do at a moment: behind everything up to this version of the collection. */
    Verdict decide(String id, Action.OnItem action, long cv) {
        return action.match(new Rules(id, cv));
    }

    /** What makes an item equal to what it was; nothing where it is. */
    Verdict restored(Optional<Fact> target, Fact present) {
        Optional<ObjectNode> then = target.flatMap(Fact::document);
        if (then.equals(present.document())) {
            return Verdict.NOTHING;
        }
        return then.map(document -> Verdict.made(Op.RESTORE, document)).orElseGet(Verdict::deleted);
    }

    /** The rules of semantics.md, once more and apart from those that are held to them. */
    private final class Rules implements Action.Cases<Verdict> {
        private final String id;
        private final long cv;
        private final Optional<Fact> present;

        Rules(String id, long cv) {
            this.id = id;
            this.cv = cv;
            this.present = last(id, fact -> fact.cv() <= cv);
        }

        private Verdict unless(ExpectedOv expected, Function<ObjectNode, Verdict> allowed) {
            if (present.isEmpty()) {
                return Verdict.refused(Code.NotFound);
            }
            Optional<ObjectNode> document = present.get().document();
            if (document.isEmpty()) {
                return Verdict.refused(Code.Deleted);
            }
            long ov = present.get().ov();
            return expected.exact().filter(wanted -> wanted.value() != ov).isPresent()
                    ? Verdict.refused(Code.VersionConflict)
                    : allowed.apply(document.get());
        }

        @Override
        public Verdict create(Action.Create create) {
            return present.isPresent()
                    ? Verdict.refused(Code.AlreadyExists)
                    : Verdict.made(Op.CREATE, tree(create.data()));
        }

        @Override
        public Verdict update(Action.Update update) {
            return unless(update.expected(), document -> Verdict.made(Op.UPDATE, tree(update.data())));
        }

        @Override
        public Verdict enrich(Action.Enrich enrich) {
            return unless(enrich.expected(), document -> {
                ObjectNode merged = document.deepCopy();
                enrich.patches().forEach(patch -> merge(merged, tree(patch)));
                return merged.equals(document) ? Verdict.NOTHING : Verdict.made(Op.ENRICH, merged);
            });
        }

        @Override
        public Verdict delete(Action.Delete delete) {
            return unless(delete.expected(), document -> Verdict.deleted());
        }

        @Override
        public Verdict check(Action.Check check) {
            return unless(check.expected(), document -> Verdict.NOTHING);
        }

        @Override
        public Verdict restoreObject(Action.RestoreObject restore) {
            long ov = ((RestorePoint.AtOv) restore.to()).ov().value();
            Optional<Fact> target = last(id, fact -> fact.cv() <= cv && fact.ov() == ov);
            return target.isEmpty() ? Verdict.refused(Code.NotFound) : restored(target, present.orElseThrow());
        }

        @Override
        public Verdict restoreCollection(Action.RestoreCollection restore) {
            throw new IllegalStateException("not about one item");
        }

        @Override
        public Verdict transact(Action.Transact transact) {
            throw new IllegalStateException("not about one item");
        }

        @Override
        public Verdict configure(Action.Configure configure) {
            throw new IllegalStateException("not about one item");
        }
    }

    private static ObjectNode tree(Payload payload) {
        return Json.parseObject(payload.json());
    }

    /** As far as the documents of {@link RandomOperations} go: objects, lists of texts, and values. */
    private static void merge(ObjectNode base, ObjectNode patch) {
        patch.properties().forEach(property -> {
            JsonNode old = base.get(property.getKey());
            if (old instanceof ObjectNode object && property.getValue() instanceof ObjectNode more) {
                merge(object, more);
            } else if (old instanceof ArrayNode list && property.getValue() instanceof ArrayNode more) {
                more.forEach(element -> unite(list, element));
            } else {
                base.set(property.getKey(), property.getValue());
            }
        });
    }

    private static void unite(ArrayNode list, JsonNode element) {
        for (JsonNode one : list) {
            if (one.equals(element)) {
                return;
            }
        }
        list.add(element);
    }
}
