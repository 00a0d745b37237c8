package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.NOW;
import static io.chronosdb.conformance.Given.data;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.pages;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Given.system;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Consistency;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException.AlreadyExists;
import io.chronosdb.error.ChronosException.CrossPartition;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Several operations, all or none. */
final class Transactions {
    /** With a handful of partitions both kinds of collections are found long before. */
    private static final int TRIES_MAX = 100;

    private Transactions() {}

    static List<Promise> all() {
        return List.of(
                promise("a transaction does all of it, at one moment", "W24", Transactions::allOfIt),
                promise("no reading as of any moment sees a part of a transaction", "W24 R6 R12", Transactions::noPart),
                promise(
                        "a transaction that is refused in one place writes nothing and says which",
                        "W24",
                        Transactions::nothing),
                promise("a transaction checks versions of items that it does not write", "W25", Transactions::checks),
                promise(
                        "collections that are ordered together share a transaction, others are refused",
                        "W26",
                        Transactions::scopes),
                promise("a transaction repeated by its command id happens once", "W2 W24", Transactions::once));
    }

    private static void allOfIt(Installation at) {
        ItemCollection items = at.ordered();
        Receipt a = items.create(Map.of("n", 100), Write.PLAIN.withId("a"));
        items.create(Map.of("n", 0), Write.PLAIN.withId("b"));
        items.create(Map.of("n", 7), Write.PLAIN.withId("c"));
        items.update("c", Map.of("n", 8), FIRST);
        items.create(Map.of(), Write.PLAIN.withId("old"));

        List<Receipt> receipts = items.transact(
                List.of(
                        Operation.update("a", Map.of("n", 60), a.ov()),
                        Operation.enrich("b", Map.of("m", 40), "transfer@1", ExpectedOv.ANY),
                        Operation.restore("c", RestorePoint.ov(0)),
                        Operation.create("new", Map.of("n", 40)),
                        Operation.delete("old", ExpectedOv.ANY)),
                Write.by("bank", "transfer"));

        assertThat(receipts).extracting(Receipt::id).containsExactly("a", "b", "c", "new", "old");
        assertThat(receipts)
                .extracting(Receipt::op)
                .containsExactly(Op.UPDATE, Op.ENRICH, Op.RESTORE, Op.CREATE, Op.DELETE);
        assertThat(receipts.stream().map(Receipt::at).distinct()).hasSize(1);
        assertThat(receipts.stream().map(receipt -> receipt.cv().value()).toList())
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(n(items.getLatest("a"))).isEqualTo(60);
        assertThat(data(items.getLatest("b")).path("m").intValue()).isEqualTo(40);
        assertThat(n(items.getLatest("c"))).isEqualTo(7);
        assertThat(n(items.getLatest("new"))).isEqualTo(40);
        assertThat(items.getLatest("old")).isEmpty();
        assertThat(system(items.getLatest("b")).path("functionIds").toString()).isEqualTo("[\"transfer@1\"]");
        assertThat(items.history("a").get(0).actor()).contains("bank");
    }

    private static void noPart(Installation at) {
        ItemCollection items = at.ordered();
        items.create(Map.of("n", 1), Write.PLAIN.withId("a"));
        items.create(Map.of("n", 1), Write.PLAIN.withId("b"));
        Receipt last = items.transact(
                        List.of(
                                Operation.update("a", Map.of("n", 2), ExpectedOv.ANY),
                                Operation.update("b", Map.of("n", 2), ExpectedOv.ANY)),
                        Write.PLAIN)
                .get(1);

        for (long micros = -2; micros <= 1; micros++) {
            Instant time = last.at().plusNanos(micros * 1_000);
            assertThat(n(items.getAsOf("a", time))).as("at %s", time).isEqualTo(n(items.getAsOf("b", time)));
            assertThat(pages(items, items.query().asOf(time), NOW).stream()
                            .map(item -> n(Optional.of(item)))
                            .distinct())
                    .hasSize(1);
        }
        assertThat(pages(items, items.query().asOf(last.cv()), NOW))
                .extracting(item -> n(Optional.of(item)))
                .containsExactly(2, 2);
    }

    private static void nothing(Installation at) {
        ItemCollection items = at.ordered();
        items.create(Map.of("n", 1), Write.PLAIN.withId("a"));
        items.create(Map.of("n", 1), Write.PLAIN.withId("b"));
        Operation good = Operation.update("a", Map.of("n", 2), ExpectedOv.ANY);

        VersionConflict conflict = refused(
                VersionConflict.class,
                () -> items.transact(List.of(good, Operation.update("b", Map.of("n", 2), new Ov(7))), Write.PLAIN));
        assertThat(conflict.details()).containsEntry("operation", 1);
        refused(AlreadyExists.class, () -> items.transact(List.of(good, Operation.create("b", Map.of())), Write.PLAIN));
        refused(
                NotFound.class,
                () -> items.transact(List.of(good, Operation.delete("nobody", ExpectedOv.ANY)), Write.PLAIN));
        refused(Invalid.class, () -> items.transact(List.of(good, good), Write.PLAIN));
        refused(Invalid.class, () -> items.transact(List.of(), Write.PLAIN));

        assertThat(items.history("a")).hasSize(1);
        assertThat(items.history("b")).hasSize(1);
    }

    private static void checks(Installation at) {
        ItemCollection items = at.ordered();
        Receipt rate = items.create(Map.of("n", 1), Write.PLAIN.withId("rate"));
        items.create(Map.of("n", 1), Write.PLAIN.withId("price"));
        List<Operation> operations =
                List.of(Operation.check("rate", rate.ov()), Operation.update("price", Map.of("n", 2), ExpectedOv.ANY));

        items.transact(operations, Write.PLAIN);
        assertThat(n(items.getLatest("price"))).isEqualTo(2);
        assertThat(items.history("rate")).hasSize(1);
        items.update("rate", Map.of("n", 2), rate.ov());
        refused(VersionConflict.class, () -> items.transact(operations, Write.PLAIN));
        assertThat(items.history("price")).hasSize(2);
    }

    private static void scopes(Installation at) {
        ItemCollection items = at.ordered();
        boolean together = false;
        boolean apart = false;
        for (int i = 0; i < TRIES_MAX && !(together && apart); i++) {
            ItemCollection other = at.another("o" + i);
            String id = "i" + i;
            List<Operation> both = List.of(
                    Operation.create(id, Map.of("n", i)),
                    Operation.create(id, Map.of("n", i)).in(other.route().collection()));
            try {
                items.transact(both, Write.PLAIN);
                together = true;
                assertThat(n(other.getLatest(id, NOW))).isEqualTo(i);
            } catch (CrossPartition refused) {
                apart = true;
                assertThat(items.getLatest(id, NOW)).isEmpty();
                assertThat(other.getLatest(id, NOW)).isEmpty();
            }
        }
        assertThat(together).as("some are ordered together").isTrue();
        assertThat(apart || at.partitions() == 1).as("some are not").isTrue();
    }

    private static void once(Installation at) {
        Write once = Write.PLAIN.withCommandId("transact-" + at.collection());
        at.requireOrdered();
        List<Operation> operations = List.of(Operation.create("x", Map.of()), Operation.create("y", Map.of()));

        List<Receipt> first = at.items().transact(operations, once);

        assertThat(at.items().transact(operations, once)).isEqualTo(first);
        assertThat(at.elsewhere().transact(operations, once)).isEqualTo(first);
        assertThat(at.items().history("x", Optional.empty(), 9, Consistency.LATEST))
                .hasSize(1);
    }
}
