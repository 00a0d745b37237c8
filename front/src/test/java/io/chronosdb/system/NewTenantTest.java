package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.node.Stores;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Tenants that come while the processes run, and that no configuration names. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NewTenantTest {
    private static TestSystem system;
    private static Chronos chronos;

    @BeforeAll
    static void start() {
        system = TestSystem.create(config -> {
            String name = config.path("kafka").path("topicPrefix").asText();
            config.withObjectProperty("databases")
                    .withObjectProperty("runtime")
                    .putObject("dynamicTenants")
                    .put("dbConnRef", "mongo")
                    .put("spaceConnRef", "s3")
                    .put("dbName", name + "_dyn_{tenantId}")
                    .put("analyticsDbName", name + "_an")
                    .put("bucket", name + "-dynamic")
                    .put("pattern", "[A-Za-z0-9_-]{1,20}");
        });
        system.node();
        system.node(); // Two processes share the partitions.
        chronos = system.client();
    }

    @AfterAll
    static void stop() throws Exception {
        system.close();
    }

    @Test
    void a_new_tenant_has_everything_from_its_first_write_on_in_processes_that_run_already() throws Exception {
        Chronos elsewhere = system.client();
        ItemCollection items = chronos.with(Route.runtime("first-seen").collection("users"));

        Receipt created = items.create(Map.of("n", 1), "ann", "hello");
        items.update(created.id(), Map.of("n", 2), created.ov());

        assertThat(items.getLatest(created.id()).orElseThrow().ov().value()).isEqualTo(1);
        assertThat(items.listByMeta(items.query().filter("{\"n\":2}").query()).items())
                .hasSize(1);
        eventually(() -> items.getTotals().created() == 1 && items.getTotals().updated() == 1);
        try (Stores stores = new Stores(system.config());
                ChangeIterator changes = elsewhere
                        .changes(Route.runtime("first-seen"))
                        .untilNow()
                        .open()) {
            var key = stores.location(Route.runtime("first-seen"))
                    .item(items.route().item(created.id()), created.ov());
            assertThat(key.toString()).contains("-dynamic/runtime.first-seen/users/");
            eventually(() ->
                    stores.archive(Route.runtime("first-seen")).get(key).join().isPresent());
            assertThat(changes.next().id()).isEqualTo(created.id());
        }
    }

    @Test
    void tenants_whose_ids_differ_by_case_or_by_a_line_are_kept_apart() {
        List<String> ids = List.of("acme_x", "acme-x", "Acme-x", "ACME_X", "acme__x");
        for (String id : ids) {
            ItemCollection items = chronos.with(Route.runtime(id).collection("users"));
            items.create(Map.of("of", id), Write.PLAIN.withId("same"));
        }
        for (String id : ids) {
            ItemCollection items = chronos.with(Route.runtime(id).collection("users"));
            items.readAtLeast(items.update("same", Map.of("of", id), ExpectedOv.ANY)
                    .position()
                    .token());
            assertThat(items.getLatest("same")
                            .orElseThrow()
                            .data()
                            .orElseThrow()
                            .path("of")
                            .asText())
                    .isEqualTo(id);
            assertThat(items.listByMeta(items.query().query()).items()).hasSize(1);
            eventually(() -> items.getTotals().created() == 1);
        }
    }

    @Test
    void an_id_that_does_not_match_leads_nowhere_and_makes_nothing() {
        for (String id : List.of("much-too-long-for-the-pattern", "domain_x")) {
            assertThatThrownBy(() -> chronos.with(Route.runtime(id).collection("users")))
                    .isInstanceOf(UnknownRoute.class);
            assertThatThrownBy(() -> chronos.changes(Route.runtime(id))).isInstanceOf(UnknownRoute.class);
        }
        assertThatThrownBy(() -> chronos.with(
                        Route.tenant(DatabaseType.METADATA, "first-seen").collection("users")))
                .isInstanceOf(UnknownRoute.class);
        assertThatThrownBy(() -> Route.runtime("../x")).isInstanceOf(Invalid.class);
    }

    @Test
    void the_others_write_on_while_tenants_come() throws Exception {
        ItemCollection others = chronos.with(Route.runtime("tenant-a").collection("users"));
        others.create(Map.of(), Write.PLAIN.withId("warm"));
        List<Long> before = Collections.synchronizedList(new ArrayList<>());
        List<Long> meanwhile = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 300; i++) {
            before.add(timed(() -> others.update("warm", Map.of("n", 1), ExpectedOv.ANY)));
        }
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                meanwhile.add(timed(() -> others.update("warm", Map.of("n", 1), ExpectedOv.ANY)));
            }
        });
        List<Long> firsts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ItemCollection fresh = chronos.with(Route.runtime("fresh-" + i).collection("users"));
            firsts.add(timed(() -> fresh.create(Map.of("n", 1))));
        }
        done.set(true);
        writing.join();

        System.out.println("first write of a new tenant, ms: "
                + firsts.stream().map(n -> n / 1_000_000).toList());
        System.out.println("another tenant's p50/p99/max, µs: before " + summary(before) + " meanwhile "
                + summary(meanwhile) + " writes " + meanwhile.size());
        assertThat(Collections.max(firsts)).as("nanoseconds").isLessThan(10_000_000_000L);
        assertThat(percentile(meanwhile, 0.99)).as("nanoseconds").isLessThan(500_000_000L);
    }

    private static long timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    private static String summary(List<Long> nanos) {
        return percentile(nanos, 0.5) / 1_000 + "/" + percentile(nanos, 0.99) / 1_000 + "/"
                + Collections.max(nanos) / 1_000;
    }

    private static long percentile(List<Long> nanos, double part) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get((int) (part * (sorted.size() - 1)));
    }
}
