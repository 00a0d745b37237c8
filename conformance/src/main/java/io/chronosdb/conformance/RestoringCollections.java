package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.NOW;
import static io.chronosdb.conformance.Given.data;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.pages;
import static io.chronosdb.conformance.Given.system;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.ItemCollection;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.RestoreReport;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** A whole collection goes back. */
final class RestoringCollections {
    private static final int ITEMS = 12;

    private RestoringCollections() {}

    static List<Promise> all() {
        return List.of(
                promise(
                        "a collection goes back to one exact cut, by version",
                        "W20 F3",
                        at -> goesBack(at, RestoringCollections::cv)),
                promise(
                        "a collection goes back to one exact cut, by time",
                        "W20",
                        at -> goesBack(at, cut -> RestorePoint.at(cut.at()))),
                promise(
                        "what came later is deleted, or kept where that is asked for",
                        "W21",
                        RestoringCollections::newer),
                promise("a dry run says what would be done and does nothing", "W22", RestoringCollections::dryRun),
                promise("a restoration repeated by its command id happens once", "W2 W22", RestoringCollections::once),
                promise("a restoration is undone by going back to before it", "W20", RestoringCollections::undone));
    }

    private static RestorePoint.OfCollection cv(Receipt cut) {
        return RestorePoint.cv(cut.cv().value());
    }

    /** Some items and what happens to them: the last receipt of each half. */
    private static List<Receipt> history(ItemCollection items) {
        for (int i = 0; i < ITEMS; i++) {
            items.create(Map.of("n", i), Write.PLAIN.withId("i" + (char) ('a' + i)));
        }
        items.update("ia", Map.of("n", 100), FIRST);
        Receipt cut = items.delete("ib", FIRST);
        items.update("ia", Map.of("n", 101), ExpectedOv.ANY);
        items.restoreObject("ib", RestorePoint.ov(0));
        items.delete("ic", FIRST);
        items.enrich("id", Map.of("m", 1), Write.PLAIN);
        Receipt last = items.create(Map.of("n", 99), Write.PLAIN.withId("newer"));
        return List.of(cut, last);
    }

    /** How many items are different after the second half. */
    private static final int DIFFERENT = 5;

    private static Map<String, String> state(ItemCollection items) {
        Map<String, String> state = new TreeMap<>();
        pages(items, items.query().limit(5), NOW)
                .forEach(item -> state.put(item.id(), data(Optional.of(item)).toString()));
        return state;
    }

    private static void goesBack(Installation at, Function<Receipt, RestorePoint.OfCollection> to) {
        ItemCollection items = at.items();
        Receipt cut = history(items).get(0);

        RestoreReport report =
                items.restoreCollection(to.apply(cut), RestoreOptions.PLAIN, Write.by("ann", "disaster"));

        assertThat(List.of(report.planned(), report.done())).containsExactly((long) DIFFERENT, (long) DIFFERENT);
        Map<String, String> state = state(items);
        assertThat(state).hasSize(ITEMS - 1).doesNotContainKeys("ib", "newer").containsEntry("ia", "{\"n\":100}");
        assertThat(state).containsEntry("ic", "{\"n\":2}").containsEntry("id", "{\"n\":3}");
        assertThat(items.history("ia").get(0).op()).isEqualTo(Op.RESTORE);
        assertThat(items.history("ib").get(0).op()).isEqualTo(Op.DELETE);
        assertThat(system(items.getLatest("ic")).path("restoredFrom").asLong(-1))
                .isEqualTo(0);
        assertThat(system(items.getLatest("ic")).path("reason").asText()).isEqualTo("disaster");
        assertThat(items.history("ie"))
                .as("what was not different has no new version")
                .hasSize(1);
        RestoreReport again = items.restoreCollection(to.apply(cut), RestoreOptions.PLAIN, Write.PLAIN);
        assertThat(again.planned()).as("it is like that already").isEqualTo(0);
    }

    private static void newer(Installation at) {
        ItemCollection items = at.items();
        Receipt cut = items.create(Map.of("n", 1), Write.PLAIN.withId("old"));
        items.update("old", Map.of("n", 2), FIRST);
        items.create(Map.of("n", 3), Write.PLAIN.withId("newer"));

        items.restoreCollection(cv(cut), RestoreOptions.PLAIN.keepingNewer(), Write.PLAIN);
        assertThat(state(items)).isEqualTo(Map.of("old", "{\"n\":1}", "newer", "{\"n\":3}"));
        items.restoreCollection(cv(cut), RestoreOptions.PLAIN, Write.PLAIN);
        assertThat(state(items)).isEqualTo(Map.of("old", "{\"n\":1}"));
        assertThat(n(items.getVersion("newer", FIRST))).as("deleted logically").isEqualTo(3);
    }

    private static void dryRun(Installation at) {
        ItemCollection items = at.items();
        Receipt cut = history(items).get(0);
        Map<String, String> before = state(items);

        RestoreReport all = items.restoreCollection(cv(cut), RestoreOptions.PLAIN.dryRunOnly(), Write.PLAIN);
        RestoreReport old = items.restoreCollection(
                cv(cut), RestoreOptions.PLAIN.keepingNewer().dryRunOnly(), Write.PLAIN);

        assertThat(List.of(all.planned(), old.planned())).containsExactly((long) DIFFERENT, DIFFERENT - 1L);
        assertThat(List.of(all.done(), old.done())).containsOnly(0L);
        assertThat(all.dryRun()).isTrue();
        assertThat(state(items)).isEqualTo(before);
    }

    private static void once(Installation at) {
        ItemCollection items = at.items();
        Receipt cut = history(items).get(0);
        Write write = Write.PLAIN.withCommandId("restore-" + at.collection());

        RestoreReport first = items.restoreCollection(cv(cut), RestoreOptions.PLAIN, write);
        items.update("ia", Map.of("n", 7), ExpectedOv.ANY);
        RestoreReport second = at.elsewhere().restoreCollection(cv(cut), RestoreOptions.PLAIN, write);

        assertThat(second.done()).isEqualTo(first.done());
        assertThat(n(items.getLatest("ia", NOW))).isEqualTo(7);
    }

    private static void undone(Installation at) {
        ItemCollection items = at.items();
        List<Receipt> history = history(items);
        Map<String, String> before = state(items);

        items.restoreCollection(cv(history.get(0)), RestoreOptions.PLAIN, Write.PLAIN);
        items.restoreCollection(cv(history.get(1)), RestoreOptions.PLAIN, Write.PLAIN);

        assertThat(state(items)).isEqualTo(before);
    }
}
