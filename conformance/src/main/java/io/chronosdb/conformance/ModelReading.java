package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.ALL;
import static io.chronosdb.conformance.Given.NOW;
import static io.chronosdb.conformance.Given.eventually;
import static io.chronosdb.conformance.Given.pages;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.changes.Change;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.changes.ChangeRequest;
import io.chronosdb.command.Receipt;
import io.chronosdb.conformance.Model.Fact;
import io.chronosdb.document.Json;
import io.chronosdb.document.Query;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.port.Totals;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Everything that can be read of a collection, beside what the {@link Model} has. */
final class ModelReading {
    private static final int MOMENTS = 12;

    private final Installation at;
    private final List<ItemCollection> handles;
    private final boolean ordered;
    private final String prefix;
    private final Model model;
    private final List<Receipt> cuts;

    ModelReading(
            Installation at,
            List<ItemCollection> handles,
            boolean ordered,
            String prefix,
            Model model,
            List<Receipt> cuts) {
        this.at = at;
        this.handles = handles;
        this.ordered = ordered;
        this.prefix = prefix;
        this.model = model;
        this.cuts = cuts;
    }

    void verify(Random random) throws Exception {
        for (ItemCollection items : handles) {
            model.items().forEach((id, facts) -> {
                versions(items, id, facts);
                history(items, id, facts);
            });
            lists(items, items.query(), fact -> true);
        }
        for (int i = 0; i < MOMENTS; i++) {
            Receipt cut = cuts.get(random.nextInt(cuts.size()));
            ItemCollection items = handles.get(i % handles.size());
            lists(
                    items,
                    items.query().asOf(cut.cv()),
                    fact -> fact.cv() <= cut.cv().value());
            lists(items, items.query().asOf(cut.at()), fact -> !fact.at().isAfter(cut.at()));
        }
        feedAndTotals();
    }

    private static String text(Optional<ObjectNode> document) {
        return document.map(ObjectNode::toString).orElse("deleted");
    }

    private static String text(Fact fact) {
        return fact.id() + "@" + fact.ov() + "/" + fact.cv() + " " + text(fact.document());
    }

    private static String text(Item item) {
        return item.id() + "@" + item.ov() + "/" + item.cv() + " " + text(item.data());
    }

    private static void versions(ItemCollection items, String id, List<Fact> facts) {
        Fact last = facts.get(facts.size() - 1);
        assertThat(items.getLatest(id, ALL).map(ModelReading::text)).contains(text(last));
        assertThat(items.getLatest(id, NOW).isPresent())
                .isEqualTo(last.document().isPresent());
        assertThat(items.getVersion(id, new Ov(facts.size()))).isEmpty();
        assertThat(items.getAsOf(id, facts.get(0).at().minusNanos(1_000))).isEmpty();
        for (Fact fact : facts) {
            assertThat(items.getVersion(id, new Ov(fact.ov())).map(ModelReading::text))
                    .contains(text(fact));
            assertThat(items.getAsOf(id, fact.at(), Read.PLAIN.includingDeleted())
                            .map(ModelReading::text))
                    .contains(text(fact));
        }
    }

    private static void history(ItemCollection items, String id, List<Fact> facts) {
        List<String> newestFirst = new ArrayList<>();
        facts.forEach(fact -> newestFirst.add(0, fact.ov() + " " + fact.cv() + " " + fact.op() + " " + fact.at()));
        assertThat(items.history(id, Optional.empty(), Query.LIMIT_MAX))
                .extracting(entry -> entry.ov() + " " + entry.cv() + " " + entry.op() + " " + entry.at())
                .isEqualTo(newestFirst);
    }

    private void lists(ItemCollection items, ItemCollection.QueryBuilder query, Predicate<Fact> counts) {
        List<Fact> all = model.items().keySet().stream()
                .flatMap(id -> model.last(id, counts).stream())
                .toList();
        String mine = "\"id\":{\"$regex\":\"^" + prefix + "\"}";
        assertThat(pages(items, query.filter("{" + mine + "}").includeDeleted().limit(4), NOW))
                .extracting(ModelReading::text)
                .isEqualTo(all.stream().map(ModelReading::text).toList());

        assertThat(pages(
                        items,
                        query.filter("{" + mine + ",\"tags\":\"t1\",\"n\":{\"$gte\":2}}")
                                .sort("{\"n\":-1}")
                                .limit(2),
                        NOW))
                .extracting(ModelReading::text)
                .isEqualTo(all.stream()
                        .filter(fact ->
                                fact.document().filter(ModelReading::isWanted).isPresent())
                        .sorted(Comparator.comparing((Fact fact) -> n(fact))
                                .thenComparing(Fact::id)
                                .reversed())
                        .map(ModelReading::text)
                        .toList());
    }

    private static boolean isWanted(ObjectNode document) {
        return document.path("tags").toString().contains("\"t1\"")
                && document.path("n").intValue() >= 2;
    }

    private static int n(Fact fact) {
        return fact.document().orElseThrow().path("n").intValue();
    }

    /** The feed has what the model has; the totals, what the feed has: also of other runs, where they share the collection. */
    private void feedAndTotals() throws Exception {
        List<Change> changes = new ArrayList<>();
        ItemCollection items = handles.get(0);
        ChangeRequest request =
                at.two().changes(at.home()).collection(items.route().collection());
        try (ChangeIterator feed = request.untilNow().open()) {
            feed.forEachRemaining(changes::add);
        }
        List<String> mine = changes.stream()
                .filter(change -> change.id().startsWith(prefix))
                .sorted(Comparator.comparing(Change::cv))
                .map(change -> change.id() + "@" + change.ov() + "/" + change.cv() + " "
                        + text(change.payload().map(payload -> Json.parseObject(payload.json()))))
                .toList();
        assertThat(mine)
                .isEqualTo(model.items().values().stream()
                        .flatMap(List::stream)
                        .sorted(Comparator.comparing(Fact::cv))
                        .map(ModelReading::text)
                        .toList());
        if (ordered) {
            assertThat(changes).extracting(Change::cv).isSorted();
        }
        Map<Op, Long> counts = changes.stream().collect(Collectors.groupingBy(Change::op, Collectors.counting()));
        long created = counts.getOrDefault(Op.CREATE, 0L);
        long deleted = counts.getOrDefault(Op.DELETE, 0L);
        eventually("totals are what the feed has", () -> {
            Totals totals = items.getTotals();
            return totals.created() == created
                    && totals.deleted() == deleted
                    && totals.updated() == changes.size() - created - deleted;
        });
    }
}
