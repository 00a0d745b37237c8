package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.CrossPartition;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Ov;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** What is ordered by what. */
final class Orderings {
    private static final int EACH = 30;

    private Orderings() {}

    static List<Promise> all() {
        return List.of(
                promise(
                        "a collection that is ordered as a whole has versions without a gap, whoever writes",
                        "A7",
                        Orderings::dense),
                promise(
                                "items that are ordered one by one have unique, increasing versions of their collection",
                                "A7",
                                Orderings::byItem)
                        .whenAlone(),
                promise("items that are ordered apart share no transaction", "A7 W26", Orderings::apart)
                        .whenAlone());
    }

    private static void dense(Installation at) {
        at.requireOrdered();
        List<CompletableFuture<Receipt>> all = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            all.add(at.items().createAsync(Map.of("n", i), Write.PLAIN));
            all.add(at.elsewhere().createAsync(Map.of("n", i), Write.PLAIN));
        }

        List<Receipt> receipts = all.stream()
                .map(CompletableFuture::join)
                .sorted(Comparator.comparing(Receipt::cv))
                .toList();

        for (int i = 0; i < receipts.size(); i++) {
            assertThat(receipts.get(i).cv()).isEqualTo(new Cv(i));
            if (i > 0) {
                assertThat(receipts.get(i).at()).isAfter(receipts.get(i - 1).at());
                assertThat(receipts.get(i).position().offset())
                        .isGreaterThan(receipts.get(i - 1).position().offset());
            }
        }
    }

    private static void byItem(Installation at) {
        List<ItemCollection> handles = List.of(at.byItem(at.one()), at.byItem(at.two()));
        Map<String, List<Receipt>> byItem = new TreeMap<>();
        for (int i = 0; i < 8; i++) {
            String id = at.id("i" + i);
            List<Receipt> own = new ArrayList<>(List.of(handles.get(0).create(Map.of("n", 0), Write.PLAIN.withId(id))));
            for (int j = 1; j < 5; j++) {
                own.add(handles.get(j % 2).update(id, Map.of("n", j), new Ov(j - 1)));
            }
            byItem.put(id, own);
        }

        List<Receipt> all = byItem.values().stream().flatMap(List::stream).toList();
        assertThat(all.stream().map(Receipt::cv).distinct()).hasSize(all.size());
        byItem.values()
                .forEach(own -> assertThat(own.stream()
                                .map(receipt -> receipt.cv().value())
                                .toList())
                        .isSorted());
        if (at.partitions() > 1) {
            assertThat(all.stream()
                            .map(receipt -> receipt.position().partition())
                            .distinct())
                    .as("they are spread over partitions")
                    .hasSizeGreaterThan(1);
        }
    }

    private static void apart(Installation at) {
        if (at.partitions() == 1) {
            throw new NotHere("needs more than one partition");
        }
        ItemCollection items = at.byItem(at.one());
        CrossPartition refused = refused(CrossPartition.class, () -> {
            for (int i = 0; i < EACH; i++) {
                items.transact(
                        List.of(Operation.create(at.id("x" + i), Map.of()), Operation.create(at.id("y" + i), Map.of())),
                        Write.PLAIN);
            }
            return "all of them are ordered together";
        });
        assertThat(refused.details()).containsKeys("item", "other");
    }
}
