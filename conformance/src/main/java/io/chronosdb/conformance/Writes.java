package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.ALL;
import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.NOW;
import static io.chronosdb.conformance.Given.data;
import static io.chronosdb.conformance.Given.ids;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.pages;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Given.system;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.AlreadyExists;
import io.chronosdb.error.ChronosException.Deleted;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Create, update, delete, and what goes with every write. */
final class Writes {
    private Writes() {}

    static List<Promise> all() {
        return List.of(
                promise(
                        "a receipt says id, versions, time and position, and a new item has version 0",
                        "W5 W6",
                        Writes::receipts),
                promise(
                        "documents are Maps, records, trees or bytes, and come back as they were",
                        "W6",
                        Writes::documents),
                promise("what is no JSON object is refused", "W6", Writes::noObjects),
                promise("an id that exists or existed is not created again", "W7", Writes::existing),
                promise("an update replaces the document and makes the next version", "W9", Writes::replaces),
                promise("an update of nobody or of a deleted item is refused", "W11", Writes::notThere),
                promise("a deletion is a version without a document, once", "W15 W16", Writes::deletes),
                promise("actor, reason and headers are recorded where they are given", "W1 W3", Writes::provenance),
                promise(
                        "a repeated command id makes one version and gets the same receipt in every process",
                        "W2",
                        Writes::idempotent),
                promise("what is repeated at the same moment is one version", "W2", Writes::idempotentAtOnce),
                promise("the asynchronous twins answer the same, and refuse the same", "W4", Writes::twins),
                promise("what is refused changes nothing and takes no number", "E2", Writes::refusals));
    }

    private static void receipts(Installation at) {
        ItemCollection items = at.items();
        Instant before = Instant.now().minusSeconds(60);

        Receipt created = items.create(Map.of("n", 1), Write.PLAIN.withId("it"));
        Receipt updated = items.update("it", Map.of("n", 2), created.ov());
        Receipt deleted = items.delete("it", updated.ov());

        assertThat(List.of(created.ov(), updated.ov(), deleted.ov())).containsExactly(new Ov(0), new Ov(1), new Ov(2));
        assertThat(List.of(created.op(), updated.op(), deleted.op())).containsExactly(Op.CREATE, Op.UPDATE, Op.DELETE);
        assertThat(created.id()).isEqualTo("it");
        assertThat(created.at())
                .isBetween(before, Instant.now().plusSeconds(60))
                .isBefore(updated.at());
        assertThat(updated.at()).isBefore(deleted.at());
        assertThat(created.cv()).isLessThan(updated.cv());
        assertThat(created.position().database()).isEqualTo(at.home());
        assertThat(List.of(created, updated, deleted))
                .extracting(receipt -> String.join(" ", names(receipt)))
                .containsExactly(
                        "id ov cv createdAt position", "id ov cv updatedAt position", "id ov cv deletedAt position");
    }

    private static List<String> names(Receipt receipt) {
        List<String> names = new ArrayList<>();
        receipt.toJson().fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Some type of a caller's. */
    record Order(String number, int pieces) {}

    private static void documents(Installation at) {
        ItemCollection items = at.items();
        Order order = new Order("o-1", 3);

        for (Object document : List.of(
                Map.of("number", "o-1", "pieces", 3),
                order,
                Json.object().put("number", "o-1").put("pieces", 3),
                json("{'number':'o-1','pieces':3}"))) {
            Receipt created = items.create(document);
            assertThat(items.getLatest(created.id()).orElseThrow().as(Order.class))
                    .isEqualTo(order);
        }
        Receipt empty = items.create(Map.of());
        assertThat(data(items.getLatest(empty.id()))).isEmpty();
    }

    private static void noObjects(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));

        for (Object bad : List.of(List.of(1), "text", 1, true, Json.MAPPER.nullNode(), new int[] {1})) {
            refused(Invalid.class, () -> items.create(bad));
            refused(Invalid.class, () -> items.update(created.id(), bad, ExpectedOv.ANY));
        }
        for (String bad : List.of("{", "{'a':1}x", "{'a':1,'a':2}", "{'a':NaN}", "[]", "")) {
            refused(Invalid.class, () -> items.create(json(bad)));
        }
        assertThat(items.history(created.id())).hasSize(1);
    }

    private static void existing(Installation at) {
        ItemCollection items = at.items();
        Write named = Write.PLAIN.withId("taken");
        Receipt created = items.create(Map.of("n", 1), named);

        refused(AlreadyExists.class, () -> items.create(Map.of("n", 2), named));
        refused(AlreadyExists.class, () -> at.elsewhere().create(Map.of("n", 2), named));
        assertThat(n(items.getLatest("taken"))).isEqualTo(1);
        items.delete("taken", created.ov());
        refused(AlreadyExists.class, () -> items.create(Map.of("n", 3), named));
        assertThat(items.getLatest("taken")).isEmpty();
    }

    private static void replaces(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(json("{'n':1,'old':{'deep':true}}"));

        Receipt updated = items.update(created.id(), json("{'n':2}"), created.ov());

        assertThat(updated.ov()).isEqualTo(new Ov(1));
        assertThat(updated.cv()).isGreaterThan(created.cv());
        assertThat(data(items.getLatest(created.id())).toString()).isEqualTo("{\"n\":2}");
        Receipt same = items.update(created.id(), json("{'n':2}"), updated.ov());
        assertThat(same.ov()).as("also where the document is the same").isEqualTo(new Ov(2));
    }

    private static void notThere(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        Receipt deleted = items.delete(created.id(), created.ov());

        refused(NotFound.class, () -> items.update("nobody", Map.of(), ExpectedOv.ANY));
        refused(NotFound.class, () -> items.update("nobody", Map.of(), FIRST));
        refused(NotFound.class, () -> items.delete("nobody", ExpectedOv.ANY));
        refused(Deleted.class, () -> items.update(created.id(), Map.of(), ExpectedOv.ANY));
        refused(Deleted.class, () -> items.update(created.id(), Map.of(), deleted.ov()));
        assertThat(items.getLatest(created.id())).isEmpty();
    }

    private static void deletes(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));

        Receipt deleted = items.delete(created.id(), created.ov(), "ann", "asked for it");

        assertThat(deleted.ov()).isEqualTo(new Ov(1));
        assertThat(items.getLatest(created.id())).isEmpty();
        assertThat(n(items.getVersion(created.id(), created.ov()))).isEqualTo(1);
        Item last = items.getVersion(created.id(), deleted.ov()).orElseThrow();
        assertThat(last.deleted()).isTrue();
        assertThat(last.data()).isEmpty();
        assertThat(last.system().path("reason").asText()).isEqualTo("asked for it");
        refused(Deleted.class, () -> items.delete(created.id(), ExpectedOv.ANY));
        refused(Deleted.class, () -> items.delete(created.id(), deleted.ov()));
        assertThat(items.history(created.id())).hasSize(2);
    }

    private static void provenance(Installation at) {
        ItemCollection items = at.items();

        Receipt by = items.create(Map.of(), Write.by("ann", "why").withHeader("ticket", "17"));
        Receipt plain = items.create(Map.of());

        JsonNode said = system(items.getLatest(by.id()));
        assertThat(said.path("actor").asText()).isEqualTo("ann");
        assertThat(said.path("reason").asText()).isEqualTo("why");
        assertThat(said.path("headers").path("ticket").asText()).isEqualTo("17");
        assertThat(items.history(by.id()).get(0).actor()).contains("ann");
        JsonNode silent = system(items.getLatest(plain.id()));
        assertThat(List.of(silent.has("actor"), silent.has("reason"), silent.has("headers")))
                .containsOnly(false);
    }

    private static void idempotent(Installation at) {
        ItemCollection items = at.items();
        ItemCollection elsewhere = at.elsewhere();
        Write create = Write.PLAIN.withCommandId("create-" + at.collection());
        Write update = Write.PLAIN.withCommandId("update-" + at.collection());
        Write delete = Write.PLAIN.withCommandId("delete-" + at.collection());

        Receipt created = items.create(Map.of("n", 1), create);
        assertThat(items.create(Map.of("n", 1), create)).isEqualTo(created);
        assertThat(elsewhere.create(Map.of("n", 1), create)).isEqualTo(created);
        Receipt updated = items.update(created.id(), Map.of("n", 2), created.ov(), update);
        assertThat(elsewhere.update(created.id(), Map.of("n", 2), created.ov(), update))
                .isEqualTo(updated);
        Receipt deleted = items.delete(created.id(), updated.ov(), delete);
        assertThat(elsewhere.delete(created.id(), updated.ov(), delete)).isEqualTo(deleted);

        assertThat(items.history(created.id())).hasSize(3);
        assertThat(ids(pages(items, items.query().includeDeleted(), ALL))).containsExactly(created.id());
    }

    private static void idempotentAtOnce(Installation at) {
        Write once = Write.PLAIN.withCommandId("once-" + at.collection());
        List<ItemCollection> handles = List.of(at.items(), at.elsewhere());

        List<CompletableFuture<Receipt>> all = IntStream.range(0, 40)
                .mapToObj(i -> handles.get(i % 2).createAsync(Map.of("n", 1), once))
                .toList();

        assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(pages(at.items(), at.items().query(), NOW)).hasSize(1);
    }

    private static void twins(Installation at) throws Exception {
        ItemCollection items = at.items();

        Receipt created = items.createAsync(Map.of("n", 1), Write.PLAIN).get(60, TimeUnit.SECONDS);
        Receipt updated = items.updateAsync(created.id(), Map.of("n", 2), created.ov(), Write.PLAIN)
                .get(60, TimeUnit.SECONDS);
        items.enrichAsync(created.id(), Map.of("m", 3), updated.ov(), Write.PLAIN)
                .get(60, TimeUnit.SECONDS);
        assertThat(data(items.getLatest(created.id())).toString()).isEqualTo("{\"n\":2,\"m\":3}");
        refused(
                VersionConflict.class,
                () -> items.updateAsync(created.id(), Map.of(), FIRST, Write.PLAIN)
                        .join());
        items.deleteAsync(created.id(), ExpectedOv.ANY, Write.PLAIN).get(60, TimeUnit.SECONDS);
        refused(
                Deleted.class,
                () -> items.deleteAsync(created.id(), ExpectedOv.ANY, Write.PLAIN)
                        .join());
        items.transactAsync(List.of(Operation.create("x", Map.of("n", 4))), Write.PLAIN)
                .get(60, TimeUnit.SECONDS);
        assertThat(n(items.getLatest("x"))).isEqualTo(4);
    }

    private static void refusals(Installation at) {
        ItemCollection items = at.ordered();
        Receipt created = items.create(Map.of("n", 1), Write.PLAIN.withId("it"));

        refused(AlreadyExists.class, () -> items.create(Map.of(), Write.PLAIN.withId("it")));
        refused(VersionConflict.class, () -> items.update("it", Map.of(), new Ov(7)));
        refused(NotFound.class, () -> items.delete("nobody", ExpectedOv.ANY));
        refused(Invalid.class, () -> items.enrich("it", Map.of("_system", 1), Write.PLAIN));
        refused(NotFound.class, () -> items.restoreObject("it", RestorePoint.ov(7)));
        Receipt updated = items.update("it", Map.of("n", 2), created.ov());

        assertThat(updated.ov()).isEqualTo(new Ov(1));
        assertThat(updated.cv().value()).isEqualTo(created.cv().value() + 1);
        assertThat(items.history("it")).hasSize(2);
        assertThat(n(items.getVersion("it", created.ov()))).isEqualTo(1);
    }
}
