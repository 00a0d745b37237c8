package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.ALL;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.HistoryEntry;
import io.chronosdb.ItemCollection;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reading the past. */
final class TimeTravel {
    private TimeTravel() {}

    static List<Promise> all() {
        return List.of(
                promise("an item is read as it was at any moment", "R6 F2", TimeTravel::asOf),
                promise("a history is newest first and says who, when, why and what", "R7", TimeTravel::history),
                promise("a history comes in pages", "R7", TimeTravel::pagesOfHistory),
                promise("times grow with versions", "R6 X1", TimeTravel::times));
    }

    private static void asOf(Installation at) {
        ItemCollection items = at.items();
        Receipt older = items.create(Map.of("n", 100));
        Receipt created = items.create(Map.of("n", 1));
        Receipt updated = items.update(created.id(), Map.of("n", 2), created.ov());
        Receipt deleted = items.delete(created.id(), updated.ov());
        Receipt back = items.restoreObject(created.id(), RestorePoint.ov(0));
        items.update(older.id(), Map.of("n", 101), older.ov());

        assertThat(items.getAsOf(created.id(), before(created))).isEmpty();
        assertThat(n(items.getAsOf(created.id(), created.at()))).isEqualTo(1);
        assertThat(n(items.getAsOf(created.id(), before(updated)))).isEqualTo(1);
        assertThat(n(items.getAsOf(created.id(), updated.at()))).isEqualTo(2);
        assertThat(n(items.getAsOf(created.id(), before(deleted)))).isEqualTo(2);
        assertThat(items.getAsOf(created.id(), deleted.at())).isEmpty();
        assertThat(items.getAsOf(created.id(), deleted.at(), ALL).orElseThrow().deleted())
                .isTrue();
        assertThat(n(items.getAsOf(created.id(), back.at()))).isEqualTo(1);
        assertThat(items.getAsOf(created.id(), Instant.now().plusSeconds(3_600))
                        .orElseThrow()
                        .ov())
                .isEqualTo(back.ov());
        assertThat(items.getAsOf("nobody", Instant.now())).isEmpty();
    }

    private static Instant before(Receipt receipt) {
        return receipt.at().minusNanos(1_000);
    }

    private static void history(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(json("{'n':1}"), "ann", "first");
        Receipt updated = items.update(created.id(), Map.of("n", 2), created.ov(), "ben", "second");
        Receipt deleted = items.delete(created.id(), updated.ov(), "cid", "third");

        List<HistoryEntry> history = items.history(created.id());

        assertThat(history).extracting(HistoryEntry::op).containsExactly(Op.DELETE, Op.UPDATE, Op.CREATE);
        assertThat(history).extracting(entry -> entry.actor().orElse("")).containsExactly("cid", "ben", "ann");
        assertThat(history).extracting(entry -> entry.reason().orElse("")).containsExactly("third", "second", "first");
        assertThat(history).extracting(HistoryEntry::at).containsExactly(deleted.at(), updated.at(), created.at());
        assertThat(history).extracting(HistoryEntry::cv).containsExactly(deleted.cv(), updated.cv(), created.cv());
        assertThat(history.get(0).sha256()).isEmpty();
        assertThat(history.get(2).sha256()).contains(json("{'n':1}").sha256().toString());
        assertThat(items.history("nobody")).isEmpty();
    }

    private static void pagesOfHistory(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 0));
        for (int i = 1; i < 8; i++) {
            items.update(created.id(), Map.of("n", i), ExpectedOv.ANY);
        }

        List<HistoryEntry> first = items.history(created.id(), Optional.empty(), 3);
        List<HistoryEntry> second =
                items.history(created.id(), Optional.of(first.get(2).ov()), 3);

        assertThat(first).extracting(entry -> entry.ov().value()).containsExactly(7L, 6L, 5L);
        assertThat(second).extracting(entry -> entry.ov().value()).containsExactly(4L, 3L, 2L);
        refused(Invalid.class, () -> items.history(created.id(), Optional.empty(), 0));
        refused(Invalid.class, () -> items.history(created.id(), Optional.empty(), 1_001));
    }

    private static void times(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 0));
        List<Receipt> all = new ArrayList<>(List.of(created));
        for (int i = 1; i < 20; i++) {
            all.add(items.update(created.id(), Map.of("n", i), ExpectedOv.ANY));
        }

        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).at()).isAfter(all.get(i - 1).at());
            assertThat(all.get(i).cv()).isGreaterThan(all.get(i - 1).cv());
            assertThat(all.get(i).at().getNano() % 1_000).as("microseconds").isEqualTo(0);
        }
    }
}
