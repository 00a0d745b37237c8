package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.eventually;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.ItemCollection;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException.AlreadyExists;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.port.Totals;
import io.chronosdb.port.Window;
import io.chronosdb.port.WindowTotals;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** What is counted. */
final class TotalsKept {
    private TotalsKept() {}

    static List<Promise> all() {
        return List.of(
                promise(
                        "totals count what was created, updated in any way, and deleted",
                        "R13 F4 F5",
                        TotalsKept::totals),
                promise(
                        "what was refused, repeated or without effect is not counted",
                        "R13 F5",
                        TotalsKept::notCounted),
                promise("totals of days, weeks and months add up", "R13", TotalsKept::windows),
                promise("totals are found by the name of the database", "R13", TotalsKept::byName),
                promise("a counter rule counts what it says", "R13", TotalsKept::rules));
    }

    /** Totals only rise, so that too many are wrong at once, and on their way they must not be taken for the end. */
    private static void soon(ItemCollection items, long created, long updated, long deleted) throws Exception {
        String expected = created + "/" + updated + "/" + deleted;
        eventually("totals are " + expected, () -> {
            Totals totals = items.getTotals();
            assertThat(totals.created()).as("created").isLessThanOrEqualTo(created);
            assertThat(totals.updated()).as("updated").isLessThanOrEqualTo(updated);
            assertThat(totals.deleted()).as("deleted").isLessThanOrEqualTo(deleted);
            return expected.equals(text(totals));
        });
    }

    private static String text(Totals totals) {
        return totals.created() + "/" + totals.updated() + "/" + totals.deleted();
    }

    /** One of each: two created, four times another document, two deleted. */
    private static Receipt oneOfEach(ItemCollection items) {
        Receipt cut = items.create(Map.of("n", 1), Write.PLAIN.withId("a"));
        items.update("a", Map.of("n", 2), FIRST);
        items.enrich("a", Map.of("m", 1), Write.PLAIN);
        items.restoreObject("a", RestorePoint.ov(0));
        items.delete("a", ExpectedOv.ANY);
        items.create(Map.of("n", 3), Write.PLAIN.withId("b"));
        items.restoreCollection(RestorePoint.cv(cut.cv().value()), RestoreOptions.PLAIN, Write.PLAIN);
        return cut;
    }

    private static void totals(Installation at) throws Exception {
        ItemCollection items = at.items();
        oneOfEach(items);

        soon(items, 2, 4, 2);
        assertThat(text(at.elsewhere().getTotals())).isEqualTo("2/4/2");
    }

    private static void notCounted(Installation at) throws Exception {
        ItemCollection items = at.items();
        Write once = Write.PLAIN.withId("a").withCommandId("once-" + at.collection());
        items.create(Map.of("n", 1), once);
        items.create(Map.of("n", 1), once);
        refused(AlreadyExists.class, () -> items.create(Map.of(), Write.PLAIN.withId("a")));
        refused(VersionConflict.class, () -> items.update("a", Map.of(), new Ov(7)));
        items.enrich("a", Map.of("n", 1), Write.PLAIN);
        items.restoreObject("a", RestorePoint.ov(0));
        items.create(Map.of("n", 2), Write.PLAIN.withId("b"));
        items.create(Map.of("n", 3), Write.PLAIN.withId("last"));

        soon(items, 3, 0, 0);
    }

    private static void windows(Installation at) throws Exception {
        ItemCollection items = at.items();
        Receipt first = oneOfEach(items);

        soon(items, 2, 4, 2);
        for (Window window : Window.values()) {
            List<WindowTotals> all = items.getTotals(window);
            assertThat(all).isNotEmpty();
            assertThat(all.get(0).start()).isEqualTo(window.startOf(first.at()));
            assertThat(all.stream().mapToLong(each -> each.totals().created()).sum())
                    .isEqualTo(2);
            assertThat(all.stream().mapToLong(each -> each.totals().updated()).sum())
                    .isEqualTo(4);
            assertThat(all.stream().mapToLong(each -> each.totals().deleted()).sum())
                    .isEqualTo(2);
            LocalDate before = all.get(0).start().minusDays(1);
            assertThat(items.getTotals(window, before.minusDays(7), before)).isEmpty();
        }
    }

    private static void byName(Installation at) throws Exception {
        ItemCollection items = at.items();
        oneOfEach(items);
        String dbName = at.dbName();

        soon(items, 2, 4, 2);
        Totals totals;
        try {
            totals = at.one().counters().getTotals(dbName, at.collection());
        } catch (UnknownRoute e) {
            throw new NotHere("needs a database that is listed, with a name that no other server has");
        }
        assertThat(text(totals)).isEqualTo("2/4/2");
        assertThat(at.two().counters().getTotals(dbName, at.collection(), Window.DAY))
                .isNotEmpty();
        refused(UnknownRoute.class, () -> at.one().counters().getTotals("no-such-database", at.collection()));
    }

    private static void rules(Installation at) throws Exception {
        at.requireCounterRule(Installation.PAID);
        ItemCollection items = at.items();
        items.create(Map.of("status", "paid"), Write.PLAIN.withId("a"));
        items.create(Map.of("status", "open"), Write.PLAIN.withId("b"));
        items.update("b", Map.of("status", "paid"), FIRST);
        items.delete("a", FIRST);

        soon(items, 2, 1, 1);
        assertThat(items.getTotals().rule(Installation.PAID)).isEqualByComparingTo("2");
    }
}
