package io.chronosdb.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.Chronos;
import io.chronosdb.Consistency;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Page;
import io.chronosdb.Read;
import io.chronosdb.Write;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.error.ChronosException.NotIndexed;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What a read may ask for, through the public API on real servers. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadsTest {
    private static TestSystem system;
    private static Chronos chronos;

    private final ItemCollection items = chronos.with(Route.runtime("tenant-a")
            .collection("c" + UUID.randomUUID().toString().substring(0, 8)));

    @BeforeAll
    static void start() {
        system = TestSystem.create(config -> {
            config.putObject("routing").put("chooseKey", "collection");
            config.putObject("collectionMaps").putObject("spread").put("chooseKey", "collection:objectId");
        });
        system.node();
        chronos = system.client();
    }

    @AfterAll
    static void stop() throws Exception {
        system.close();
    }

    @Test
    void a_projection_keeps_the_paths_it_names_and_what_chronos_says() {
        Receipt created = items.create(
                Map.of("email", "a@x.io", "address", Map.of("city", "Bern", "zip", 3000), "secret", "s"), "ann", "why");
        Read read = Read.PLAIN.projecting("email", "address.city", "missing.path");

        for (Item item : List.of(
                items.getLatest(created.id(), read).orElseThrow(),
                items.getVersion(created.id(), created.ov(), read).orElseThrow(),
                items.getAsOf(created.id(), created.at(), read).orElseThrow(),
                items.listByMeta(items.query().query(), read).items().get(0))) {
            assertThat(item.data().orElseThrow().path("address").toString()).isEqualTo("{\"city\":\"Bern\"}");
            assertThat(item.data().orElseThrow().path("email").asText()).isEqualTo("a@x.io");
            assertThat(item.data().orElseThrow()).hasSize(2);
            assertThat(item.system().path("actor").asText()).isEqualTo("ann");
        }
        assertThatThrownBy(() -> Read.PLAIN.projecting("a..b")).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Read.PLAIN.presigned(Duration.ofDays(8))).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Read.PLAIN.presigned(Duration.ZERO)).isInstanceOf(Invalid.class);
    }

    @Test
    void every_read_of_another_handle_can_ask_for_all_that_was_written_before() {
        Receipt created = items.create(Map.of("n", 1));
        Receipt updated = items.update(created.id(), Map.of("n", 2), created.ov());
        Read latest = Read.PLAIN.with(Consistency.LATEST);

        assertThat(other().getLatest(created.id(), latest).orElseThrow().ov()).isEqualTo(updated.ov());
        assertThat(other().getVersion(created.id(), updated.ov(), latest)).isPresent();
        assertThat(other().getAsOf(created.id(), updated.at(), latest)
                        .orElseThrow()
                        .ov())
                .isEqualTo(updated.ov());
        assertThat(other().history(created.id(), Optional.empty(), 10, Consistency.LATEST))
                .hasSize(2);
        assertThat(other().diff(created.id(), created.ov(), updated.ov(), Consistency.LATEST))
                .hasSize(1);
        assertThat(other().listByMeta(items.query().filter("{\"n\":2}").query(), latest)
                        .items())
                .hasSize(1);
    }

    private ItemCollection other() {
        return chronos.with(items.route());
    }

    @Test
    void a_diff_is_the_patch_between_two_versions_and_a_deletion_is_empty() {
        Receipt created = items.create(Map.of("n", 1, "same", true));
        Receipt updated = items.update(created.id(), Map.of("n", 1.5, "same", true), created.ov());
        Receipt deleted = items.delete(created.id(), updated.ov());

        assertThat(items.diff(created.id(), created.ov(), updated.ov()).toString())
                .isEqualTo("[{\"op\":\"replace\",\"path\":\"/n\",\"value\":1.5}]");
        assertThat(items.diff(created.id(), created.ov(), created.ov())).isEmpty();
        assertThat(items.diff(created.id(), updated.ov(), deleted.ov()))
                .extracting(op -> op.path("op").asText() + op.path("path").asText())
                .containsExactlyInAnyOrder("remove/n", "remove/same");
        assertThatThrownBy(() -> items.diff(created.id(), created.ov(), new Ov(9)))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> items.diff("nobody", new Ov(0), new Ov(1))).isInstanceOf(NotFound.class);
    }

    @Test
    void a_list_as_of_a_time_or_a_cv_shows_the_collection_as_it_was() {
        listsAsItWas(items);
    }

    @Test
    void a_list_as_of_a_moment_is_one_cut_also_where_items_are_ordered_by_themselves() {
        listsAsItWas(chronos.with(Route.runtime("tenant-a").collection("spread")));
    }

    private static void listsAsItWas(ItemCollection items) {
        List<Receipt> receipts = new ArrayList<>();
        List<Map<String, Long>> states = new ArrayList<>();
        Map<String, Long> state = new java.util.TreeMap<>();
        for (int i = 0; i < 30; i++) {
            String id = "i" + i % 10;
            Receipt receipt = state.containsKey(id)
                    ? i == 25
                            ? items.delete(id, ExpectedOv.ANY)
                            : items.update(id, Map.of("n", i, "s", "later"), ExpectedOv.ANY)
                    : items.create(Map.of("n", i, "s", "first"), Write.PLAIN.withId(id));
            state.put(id, (long) i);
            if (i == 25) {
                state.remove(id);
            }
            receipts.add(receipt);
            states.add(Map.copyOf(state));
        }

        for (int i : List.of(0, 7, 14, 25, 29)) {
            Receipt then = receipts.get(i);
            assertThat(all(items, items.query().asOf(then.at()))).isEqualTo(states.get(i));
            assertThat(all(items, items.query().asOf(then.cv()))).isEqualTo(states.get(i));
            assertThat(all(items, items.query().asOf(then.at()).sort("{\"n\":-1}")))
                    .isEqualTo(states.get(i));
        }
        assertThat(all(items, items.query().asOf(receipts.get(0).at().minusSeconds(1))))
                .isEmpty();
        assertThat(all(items, items.query().asOf(receipts.get(29).at().plusSeconds(3_600))))
                .isEqualTo(state);
        assertThat(all(items, items.query().asOf(receipts.get(14).cv()).filter("{\"s\":\"first\"}")))
                .containsOnlyKeys("i5", "i6", "i7", "i8", "i9");
        assertThatThrownBy(() -> {
                    String present = items.listByMeta(items.query().limit(1).query())
                            .next()
                            .orElseThrow();
                    items.listByMeta(items.query()
                            .asOf(receipts.get(14).cv())
                            .after(present)
                            .query());
                })
                .isInstanceOf(Invalid.class);
    }

    /** The numbers of all pages by id. */
    private static Map<String, Long> all(ItemCollection items, ItemCollection.QueryBuilder query) {
        Map<String, Long> found = new java.util.TreeMap<>();
        ItemCollection.QueryBuilder next = query.limit(3);
        while (true) {
            Page<Item> page = items.listByMeta(next.query());
            page.items()
                    .forEach(item -> assertThat(found.put(
                                    item.id(),
                                    item.data().orElseThrow().path("n").longValue()))
                            .isNull());
            if (page.next().isEmpty()) {
                return found;
            }
            next = next.after(page.next().get());
        }
    }

    @Test
    void a_filter_that_no_index_can_answer_is_refused_and_narrows_what_an_index_has_found() {
        items.create(Map.of("s", "x"), "ann", "one");
        items.create(Map.of("s", "x"), "ben", "two");

        assertThatThrownBy(() -> items.query().filter("{\"actor\":\"ann\"}")).isInstanceOf(NotIndexed.class);
        assertThat(items.listByMeta(items.query()
                                .filter("{\"s\":\"x\",\"actor\":\"ann\"}")
                                .query())
                        .items())
                .hasSize(1);
    }
}
