package io.chronosdb.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.changes.Change;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.command.Receipt;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Routing as its effect shows from outside: which partition holds an event. What is expected is computed here, from the
 * documented formulas alone, as a client in another language does.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RoutingTest {
    private static final Database DATABASE = Route.runtime("tenant-a");
    private static final int PARTITIONS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void by_default_a_collection_lies_in_the_rendezvous_partition_of_its_name() throws Exception {
        with(config -> {}, (system, chronos) -> {
            for (String collection : List.of("users", "orders", "carts", "a", "b", "c")) {
                List<Receipt> receipts = create(chronos, collection, 5);

                assertThat(partitions(receipts)).as(collection).containsExactly(rendezvous(collection));
                assertThat(receipts).extracting(r -> r.cv().value()).containsExactly(0L, 1L, 2L, 3L, 4L);
            }
        });
    }

    @Test
    void the_configured_key_and_hash_decide_and_a_collections_own_key_wins() throws Exception {
        Consumer<ObjectNode> keys = config -> {
            config.putObject("routing").put("hashAlgo", "jump").put("chooseKey", "domain:collection|tenantId:dbName");
            config.putObject("collectionMaps").putObject("spread").put("chooseKey", "collection:objectId");
        };
        with(keys, (system, chronos) -> {
            String dbName = system.config().database(DATABASE).dbName();
            for (String collection : List.of("users", "orders", "carts")) {
                assertThat(partitions(create(chronos, collection, 3)))
                        .as("a tenant has no domain, so the alternative counts")
                        .containsExactly(jump("tenant-a:" + dbName));
            }
            for (Receipt receipt : create(chronos, "spread", 30)) {
                assertThat(receipt.position().partition()).isEqualTo(jump("spread:" + receipt.id()));
            }
            Database health = Route.domain(io.chronosdb.address.DatabaseType.KNOWLEDGE, "health");
            assertThat(chronos.with(health.collection("users"))
                            .create(Map.of())
                            .position()
                            .partition())
                    .isEqualTo(jump("health:users"));
        });
    }

    @Test
    void under_item_ordering_items_spread_and_every_item_keeps_its_order_by_ov_and_by_cv() throws Exception {
        with(byItem(), (system, chronos) -> {
            ItemCollection items = chronos.with(DATABASE.collection("spread"));
            List<CompletableFuture<Receipt>> writes = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                writes.add(items.createAsync(Map.of("n", 0), Write.PLAIN.withId("i" + i)));
            }
            for (int n = 1; n < 5; n++) {
                for (int i = 0; i < 40; i++) {
                    writes.add(items.updateAsync("i" + i, Map.of("n", n), ExpectedOv.ANY, Write.PLAIN));
                }
            }
            List<Receipt> receipts =
                    writes.stream().map(CompletableFuture::join).toList();

            assertThat(partitions(receipts)).hasSize(PARTITIONS);
            assertThat(receipts)
                    .allSatisfy(receipt ->
                            assertThat(receipt.position().partition()).isEqualTo(rendezvous("spread:" + receipt.id())));
            assertThat(receipts.stream().map(r -> r.cv().value()))
                    .as("one total order over the collection")
                    .doesNotHaveDuplicates();
            Map<String, List<Change>> byItem = new HashMap<>();
            try (ChangeIterator changes = chronos.changes(DATABASE).untilNow().open()) {
                changes.forEachRemaining(change -> byItem.computeIfAbsent(change.id(), id -> new ArrayList<>())
                        .add(change));
            }
            assertThat(byItem).hasSize(40);
            byItem.values().forEach(changes -> {
                assertThat(changes).extracting(c -> c.ov().value()).containsExactly(0L, 1L, 2L, 3L, 4L);
                assertThat(changes).extracting(Change::cv).isSorted();
                assertThat(changes).extracting(Change::at).isSorted();
                assertThat(changes).extracting(c -> c.position().offset()).isSorted();
            });
            assertThat(items.history("i7"))
                    .extracting(entry -> entry.cv().value())
                    .isEqualTo(Stream.iterate(4, n -> n - 1)
                            .limit(5)
                            .map(n -> byItem.getOrDefault("i7", List.of())
                                    .get(n)
                                    .cv()
                                    .value())
                            .toList());
        });
    }

    @Test
    void a_command_in_a_wrong_partition_is_forwarded_and_decided_where_its_item_is() throws Exception {
        with(byItem(), (system, chronos) -> {
            ItemCollection items = chronos.with(DATABASE.collection("spread"));
            Receipt first = items.create(Map.of("n", 0), Write.PLAIN.withId("item"));
            int home = rendezvous("spread:item");
            try (KafkaLog log = new KafkaLog(system.config().kafka());
                    Log.Appender appender = log.appender();
                    ChangeIterator changes = chronos.changes(DATABASE)
                            .from(io.chronosdb.changes.From.token(tokenBehind(chronos, first)))
                            .open()) {
                for (int p = 0; p < PARTITIONS; p++) {
                    String json = "{\"command\":\"update\",\"collection\":\"spread\",\"id\":\"item\",\"expectedOv\":"
                            + p + ",\"data\":{\"sentTo\":" + p + "}}";
                    appender.append(
                                    new LogPartition(log.topics().commands(DATABASE), p),
                                    new NewRecord(
                                            "",
                                            json.getBytes(StandardCharsets.UTF_8),
                                            Map.of("content-type", "application/json")))
                            .join();
                    Change change = changes.poll(PATIENCE).orElseThrow();
                    assertThat(change.ov().value()).isEqualTo(p + 1);
                    assertThat(change.position().partition()).isEqualTo(home);
                }
                assertThat(changes.poll(Duration.ofMillis(300))).isEmpty();
            }
        });
    }

    private static String tokenBehind(Chronos chronos, Receipt receipt) {
        try (ChangeIterator changes = chronos.changes(DATABASE).untilNow().open()) {
            Change only = changes.next();
            assertThat(only.position()).isEqualTo(receipt.position());
            return only.token();
        }
    }

    // ---- the documented formulas

    private static int rendezvous(String key) {
        int best = 0;
        for (int p = 1; p < PARTITIONS; p++) {
            if (Long.compareUnsigned(first64(key + "|" + p), first64(key + "|" + best)) > 0) {
                best = p;
            }
        }
        return best;
    }

    private static int jump(String key) {
        long h = first64(key);
        long b = -1;
        long j = 0;
        while (j < PARTITIONS) {
            b = j;
            h = h * 2862933555777941757L + 1;
            j = (long) ((b + 1) * ((double) (1L << 31) / (double) ((h >>> 33) + 1)));
        }
        return (int) b;
    }

    private static long first64(String text) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- the system

    private interface Use {
        void of(TestSystem system, Chronos chronos) throws Exception;
    }

    private static Consumer<ObjectNode> byItem() {
        return config -> config.putObject("routing").put("chooseKey", "collection:objectId");
    }

    private static void with(Consumer<ObjectNode> change, Use use) throws Exception {
        try (TestSystem system = TestSystem.create(config -> {
            config.withObjectProperty("kafka").put("partitions", PARTITIONS);
            change.accept(config);
        })) {
            system.node();
            use.of(system, system.client());
        }
    }

    private static List<Receipt> create(Chronos chronos, String collection, int items) {
        ItemCollection of = chronos.with(DATABASE.collection(collection));
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < items; i++) {
            receipts.add(of.create(Map.of("n", i)));
        }
        return receipts;
    }

    private static TreeSet<Integer> partitions(List<Receipt> receipts) {
        TreeSet<Integer> partitions = new TreeSet<>();
        receipts.forEach(receipt -> partitions.add(receipt.position().partition()));
        return partitions;
    }
}
