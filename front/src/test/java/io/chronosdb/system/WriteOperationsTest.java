package io.chronosdb.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.HistoryEntry;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.PendingWrite;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.WriteResult;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.RestoreReport;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.AlreadyExists;
import io.chronosdb.error.ChronosException.CrossPartition;
import io.chronosdb.error.ChronosException.Deleted;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Enriching, restoring, transactions and streams of writes, through the public API on real servers. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WriteOperationsTest {
    private static TestSystem system;
    private static Chronos chronos;

    private final String collection = "c" + UUID.randomUUID().toString().substring(0, 8);
    private final ItemCollection items = chronos.with(Route.runtime("tenant-a").collection(collection));

    @BeforeAll
    static void start() {
        system = TestSystem.create(config -> {
            ObjectNode maps = config.putObject("collectionMaps");
            maps.putObject("spread").put("chooseKey", "collection:objectId");
            maps.putObject("strict")
                    .putObject("validation")
                    .putArray("requiredIndexed")
                    .add("email");
        });
        system.node();
        chronos = system.client();
    }

    @AfterAll
    static void stop() throws Exception {
        system.close();
    }

    // ---- enrich

    @Test
    void an_enrichment_merges_into_the_latest_version_and_is_one_version_with_its_provenance() {
        Receipt created = items.create(json("{\"tags\":[\"a\"],\"meta\":{\"x\":1.10},\"n\":-0.0,\"big\":1e400}"));

        Receipt enriched = items.enrich(
                created.id(),
                List.of(json("{\"tags\":[\"b\",\"a\"]}"), json("{\"meta\":{\"y\":null}}"), json("{\"tags\":\"c\"}")),
                Write.by("system", "automated").withFunctionId("enricher@v1"));

        assertThat(enriched.ov()).isEqualTo(new Ov(1));
        assertThat(enriched.op()).isEqualTo(Op.ENRICH);
        Item item = items.getLatest(created.id()).orElseThrow();
        assertThat(item.data().orElseThrow().path("tags").toString()).isEqualTo("[\"a\",\"b\",\"c\"]");
        assertThat(item.data().orElseThrow().path("meta").has("y")).isTrue();
        assertThat(item.data()
                        .orElseThrow()
                        .path("meta")
                        .path("x")
                        .decimalValue()
                        .toPlainString())
                .isEqualTo("1.10");
        assertThat(item.system().path("functionIds").toString()).isEqualTo("[\"enricher@v1\"]");
        assertThat(item.system().path("op").asText()).isEqualTo("enrich");
        Receipt updated = items.update(created.id(), Map.of("n", 2), enriched.ov());
        assertThat(items.getVersion(created.id(), updated.ov())
                        .orElseThrow()
                        .system()
                        .path("functionIds")
                        .toString())
                .as("every later version keeps who has enriched it")
                .isEqualTo("[\"enricher@v1\"]");
    }

    @Test
    void an_enrichment_that_changes_nothing_makes_no_version_and_answers_with_the_present_one() {
        Receipt created = items.create(json("{\"a\":1,\"tags\":[\"x\"]}"));

        for (Object patch : List.of(json("{\"a\":1.0}"), List.of(), json("{\"tags\":[\"x\"]}"), json("{}"))) {
            Receipt same = items.enrich(created.id(), patch, Write.PLAIN.withFunctionId("f"));
            assertThat(same.ov()).isEqualTo(created.ov());
            assertThat(same.cv()).isEqualTo(created.cv());
            assertThat(same.at()).isEqualTo(created.at());
        }

        assertThat(items.history(created.id())).hasSize(1);
    }

    @Test
    void a_hundred_enrichers_at_once_lose_no_contribution() {
        Receipt created = items.create(json("{\"by\":[],\"each\":{}}"));
        List<CompletableFuture<Receipt>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ItemCollection one = i % 10 == 0 ? system.client().with(items.route()) : items;
            all.add(one.enrichAsync(
                    created.id(),
                    json("{\"by\":[" + i + "],\"each\":{\"e" + i + "\":true}}"),
                    ExpectedOv.ANY,
                    Write.PLAIN.withFunctionId("f" + i)));
        }
        List<Receipt> receipts = all.stream().map(CompletableFuture::join).toList();

        receipts.forEach(receipt -> items.readAtLeast(receipt.position().token()));
        Item item = items.getLatest(created.id()).orElseThrow();
        assertThat(item.ov()).isEqualTo(new Ov(100));
        assertThat(receipts.stream().map(Receipt::ov).distinct()).hasSize(100);
        Set<Integer> by = new HashSet<>();
        item.data().orElseThrow().path("by").forEach(i -> by.add(i.intValue()));
        assertThat(by).hasSize(100);
        assertThat(item.data().orElseThrow().path("each")).hasSize(100);
        assertThat(item.system().path("functionIds")).hasSize(100);
    }

    @Test
    void what_cannot_be_enriched_is_refused_and_changes_nothing() {
        Receipt created = items.create(json("{\"a\":1}"));
        Receipt gone = items.create(json("{}"));
        items.delete(gone.id(), gone.ov());

        assertThatThrownBy(() -> items.enrich("nobody", json("{}"), Write.PLAIN))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> items.enrich(gone.id(), json("{\"b\":1}"), Write.PLAIN))
                .isInstanceOf(Deleted.class);
        assertThatThrownBy(() -> items.enrich(created.id(), json("{\"b\":1}"), new Ov(5), Write.PLAIN))
                .isInstanceOf(VersionConflict.class);
        assertThatThrownBy(() -> items.enrich(created.id(), List.of(1), Write.PLAIN))
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> items.enrich(created.id(), "text", Write.PLAIN))
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> items.enrich(created.id(), Map.of("_system", 1), Write.PLAIN))
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> items.enrich(created.id(), json("{}"), Write.PLAIN.withFunctionId("a b")))
                .isInstanceOf(Invalid.class);
        ItemCollection strict = chronos.with(Route.runtime("tenant-a").collection("strict"));
        Receipt valid = strict.create(Map.of("email", "a@x.io"));
        assertThatThrownBy(() -> strict.enrich(valid.id(), json("{\"email\":null}"), Write.PLAIN))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("email");
        assertThat(items.history(created.id())).hasSize(1);
        assertThat(strict.history(valid.id())).hasSize(1);
    }

    // ---- restore an item

    @Test
    void an_item_goes_back_to_any_version_or_time_also_after_its_deletion() {
        Receipt v0 = items.create(Map.of("n", 0));
        Receipt v1 = items.update(v0.id(), Map.of("n", 1), v0.ov());
        Receipt v2 = items.delete(v0.id(), v1.ov());

        Receipt v3 = items.restoreObject(v0.id(), RestorePoint.ov(0), Write.by("ann", "undo"));

        assertThat(v3.ov()).isEqualTo(new Ov(3));
        Item restored = items.getLatest(v0.id()).orElseThrow();
        assertThat(restored.data().orElseThrow().path("n").intValue()).isZero();
        assertThat(restored.system().path("restoredFrom").longValue()).isZero();
        assertThat(restored.system().path("op").asText()).isEqualTo("restore");
        Receipt v4 = items.restoreObject(v0.id(), RestorePoint.at(v1.at()));
        assertThat(n(items.getLatest(v0.id()).orElseThrow())).isEqualTo(1);
        Receipt same = items.restoreObject(v0.id(), RestorePoint.ov(1));
        assertThat(same.ov()).as("equal to the present already").isEqualTo(v4.ov());
        Receipt v5 = items.restoreObject(v0.id(), RestorePoint.at(v2.at()));
        assertThat(v5.op()).as("a deletion gives a deletion").isEqualTo(Op.DELETE);
        assertThat(items.getLatest(v0.id())).isEmpty();
        assertThat(items.history(v0.id())).extracting(HistoryEntry::op).startsWith(Op.DELETE, Op.RESTORE, Op.RESTORE);
        assertThatThrownBy(() ->
                        items.restoreObject(v0.id(), RestorePoint.at(v0.at().minusNanos(1_000))))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> items.restoreObject(v0.id(), RestorePoint.ov(99)))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> items.restoreObject("nobody", RestorePoint.ov(0)))
                .isInstanceOf(NotFound.class);
    }

    // ---- restore a collection

    @Test
    void a_collection_goes_back_to_one_exact_cut() {
        restoresExactly(items);
    }

    @Test
    void a_collection_whose_items_lie_in_several_partitions_goes_back_to_one_exact_cut() {
        restoresExactly(chronos.with(Route.runtime("tenant-b").collection("spread")));
    }

    private void restoresExactly(ItemCollection there) {
        List<Receipt> born = IntStream.range(0, 40)
                .mapToObj(i -> there.create(Map.of("n", i), Write.PLAIN.withId("i" + i)))
                .toList();
        for (int i = 0; i < 40; i += 2) {
            there.update("i" + i, Map.of("n", 100 + i), ExpectedOv.ANY);
        }
        Receipt cut = there.delete("i1", ExpectedOv.ANY);
        Map<String, String> then = state(there);
        for (int i = 0; i < 40; i += 3) {
            if (i != 1) {
                there.update("i" + i, Map.of("n", -i - 1), ExpectedOv.ANY);
            }
        }
        there.delete("i5", ExpectedOv.ANY);
        there.restoreObject("i1", RestorePoint.ov(0));
        there.create(Map.of("n", 7), Write.PLAIN.withId("newer"));
        int different = 14 + 1 + 1 + 1;
        Map<String, String> now = state(there);

        RestoreReport planned = there.restoreCollection(
                new RestorePoint.AtCv(cut.cv()), RestoreOptions.PLAIN.dryRunOnly(), Write.PLAIN);
        assertThat(planned.planned()).isEqualTo(different);
        assertThat(planned.done()).isZero();
        assertThat(state(there)).as("a dry run changes nothing").isEqualTo(now);
        RestoreReport kept = there.restoreCollection(
                new RestorePoint.AtCv(cut.cv()),
                RestoreOptions.PLAIN.keepingNewer().dryRunOnly(),
                Write.PLAIN);
        assertThat(kept.planned()).isEqualTo(different - 1);

        Write write =
                Write.by("ann", "disaster").withCommandId(UUID.randomUUID().toString());
        RestoreReport done = there.restoreCollection(new RestorePoint.AtCv(cut.cv()), RestoreOptions.PLAIN, write);

        assertThat(done.done()).isEqualTo(different);
        assertThat(state(there)).isEqualTo(then);
        assertThat(there.history("i0").get(0).op()).isEqualTo(Op.RESTORE);
        assertThat(there.history("newer").get(0).op()).isEqualTo(Op.DELETE);
        assertThat(there.history("i7"))
                .as("what was not different has no new version")
                .hasSize(1);
        RestoreReport again = there.restoreCollection(new RestorePoint.AtCv(cut.cv()), RestoreOptions.PLAIN, write);
        assertThat(again.done()).isEqualTo(different);
        RestoreReport nothing = there.restoreCollection(RestorePoint.at(cut.at()), RestoreOptions.PLAIN, Write.PLAIN);
        assertThat(nothing.planned()).as("it is like that already").isZero();
        assertThat(born).hasSize(40);
    }

    private static Map<String, String> state(ItemCollection there) {
        Map<String, String> state = new TreeMap<>();
        there.listByMeta(there.query().limit(1_000).query())
                .items()
                .forEach(item -> state.put(item.id(), item.data().orElseThrow().toString()));
        return state;
    }

    // ---- transactions

    @Test
    void a_transaction_writes_all_of_it_at_one_moment() {
        Receipt account = items.create(Map.of("balance", 100), Write.PLAIN.withId("a"));
        items.create(Map.of("balance", 0), Write.PLAIN.withId("b"));
        Receipt watched = items.create(Map.of("rate", 1), Write.PLAIN.withId("rate"));
        items.create(Map.of("old", true), Write.PLAIN.withId("old"));

        List<Receipt> receipts = items.transact(
                List.of(
                        Operation.update("a", Map.of("balance", 60), account.ov()),
                        Operation.enrich("b", Map.of("balance", 40), "transfer@1", ExpectedOv.ANY),
                        Operation.create("booking", Map.of("amount", 40)),
                        Operation.check("rate", watched.ov()),
                        Operation.delete("old", ExpectedOv.ANY)),
                Write.by("bank", "transfer"));

        assertThat(receipts)
                .extracting(Receipt::op)
                .containsExactly(Op.UPDATE, Op.ENRICH, Op.CREATE, Op.CREATE, Op.DELETE);
        assertThat(receipts.get(0).at()).isEqualTo(receipts.get(4).at());
        assertThat(items.getAsOf("a", receipts.get(0).at().minusNanos(1_000))
                        .orElseThrow()
                        .data()
                        .orElseThrow()
                        .path("balance")
                        .intValue())
                .isEqualTo(100);
        assertThat(items.getAsOf("b", receipts.get(0).at())
                        .orElseThrow()
                        .data()
                        .orElseThrow()
                        .path("balance")
                        .intValue())
                .as("no reading as of any time sees a part of it")
                .isEqualTo(40);
        assertThat(items.getLatest("booking")).isPresent();
        assertThat(items.getLatest("old")).isEmpty();
        assertThat(items.history("rate")).hasSize(1);
        assertThat(items.history("a").get(0).actor()).contains("bank");
    }

    @Test
    void a_transaction_that_is_refused_in_one_place_writes_nothing_and_says_which() {
        items.create(Map.of("n", 1), Write.PLAIN.withId("a"));
        items.create(Map.of("n", 1), Write.PLAIN.withId("b"));

        assertThatThrownBy(() -> items.transact(
                        List.of(Operation.update("a", Map.of("n", 2), ExpectedOv.ANY), Operation.check("b", new Ov(7))),
                        Write.PLAIN))
                .isInstanceOfSatisfying(VersionConflict.class, conflict -> {
                    assertThat(conflict.details()).containsEntry("operation", 1);
                });
        assertThatThrownBy(() -> items.transact(
                        List.of(Operation.create("new", Map.of()), Operation.create("a", Map.of())), Write.PLAIN))
                .isInstanceOf(AlreadyExists.class);
        assertThatThrownBy(() -> items.transact(
                        List.of(
                                Operation.update("a", Map.of("n", 2), ExpectedOv.ANY),
                                Operation.delete("a", ExpectedOv.ANY)),
                        Write.PLAIN))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> items.transact(List.of(), Write.PLAIN)).isInstanceOf(Invalid.class);
        assertThat(items.history("a")).hasSize(1);
        assertThat(items.getLatest("new")).isEmpty();
    }

    @Test
    void items_that_are_ordered_apart_cannot_be_in_one_transaction() {
        String other = collection;
        while (true) {
            String candidate = other + "x";
            try {
                items.transact(
                        List.of(
                                Operation.create("a" + candidate, Map.of()),
                                Operation.create("b", Map.of()).in(candidate)),
                        Write.PLAIN);
                other = candidate; // The same partition by chance: then it is allowed.
            } catch (CrossPartition refused) {
                assertThat(refused.details()).containsKeys("item", "other");
                assertThat(items.getLatest("a" + candidate)).isEmpty();
                return;
            }
        }
    }

    @Test
    void a_transaction_repeated_with_its_command_id_happens_once() {
        Write once = Write.PLAIN.withCommandId(UUID.randomUUID().toString());
        List<Operation> operations = List.of(Operation.create("x", Map.of("n", 1)), Operation.create("y", Map.of()));

        List<Receipt> first = items.transact(operations, once);
        List<Receipt> second = items.transact(operations, once);

        assertThat(second).isEqualTo(first);
    }

    // ---- many

    @Test
    void many_creates_have_a_result_each_in_order() {
        List<WriteResult> results = items.createMany(
                List.of(Map.of("n", 0), List.of("no object"), Map.of("n", 2)), Write.by("ann", "import"));

        assertThat(results).hasSize(3);
        assertThat(results.get(0).receipt()).isPresent();
        assertThat(results.get(1)
                        .error()
                        .map(ChronosException::code)
                        .orElseThrow()
                        .name())
                .isEqualTo("Invalid");
        assertThat(n(items.getLatest(results.get(2).orThrow().id()).orElseThrow()))
                .isEqualTo(2);
    }

    @Test
    void a_stream_of_writes_is_taken_no_faster_than_it_is_answered() {
        int[] taken = {0};
        int[] answered = {0};
        int[] mostAhead = {0};
        var source = IntStream.range(0, 5_000)
                .peek(i -> {
                    taken[0]++;
                    mostAhead[0] = Math.max(mostAhead[0], taken[0] - answered[0]);
                })
                .mapToObj(i -> PendingWrite.create(Map.of("n", i), Write.PLAIN.withId("s" + i)))
                .iterator();
        List<Long> cvs = new ArrayList<>();

        long count = items.submitAll(source, result -> {
            answered[0]++;
            cvs.add(result.orThrow().cv().value());
        });

        assertThat(count).isEqualTo(5_000);
        assertThat(cvs).isSorted().hasSize(5_000);
        assertThat(mostAhead[0]).isLessThanOrEqualTo(2_001);
    }

    // ---- lineage

    @Test
    void a_child_knows_its_parent_and_the_first_of_its_line_for_ever() {
        ItemCollection orders = chronos.with(Route.runtime("tenant-a").collection("orders-" + collection));
        Receipt root = orders.create(Map.of("n", 1), Write.PLAIN.withId("root"));
        Receipt child = items.create(
                Map.of("n", 2), Write.PLAIN.withParent(orders.route().collection(), root.id()));
        Receipt grandchild = items.create(Map.of("n", 3), Write.PLAIN.withParent(collection, child.id()));
        Receipt later = items.update(grandchild.id(), Map.of("n", 4), grandchild.ov());

        JsonNode system =
                items.getVersion(grandchild.id(), later.ov()).orElseThrow().system();
        assertThat(system.path("parentId").asText()).isEqualTo(child.id());
        assertThat(system.path("parentCollection").asText()).isEqualTo(collection);
        assertThat(system.path("originId").asText()).isEqualTo("root");
        assertThat(system.path("originCollection").asText())
                .isEqualTo(orders.route().collection());
        assertThatThrownBy(() -> items.create(Map.of(), Write.PLAIN.withParent(collection, "nobody")))
                .isInstanceOf(NotFound.class);
        assertThat(StreamSupport.stream(system.spliterator(), false)).isNotEmpty();
    }

    private static int n(Item item) {
        return item.data().orElseThrow().path("n").intValue();
    }

    private static Payload json(String json) {
        return Payload.of(json.getBytes(StandardCharsets.UTF_8));
    }
}
