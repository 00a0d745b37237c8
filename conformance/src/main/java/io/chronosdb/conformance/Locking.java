package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.NOW;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Consistency;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Optimistic locking, and writers who meet. */
final class Locking {
    private static final int WRITERS = 3;
    private static final int INCREMENTS = 4;

    private Locking() {}

    static List<Promise> all() {
        return List.of(
                promise(
                        "an update that expects an old version is refused and says both versions",
                        "W10 E1",
                        Locking::oldVersion),
                promise("a version that is still to come is refused as well", "W10", Locking::comingVersion),
                promise("who expects ANY expects nothing", "W10", Locking::any),
                promise("a deletion and an enrichment are locked the same way", "W10 W12", Locking::others),
                promise("of writers who expect the same version one wins", "W10 D4", Locking::oneWins),
                promise(
                        "writers in two processes who go by what they read lose no update",
                        "W10 D4",
                        Locking::noLostUpdate));
    }

    private static void oldVersion(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        items.update(created.id(), Map.of("n", 2), created.ov());

        VersionConflict conflict =
                refused(VersionConflict.class, () -> items.update(created.id(), Map.of("n", 3), created.ov()));

        assertThat(conflict.expected()).isEqualTo(0);
        assertThat(conflict.actual()).isEqualTo(1);
        assertThat(conflict.details()).containsKeys("expected", "actual");
        assertThat(n(items.getLatest(created.id()))).isEqualTo(2);
    }

    private static void comingVersion(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));

        VersionConflict conflict =
                refused(VersionConflict.class, () -> items.update(created.id(), Map.of("n", 3), new Ov(1)));

        assertThat(List.of(conflict.expected(), conflict.actual())).containsExactly(1L, 0L);
    }

    private static void any(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        items.update(created.id(), Map.of("n", 2), ExpectedOv.ANY);

        Receipt updated = at.elsewhere().update(created.id(), Map.of("n", 3), ExpectedOv.ANY);

        assertThat(updated.ov()).isEqualTo(new Ov(2));
    }

    private static void others(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        items.update(created.id(), Map.of("n", 2), created.ov());

        refused(VersionConflict.class, () -> items.delete(created.id(), created.ov()));
        refused(VersionConflict.class, () -> items.enrich(created.id(), Map.of("m", 1), created.ov(), Write.PLAIN));
        assertThat(items.history(created.id())).hasSize(2);
        assertThat(items.enrich(created.id(), Map.of("m", 1), new Ov(1), Write.PLAIN)
                        .ov())
                .isEqualTo(new Ov(2));
        assertThat(items.delete(created.id(), new Ov(2)).ov()).isEqualTo(new Ov(3));
    }

    private static void oneWins(Installation at) {
        List<ItemCollection> handles = List.of(at.items(), at.elsewhere());
        Receipt created = handles.get(0).create(Map.of());
        List<CompletableFuture<Receipt>> all = IntStream.range(0, 20)
                .mapToObj(i -> handles.get(i % 2).updateAsync(created.id(), Map.of("n", i), created.ov(), Write.PLAIN))
                .toList();

        int won = 0;
        for (CompletableFuture<Receipt> one : all) {
            if (one.handle((receipt, error) -> receipt != null).join()) {
                won++;
                assertThat(one.join().ov()).isEqualTo(new Ov(1));
            } else {
                assertThat(refused(VersionConflict.class, one::join).actual()).isEqualTo(1);
            }
        }

        assertThat(won).isEqualTo(1);
        assertThat(handles.get(0).history(created.id(), Optional.empty(), 50, Consistency.LATEST))
                .hasSize(2);
    }

    private static void noLostUpdate(Installation at) throws Exception {
        ItemCollection items = at.items();
        items.create(Map.of("n", 0), Write.PLAIN.withId("counter"));
        Threads.all(WRITERS, writer -> {
            ItemCollection mine = writer % 2 == 0 ? at.items() : at.elsewhere();
            for (int i = 0; i < INCREMENTS; i++) {
                increment(mine);
            }
        });

        assertThat(n(items.getLatest("counter", NOW))).isEqualTo(WRITERS * INCREMENTS);
        assertThat(items.getLatest("counter").orElseThrow().ov().value()).isEqualTo(WRITERS * INCREMENTS);
    }

    private static void increment(ItemCollection items) {
        while (true) { // Ends: in every round one of them gets through.
            Optional<Item> read = items.getLatest("counter", NOW);
            try {
                items.update(
                        "counter", Map.of("n", n(read) + 1), read.orElseThrow().ov());
                return;
            } catch (VersionConflict somebodyWasFaster) {
                assertThat(somebodyWasFaster.actual()).isGreaterThan(somebodyWasFaster.expected());
            }
        }
    }
}
