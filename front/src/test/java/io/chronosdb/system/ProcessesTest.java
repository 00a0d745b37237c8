package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Chronos;
import io.chronosdb.HistoryEntry;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Version;
import io.chronosdb.log.EventReader;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Several processes, and what happens when one dies or sleeps. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProcessesTest {
    @Test
    void four_writers_in_two_processes_lose_no_update_and_every_store_has_each_version_with_its_hash()
            throws Exception {
        try (TestSystem system = TestSystem.create();
                ChildJvm secondNode = ChildJvm.chronos(
                        system.dir(),
                        "node",
                        "up",
                        "--config",
                        system.configFile().toString())) {
            system.node();
            secondNode.until("chronos is ready");
            ItemCollection items =
                    system.client().with(Route.runtime("tenant-a").collection("contended"));
            items.create(Map.of(), Write.PLAIN.withId("item"));

            try (ChildJvm one = writers(system, "one");
                    ChildJvm two = writers(system, "two")) {
                assertThat(one.exitStatus()).as(one.err()).isZero();
                assertThat(two.exitStatus()).as(two.err()).isZero();
                Map<Long, String> acknowledged = new TreeMap<>();
                for (String line : concat(one.lines(), two.lines())) {
                    if (line.startsWith("ack ")) {
                        String[] words = line.split(" ");
                        assertThat(acknowledged.put(Long.parseLong(words[1]), words[2]))
                                .isNull();
                    }
                }

                assertThat(acknowledged.keySet()).containsExactlyElementsOf(longs(1, 100));
                assertThat(inLog(system, "contended"))
                        .containsAllEntriesOf(acknowledged)
                        .hasSize(101);
                items.readAtLeast(
                        items.update("item", Map.of(), new Ov(100)).position().token());
                List<HistoryEntry> history = items.history("item", java.util.Optional.empty(), 1_000);
                assertThat(history)
                        .extracting(entry -> entry.cv().value())
                        .containsExactlyElementsOf(IntStream.rangeClosed(0, 101)
                                .mapToObj(i -> 101L - i)
                                .toList());
                Map<Long, String> indexed = new HashMap<>();
                history.forEach(
                        entry -> indexed.put(entry.ov().value(), entry.sha256().orElseThrow()));
                assertThat(indexed).containsAllEntriesOf(acknowledged);
                assertThat(inArchive(system, 101)).containsAllEntriesOf(acknowledged);
            }
        }
    }

    private static ChildJvm writers(TestSystem system, String name) throws Exception {
        return ChildJvm.start(
                system.dir(),
                name,
                WriterProcess.class.getName(),
                system.configFile().toString(),
                name,
                "25");
    }

    @Test
    void an_owner_that_sleeps_is_replaced_and_changes_nothing_when_it_wakes() throws Exception {
        try (TestSystem system = TestSystem.create(
                        config -> config.withObjectProperty("kafka").put("partitions", 1));
                ChildJvm sleeper = ChildJvm.chronos(
                        system.dir(),
                        "sleeper",
                        "up",
                        "--roles",
                        "commands",
                        "--config",
                        system.configFile().toString())) {
            sleeper.until("chronos is ready");
            ItemCollection items =
                    system.client().with(Route.runtime("tenant-a").collection("zombie"));
            items.create(Map.of("n", 0), Write.PLAIN.withId("item"));
            system.node(Role.COMMANDS, Role.PROJECTOR, Role.ARCHIVER);

            long suspendedAt = 0;
            List<CompletableFuture<Receipt>> writes = new ArrayList<>();
            for (int i = 1; i <= 3_000; i++) {
                writes.add(items.updateAsync("item", Map.of("n", i), ExpectedOv.ANY, Write.PLAIN));
                if (i == 1_000) {
                    sleeper.suspend(); // In the middle of its work.
                    suspendedAt = System.nanoTime();
                }
            }
            writes.forEach(CompletableFuture::join);
            System.out.println("taken over and caught up, ms: " + (System.nanoTime() - suspendedAt) / 1_000_000);
            sleeper.resume();
            Receipt last = items.update("item", Map.of("n", -1), ExpectedOv.ANY);
            eventually(() -> sleeper.out() != null && readable(items));

            assertThat(writes.stream()
                            .map(CompletableFuture::join)
                            .map(r -> r.ov().value())
                            .sorted())
                    .containsExactlyElementsOf(longs(1, 3_000));
            assertThat(last.ov().value()).isEqualTo(3_001);
            Map<Long, String> log = inLog(system, "zombie");
            assertThat(log).hasSize(3_002);
            assertThat(items.history("item", java.util.Optional.empty(), 1_000)
                            .get(0)
                            .ov())
                    .isEqualTo(last.ov());
        }
    }

    private static boolean readable(ItemCollection items) {
        return items.getLatest("item").orElseThrow().ov().value() == 3_001;
    }

    @Test
    void an_embedded_node_that_is_killed_in_the_middle_loses_no_acknowledged_write_and_doubles_none() throws Exception {
        Path dir =
                Path.of("target", "systems", "killed node " + UUID.randomUUID()).toAbsolutePath();
        Path data = dir.resolve("data");
        Map<String, Receipt> acknowledged = new HashMap<>();
        List<CompletableFuture<Receipt>> writes = new ArrayList<>();
        try (ChildJvm first = ChildJvm.chronos(dir, "first", "up", "--data-dir", data.toString())) {
            first.until("chronos is ready");
            try (Chronos chronos = Chronos.open(data.resolve("chronos.json"))) {
                ItemCollection items = chronos.with(Route.runtime("tenant-a").collection("killed"));
                items.create(Map.of(), Write.PLAIN.withId("warm-up"));
                for (int i = 0; i < 5_000; i++) {
                    writes.add(items.createAsync(
                            Map.of("n", i), Write.PLAIN.withId("i" + i).withCommandId("import:" + i)));
                }
                CompletableFuture.anyOf(writes.subList(500, 501).toArray(CompletableFuture[]::new))
                        .join();
                first.kill();
            }
        }
        for (CompletableFuture<Receipt> write : writes) {
            if (write.isDone() && !write.isCompletedExceptionally()) {
                acknowledged.put(write.join().id(), write.join());
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(500);

        try (ChildJvm second = ChildJvm.chronos(dir, "second", "up", "--data-dir", data.toString())) {
            second.until("chronos is ready");
            try (Chronos chronos = Chronos.open(data.resolve("chronos.json"))) {
                ItemCollection items = chronos.with(Route.runtime("tenant-a").collection("killed"));
                List<CompletableFuture<Receipt>> again = new ArrayList<>();
                for (int i = 0; i < 5_000; i++) {
                    again.add(items.createAsync(
                            Map.of("n", i), Write.PLAIN.withId("i" + i).withCommandId("import:" + i)));
                }
                for (CompletableFuture<Receipt> write : again) {
                    Receipt receipt = write.join();
                    assertThat(acknowledged.getOrDefault(receipt.id(), receipt)).isEqualTo(receipt);
                }
                Receipt last = items.create(Map.of());
                assertThat(last.cv().value())
                        .as("warm-up, 5,000 imported ones, and this")
                        .isEqualTo(5_001);
                for (int i = 0; i < 5_000; i += 97) {
                    assertThat(items.history("i" + i)).hasSize(1);
                    assertThat(items.getLatest("i" + i)
                                    .orElseThrow()
                                    .data()
                                    .orElseThrow()
                                    .path("n")
                                    .intValue())
                            .isEqualTo(i);
                }
            }
        }
        assertThat(Files.exists(data.resolve("chronos.json"))).isTrue();
    }

    private static Map<Long, String> inLog(TestSystem system, String collection) {
        Map<Long, String> versions = new HashMap<>();
        try (KafkaLog log = new KafkaLog(system.config().kafka())) {
            EventReader reader = new EventReader(log, Duration.ofSeconds(20));
            for (int p = 0; p < log.open(Route.runtime("tenant-a")); p++) {
                DatabasePartition partition = new DatabasePartition(Route.runtime("tenant-a"), p);
                reader.replay(partition, Progress.START, reader.end(partition), batch -> {
                    for (LoggedEvent event : batch) {
                        if (event.event().fact() instanceof Version version
                                && version.item().collection().equals(collection)) {
                            String hash =
                                    version.payload().orElseThrow().sha256().toString();
                            assertThat(versions.put(version.ov().value(), hash)).isNull();
                        }
                    }
                });
            }
        }
        return versions;
    }

    private static Map<Long, String> inArchive(TestSystem system, long lastOv) {
        Map<Long, String> versions = new HashMap<>();
        try (Stores stores = new Stores(system.config())) {
            for (long ov = 0; ov <= lastOv; ov++) {
                var key = stores.location(Route.runtime("tenant-a")).item(new ItemKey("contended", "item"), new Ov(ov));
                eventually(() -> stores.archive(Route.runtime("tenant-a"))
                        .get(key)
                        .join()
                        .isPresent());
                byte[] bytes = stores.archive(Route.runtime("tenant-a"))
                        .get(key)
                        .join()
                        .orElseThrow();
                versions.put(
                        ov,
                        ItemDocument.decode(bytes)
                                .payload()
                                .orElseThrow()
                                .sha256()
                                .toString());
            }
        }
        return versions;
    }

    private static List<Long> longs(long from, long to) {
        return java.util.stream.LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static List<String> concat(List<String> a, List<String> b) {
        List<String> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }
}
