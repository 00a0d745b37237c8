package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.Consistency;
import io.chronosdb.HistoryEntry;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Page;
import io.chronosdb.Read;
import io.chronosdb.Write;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.AlreadyExists;
import io.chronosdb.error.ChronosException.Deleted;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.error.ChronosException.NotIndexed;
import io.chronosdb.error.ChronosException.PayloadTooLarge;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The whole path through the public API: one node with all roles on real Kafka, mongod and S3. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MainJobTest {
    private static TestSystem system;
    private static Chronos chronos;

    private final String collection = "c" + UUID.randomUUID().toString().substring(0, 8);
    private final ItemCollection items = chronos.with(Route.runtime("tenant-a").collection(collection));

    @BeforeAll
    static void start() {
        system = TestSystem.create(config -> {
            config.put("payloadBytesMax", 100_000);
            ObjectNode users = config.putObject("collectionMaps").putObject("users");
            users.putArray("indexedProps").add("email").add("status").add("age").add("tags[]");
            users.putObject("validation").putArray("requiredIndexed").add("email");
            config.putObject("counterRules")
                    .putArray("rules")
                    .addObject()
                    .put("name", "activeUsers")
                    .putObject("when")
                    .put("status", "active");
        });
        system.node();
        chronos = system.client();
    }

    @AfterAll
    static void stop() throws Exception {
        system.close();
    }

    @Test
    void an_item_is_created_updated_and_deleted_and_every_version_stays_readable() {
        Receipt created = items.create(Map.of("n", 1), "ann", "first");
        Receipt updated = items.update(created.id(), Map.of("n", 2), created.ov(), "ben", "second");
        Receipt deleted = items.delete(created.id(), updated.ov(), "cid", "third");

        assertThat(List.of(
                        created.ov().value(), updated.ov().value(), deleted.ov().value()))
                .containsExactly(0L, 1L, 2L);
        assertThat(List.of(
                        created.cv().value(), updated.cv().value(), deleted.cv().value()))
                .containsExactly(0L, 1L, 2L);
        assertThat(created.at()).isBefore(updated.at());
        assertThat(items.getLatest(created.id())).isEmpty();
        assertThat(items.getLatest(created.id(), Read.PLAIN.includingDeleted())
                        .orElseThrow()
                        .deleted())
                .isTrue();
        assertThat(n(items.getVersion(created.id(), new Ov(0)))).isEqualTo(1);
        assertThat(n(items.getVersion(created.id(), new Ov(1)))).isEqualTo(2);
        assertThat(items.getVersion(created.id(), new Ov(2)).orElseThrow().deleted())
                .isTrue();
        assertThat(items.getVersion(created.id(), new Ov(3))).isEmpty();
        assertThat(items.history(created.id()))
                .extracting(
                        HistoryEntry::op,
                        entry -> entry.actor().orElse(""),
                        entry -> entry.reason().orElse(""))
                .containsExactly(
                        tuple(Op.DELETE, "cid", "third"),
                        tuple(Op.UPDATE, "ben", "second"),
                        tuple(Op.CREATE, "ann", "first"));
    }

    @Test
    void time_travel_shows_an_item_as_it_was_at_any_moment() {
        Receipt created = items.create(Map.of("n", 1));
        Receipt updated = items.update(created.id(), Map.of("n", 2), created.ov());
        Receipt deleted = items.delete(created.id(), updated.ov());

        assertThat(items.getAsOf(created.id(), created.at().minusNanos(1_000))).isEmpty();
        assertThat(n(items.getAsOf(created.id(), created.at()))).isEqualTo(1);
        assertThat(n(items.getAsOf(created.id(), updated.at().minusNanos(1_000))))
                .isEqualTo(1);
        assertThat(n(items.getAsOf(created.id(), updated.at()))).isEqualTo(2);
        assertThat(items.getAsOf(created.id(), deleted.at())).isEmpty();
        assertThat(items.getAsOf(created.id(), deleted.at(), Read.PLAIN.includingDeleted())
                        .orElseThrow()
                        .deleted())
                .isTrue();
    }

    @Test
    void optimistic_locking_refuses_who_expects_another_version_and_says_both() {
        Receipt created = items.create(Map.of("n", 1));
        items.update(created.id(), Map.of("n", 2), created.ov());

        assertThatThrownBy(() -> items.update(created.id(), Map.of("n", 3), created.ov()))
                .isInstanceOfSatisfying(VersionConflict.class, conflict -> {
                    assertThat(conflict.expected()).isZero();
                    assertThat(conflict.actual()).isEqualTo(1);
                });
        assertThatThrownBy(() -> items.delete(created.id(), created.ov())).isInstanceOf(VersionConflict.class);
        assertThat(items.update(created.id(), Map.of("n", 4), ExpectedOv.ANY).ov())
                .isEqualTo(new Ov(2));
    }

    @Test
    void what_cannot_be_done_is_refused_and_changes_nothing() {
        Receipt created = items.create(Map.of("n", 1), Write.PLAIN.withId("taken"));
        Receipt deleted = items.delete("taken", created.ov());

        assertThatThrownBy(() -> items.create(Map.of(), Write.PLAIN.withId("taken")))
                .isInstanceOf(AlreadyExists.class);
        assertThatThrownBy(() -> items.update("taken", Map.of(), ExpectedOv.ANY))
                .isInstanceOf(Deleted.class);
        assertThatThrownBy(() -> items.delete("taken", ExpectedOv.ANY)).isInstanceOf(Deleted.class);
        assertThatThrownBy(() -> items.update("nobody", Map.of(), ExpectedOv.ANY))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> items.create(Map.of("_system", 1))).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> items.create(List.of(1))).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> items.getLatest("../../etc/passwd")).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> items.create(Map.of("text", "x".repeat(200_000))))
                .isInstanceOf(PayloadTooLarge.class)
                .hasMessageContaining("bytes=200011 bytesMax=100000");
        assertThatThrownBy(() -> items.create(Map.of(), "a".repeat(2_000_000), "far too long"))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("actor is too long");
        assertThat(items.history("taken")).hasSize(2);
        assertThat(items.history("taken").get(0).cv()).isEqualTo(deleted.cv());
    }

    @Test
    void the_same_command_id_makes_one_version_and_gets_the_same_receipt_also_from_another_client() {
        Write once = Write.by("ann", "retry").withCommandId(UUID.randomUUID().toString());

        Receipt first = items.create(Map.of("n", 1), once);
        Receipt second = items.create(Map.of("n", 1), once);
        Receipt third = system.client().with(items.route()).create(Map.of("n", 1), once);

        assertThat(second).isEqualTo(first);
        assertThat(third).isEqualTo(first);
        assertThat(items.history(first.id())).hasSize(1);
    }

    @Test
    void many_repeated_at_the_same_moment_are_one_version() {
        Write once = Write.PLAIN.withCommandId(UUID.randomUUID().toString());
        List<CompletableFuture<Receipt>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(items.createAsync(Map.of("n", 1), once));
        }

        assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    }

    @Test
    void a_document_keeps_its_bytes_and_its_numbers() {
        String json =
                "{ \"price\" : 1.10, \"big\":123456789012345678901234567890, \"e\":1e400,\"neg\":-0.0, \"ü\":\"\\u0041\" }";

        Receipt created = items.create(Payload.of(json.getBytes(StandardCharsets.UTF_8)));

        Item item = items.getLatest(created.id()).orElseThrow();
        assertThat(item.system().path("sha256").textValue())
                .isEqualTo(Payload.of(json.getBytes(StandardCharsets.UTF_8))
                        .sha256()
                        .toString());
        assertThat(item.data().orElseThrow().path("price").decimalValue().toPlainString())
                .isEqualTo("1.10");
        assertThat(item.data().orElseThrow().path("big").toString()).isEqualTo("123456789012345678901234567890");
    }

    @Test
    void lists_filter_sort_and_page_over_indexed_properties_only() {
        ItemCollection users = chronos.with(Route.runtime("tenant-b").collection("users"));
        for (int i = 0; i < 25; i++) {
            users.create(Map.of(
                    "email",
                    "u" + i + "@x.io",
                    "status",
                    i % 5 == 0 ? "inactive" : "active",
                    "age",
                    20 + i % 7,
                    "tags",
                    List.of("t" + i % 3, "all"),
                    "note",
                    "not indexed"));
        }

        List<Item> found = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            ItemCollection.QueryBuilder query = users.query()
                    .filter("{\"status\":\"active\",\"tags\":\"t1\"}")
                    .sort("{\"age\":-1,\"updatedAt\":1}")
                    .limit(3);
            Page<Item> page = users.listByMeta((cursor.isPresent() ? query.after(cursor.get()) : query).query());
            assertThat(page.items()).hasSizeLessThanOrEqualTo(3);
            found.addAll(page.items());
            cursor = page.next();
        } while (cursor.isPresent());

        assertThat(found).hasSize(7).doesNotHaveDuplicates();
        assertThat(found)
                .extracting(item -> -item.data().orElseThrow().path("age").intValue())
                .isSorted();
        assertThatThrownBy(() -> users.query().filter("{\"note\":\"not indexed\"}"))
                .isInstanceOf(NotIndexed.class);
        assertThatThrownBy(() -> users.query().filter("{\"$where\":\"1\"}")).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> users.create(Map.of("status", "active")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("email");
    }

    @Test
    void totals_and_rules_count_what_happened() {
        ItemCollection users =
                chronos.with(Route.tenant(DatabaseType.KNOWLEDGE, "tenant-a").collection("users"));
        Receipt a = users.create(Map.of("email", "a@x.io", "status", "active"));
        users.create(Map.of("email", "b@x.io", "status", "inactive"));
        Receipt a1 = users.update(a.id(), Map.of("email", "a@x.io", "status", "inactive"), a.ov());
        users.delete(a.id(), a1.ov());

        eventually(() -> users.getTotals().deleted() == 1);

        assertThat(users.getTotals().created()).isEqualTo(2);
        assertThat(users.getTotals().updated()).isEqualTo(1);
        assertThat(users.getTotals().rules()).containsEntry("activeUsers", 1L);
    }

    @Test
    void tenants_who_share_a_bucket_and_a_server_never_see_each_other() {
        ItemCollection a = chronos.with(Route.runtime("tenant-a").collection("shared" + collection));
        ItemCollection b = chronos.with(Route.runtime("tenant-b").collection("shared" + collection));
        Receipt ofA = a.create(Map.of("of", "a"), Write.PLAIN.withId("same"));
        b.create(Map.of("of", "b"), Write.PLAIN.withId("same"));
        a.create(Map.of("of", "a"), Write.PLAIN.withId("only-a"));

        assertThat(a.getLatest("same")
                        .orElseThrow()
                        .data()
                        .orElseThrow()
                        .path("of")
                        .asText())
                .isEqualTo("a");
        assertThat(b.getLatest("same")
                        .orElseThrow()
                        .data()
                        .orElseThrow()
                        .path("of")
                        .asText())
                .isEqualTo("b");
        assertThat(b.getLatest("only-a")).isEmpty();
        assertThat(b.getVersion("only-a", new Ov(0))).isEmpty();
        assertThat(b.listByMeta(b.query().query()).items()).hasSize(1);
        assertThatThrownBy(() -> b.readAtLeast(ofA.position().token())).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> {
                    String cursor =
                            a.listByMeta(a.query().limit(1).query()).next().orElseThrow();
                    b.listByMeta(b.query().after(cursor).query());
                })
                .isInstanceOf(Invalid.class);
    }

    @Test
    void a_route_that_leads_nowhere_says_which_part_had_no_match() {
        assertThatThrownBy(() -> chronos.with(Route.runtime("tenant-x").collection("users")))
                .isInstanceOf(UnknownRoute.class)
                .hasMessageContaining("tenant-x")
                .hasMessageNotContaining("tenant-a");
        assertThatThrownBy(() -> chronos.with(
                        Route.domain(DatabaseType.METADATA, "health").collection("c")))
                .isInstanceOf(UnknownRoute.class)
                .hasMessageContaining("domain");
        assertThatThrownBy(() -> Route.generic(DatabaseType.RUNTIME)).isInstanceOf(Invalid.class);
    }

    @Test
    void every_database_type_and_tier_takes_writes() {
        for (Route route : List.of(
                Route.generic(DatabaseType.METADATA).collection(collection),
                Route.generic(DatabaseType.KNOWLEDGE).collection(collection),
                Route.domain(DatabaseType.KNOWLEDGE, "health").collection(collection),
                Route.tenant(DatabaseType.KNOWLEDGE, "tenant-a").collection(collection),
                Route.runtime("tenant-b").collection(collection),
                Route.logs().collection(collection))) {
            ItemCollection there = chronos.with(route);

            Receipt created = there.create(Map.of("at", route.database().value()));

            assertThat(created.cv().value()).isZero();
            assertThat(there.getLatest(created.id())
                            .orElseThrow()
                            .data()
                            .orElseThrow()
                            .path("at")
                            .asText())
                    .isEqualTo(route.database().value());
        }
    }

    @Test
    void a_receipts_token_makes_another_client_read_at_least_that() {
        Receipt created = items.create(Map.of("n", 1));
        ItemCollection elsewhere = system.client().with(items.route());

        elsewhere.readAtLeast(created.position().token());

        assertThat(n(elsewhere.getLatest(created.id()))).isEqualTo(1);
        assertThat(elsewhere.getLatest(created.id(), Read.PLAIN.with(Consistency.LATEST)))
                .isPresent();
    }

    @Test
    void a_caller_gets_its_own_type_back() {
        Receipt created = items.create(new Order("o-1", 3));

        assertThat(items.getLatest(created.id()).orElseThrow().as(Order.class)).isEqualTo(new Order("o-1", 3));
    }

    record Order(String number, int pieces) {}

    private static long n(Optional<Item> item) {
        return item.orElseThrow().data().orElseThrow().path("n").longValue();
    }
}
