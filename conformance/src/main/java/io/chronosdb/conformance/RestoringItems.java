package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.NOW;
import static io.chronosdb.conformance.Given.data;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.pages;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Given.system;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException.Deleted;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One item goes back. */
final class RestoringItems {
    private RestoringItems() {}

    static List<Promise> all() {
        return List.of(
                promise(
                        "an item goes back to any version, by a new one that says where it came from",
                        "W18 S5",
                        RestoringItems::byVersion),
                promise("an item goes back to any time", "W18", RestoringItems::byTime),
                promise("a deleted item comes back", "W15 W18", RestoringItems::deleted),
                promise("going back to a deletion deletes", "W19", RestoringItems::toDeletion),
                promise("an item that is like that already gets no new version", "W19", RestoringItems::likeThat),
                promise("there is no way back to what was not there", "W19", RestoringItems::notThere),
                promise(
                        "a collection of many items restores the one that is asked for",
                        "F3",
                        RestoringItems::amongMany));
    }

    private static void byVersion(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(json("{'n':1.50}"));
        items.update(created.id(), Map.of("n", 2), created.ov());

        Receipt restored = items.restoreObject(created.id(), RestorePoint.ov(0), Write.by("ann", "undo"));

        assertThat(List.of(restored.ov(), restored.op())).containsExactly(new Ov(2), Op.RESTORE);
        Optional<Item> now = items.getLatest(created.id());
        assertThat(data(now).toString()).isEqualTo("{\"n\":1.50}");
        assertThat(system(now).path("restoredFrom").asLong(-1)).isEqualTo(0);
        assertThat(system(now).path("actor").asText()).isEqualTo("ann");
        assertThat(system(now).path("sha256"))
                .isEqualTo(system(items.getVersion(created.id(), FIRST)).path("sha256"));
        assertThat(n(items.getVersion(created.id(), new Ov(1))))
                .as("what was undone stays")
                .isEqualTo(2);
    }

    private static void byTime(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        Receipt updated = items.update(created.id(), Map.of("n", 2), created.ov());
        items.update(created.id(), Map.of("n", 3), updated.ov());

        items.restoreObject(created.id(), RestorePoint.at(updated.at()));
        assertThat(n(items.getLatest(created.id()))).isEqualTo(2);
        items.restoreObject(created.id(), RestorePoint.at(updated.at().minusNanos(1_000)));
        assertThat(n(items.getLatest(created.id()))).isEqualTo(1);
        Receipt same =
                items.restoreObject(created.id(), RestorePoint.at(Instant.now().plusSeconds(3_600)));
        assertThat(same.ov()).as("the future is the present").isEqualTo(new Ov(4));
    }

    private static void deleted(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        Receipt deleted = items.delete(created.id(), created.ov());

        Receipt restored = items.restoreObject(created.id(), RestorePoint.ov(0));

        assertThat(restored.ov()).isEqualTo(new Ov(2));
        assertThat(n(items.getLatest(created.id()))).isEqualTo(1);
        assertThat(items.getVersion(created.id(), deleted.ov()).orElseThrow().deleted())
                .isTrue();
        assertThat(items.update(created.id(), Map.of("n", 2), restored.ov()).ov())
                .isEqualTo(new Ov(3));
    }

    private static void toDeletion(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        Receipt deleted = items.delete(created.id(), created.ov());
        items.restoreObject(created.id(), RestorePoint.ov(0));

        Receipt again = items.restoreObject(created.id(), RestorePoint.at(deleted.at()));

        assertThat(List.of(again.ov(), again.op())).containsExactly(new Ov(3), Op.DELETE);
        assertThat(items.getLatest(created.id())).isEmpty();
        refused(Deleted.class, () -> items.delete(created.id(), ExpectedOv.ANY));
    }

    private static void likeThat(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        Receipt updated = items.update(created.id(), Map.of("n", 1), created.ov());
        Receipt deleted = items.delete(created.id(), updated.ov());

        Receipt gone = items.restoreObject(created.id(), RestorePoint.ov(2));
        Receipt back = items.restoreObject(created.id(), RestorePoint.ov(0));
        Receipt same = items.restoreObject(created.id(), RestorePoint.ov(1));

        assertThat(gone.ov()).isEqualTo(deleted.ov());
        assertThat(List.of(same.ov(), same.cv(), same.at())).isEqualTo(List.of(back.ov(), back.cv(), back.at()));
        assertThat(items.history(created.id())).hasSize(4);
    }

    private static void notThere(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));

        refused(NotFound.class, () -> items.restoreObject("nobody", RestorePoint.ov(0)));
        refused(NotFound.class, () -> items.restoreObject(created.id(), RestorePoint.ov(1)));
        refused(
                NotFound.class,
                () -> items.restoreObject(
                        created.id(), RestorePoint.at(created.at().minusNanos(1_000))));
        assertThat(items.history(created.id())).hasSize(1);
    }

    private static void amongMany(Installation at) {
        ItemCollection items = at.items();
        for (int i = 0; i < 5; i++) {
            items.create(Map.of("n", i), Write.PLAIN.withId("i" + i));
            items.update("i" + i, Map.of("n", 10 + i), FIRST);
        }

        items.restoreObject("i3", RestorePoint.ov(0));

        assertThat(pages(items, items.query(), NOW))
                .extracting(item -> n(Optional.of(item)))
                .containsExactly(10, 11, 12, 3, 14);
    }
}
