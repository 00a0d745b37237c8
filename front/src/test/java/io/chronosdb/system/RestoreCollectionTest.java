package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Chronos;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Page;
import io.chronosdb.PendingWrite;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.WriteResult;
import io.chronosdb.address.Route;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.RestoreReport;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.node.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The restoration of a large collection whose owner is killed in the middle of it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RestoreCollectionTest {
    /** Many more than are in flight, and than one step takes. */
    private static final long ITEMS = Long.getLong("chronos.restore.items", 2_000);

    private static final int HEAP_MEGABYTES = Integer.getInteger("chronos.restore.heap", 96);

    @Test
    void a_restoration_whose_owner_is_killed_in_the_middle_is_finished_exactly_by_the_next() throws Exception {
        try (TestSystem system = TestSystem.create(
                        config -> config.withObjectProperty("kafka").put("partitions", 1));
                ChildJvm first = owner(system, "first")) {
            first.until("chronos is ready");
            system.node(Role.PROJECTOR);
            Chronos chronos = system.client();
            ItemCollection items = chronos.with(Route.runtime("tenant-a").collection("large"));
            Receipt cut = write(items, 0, i -> PendingWrite.create(Map.of("n", i), Write.PLAIN.withId(id(i))));
            Map<String, String> then = state(items);
            write(items, 1, i -> PendingWrite.update(id(i), Map.of("n", -i), ExpectedOv.ANY, Write.PLAIN));
            write(items, 2, i -> PendingWrite.delete(id(10 * i), ExpectedOv.ANY, Write.PLAIN));
            write(items, 2, i -> PendingWrite.create(Map.of("n", i), Write.PLAIN.withId("newer" + i)));
            Map<String, Long> before = latest(chronos);

            CountDownLatch inTheMiddle = new CountDownLatch(1);
            long started = System.nanoTime();
            CompletableFuture<RestoreReport> restoring = CompletableFuture.supplyAsync(() -> items.restoreCollection(
                    new RestorePoint.AtCv(cut.cv()),
                    RestoreOptions.PLAIN.watchedBy((done, total) -> {
                        if (done > ITEMS / 8) {
                            inTheMiddle.countDown();
                        }
                    }),
                    Write.by("ann", "disaster")));
            assertThat(inTheMiddle.await(10, TimeUnit.MINUTES)).isTrue();
            first.kill();
            try (ChildJvm second = owner(system, "second")) {
                RestoreReport report = restoring.get(20, TimeUnit.MINUTES);

                System.out.println("restored=" + report.done() + " ms=" + (System.nanoTime() - started) / 1_000_000
                        + " heapMegabytes=" + HEAP_MEGABYTES);
                assertThat(state(items)).isEqualTo(then);
                Map<String, Long> after = latest(chronos);
                long changed = before.entrySet().stream()
                        .filter(item -> {
                            long more = after.get(item.getKey()) - item.getValue();
                            assertThat(more)
                                    .as("one version per item that was different: " + item.getKey())
                                    .isBetween(0L, 1L);
                            return more == 1;
                        })
                        .count();
                assertThat(report.done()).isEqualTo(report.planned()).isEqualTo(changed);
                // Every second was updated, some of those deleted, and as many came later.
                assertThat(changed).isEqualTo((ITEMS + 1) / 2 + (ITEMS + 39) / 40);
                assertThat(items.history("newer0").get(0).op()).isEqualTo(Op.DELETE);
                assertThat(items.history(id(0)).get(0).reason()).contains("disaster");
                assertThat(items.update(id(1), Map.of("n", 5), ExpectedOv.ANY)
                                .ov()
                                .value())
                        .isEqualTo(1);
                eventually(() -> second.err().lines().noneMatch(line -> line.contains("ERROR")));
            }
        }
    }

    private static ChildJvm owner(TestSystem system, String name) throws Exception {
        return ChildJvm.chronos(
                system.dir(),
                name,
                HEAP_MEGABYTES,
                "up",
                "--roles",
                "commands",
                "--config",
                system.configFile().toString());
    }

    private interface Each {
        PendingWrite of(long number);
    }

    /** @param kind 0: all, 1: every second, 2: a fortieth */
    private static Receipt write(ItemCollection items, int kind, Each each) {
        LongStream numbers = switch (kind) {
            case 0 -> LongStream.range(0, ITEMS);
            case 1 -> LongStream.range(0, ITEMS).filter(i -> i % 2 == 0);
            default -> LongStream.range(0, (ITEMS + 39) / 40);
        };
        WriteResult[] last = new WriteResult[1];
        items.submitAll(numbers.mapToObj(each::of).iterator(), result -> {
            result.orThrow();
            last[0] = result;
        });
        return last[0].orThrow();
    }

    private static String id(long number) {
        return "i" + number;
    }

    private static Map<String, String> state(ItemCollection items) {
        Map<String, String> state = new TreeMap<>();
        Optional<String> cursor = Optional.empty();
        do {
            ItemCollection.QueryBuilder query = items.query().limit(1_000);
            Page<Item> page = items.listByMeta((cursor.isPresent() ? query.after(cursor.get()) : query).query());
            page.items()
                    .forEach(item ->
                            state.put(item.id(), item.data().orElseThrow().toString()));
            cursor = page.next();
        } while (cursor.isPresent());
        return state;
    }

    /** The latest version of every item, by the log itself. */
    private static Map<String, Long> latest(Chronos chronos) {
        Map<String, Long> latest = new HashMap<>();
        try (ChangeIterator changes = chronos.changes(Route.runtime("tenant-a"))
                .collection("large")
                .untilNow()
                .open()) {
            changes.forEachRemaining(
                    change -> latest.put(change.id(), change.ov().value()));
        }
        return latest;
    }
}
