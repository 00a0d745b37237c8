package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.event.Op;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.port.Window;
import io.chronosdb.testkit.totals.InMemoryTotalsStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RandomHistoriesTest {
    private static final int HISTORIES = 12;
    private static final int RECORDS = 400;
    private static final int PARTITIONS = 2;
    private static final List<Database> DATABASES = List.of(Route.runtime("a"), Route.runtime("b"));
    private static final List<String> COLLECTIONS = List.of("c", "d", "e");
    private static final CounterRetention RETENTION = new CounterRetention(5, 3, 2);
    private static final String RULES = "[{\"name\":\"big\",\"scope\":\"payload\",\"when\":{\"n\":{\"$gte\":50}}},"
            + "{\"name\":\"hidden\",\"when\":{\"n\":{\"$gte\":50}}},"
            + "{\"name\":\"even\",\"on\":[\"UPDATE\"],\"when\":{\"even\":true}},"
            + "{\"name\":\"sum\",\"on\":[\"CREATE\"],\"scope\":\"payload\",\"sum\":\"price\"},"
            + "{\"name\":\"unique\",\"scope\":\"payload\",\"countUnique\":\"n\"}]";

    @TempDir
    private Path dir;

    /** {@code -Dseed=…} repeats a history. */
    @Test
    void whatever_noise_and_takeovers_there_are_the_totals_are_those_of_a_plain_recount() {
        long first = Long.getLong("seed", System.nanoTime());
        for (long seed = first; seed < first + HISTORIES; seed++) {
            System.out.println("seed=" + seed);
            History history = new History(seed);
            for (Database database : DATABASES) {
                for (String collection : COLLECTIONS) {
                    assertThat(read(history.stores, database, collection))
                            .as("seed=%d %s/%s", seed, database, collection)
                            .isEqualTo(history.recount.totals(database, collection));
                }
            }
            assertThat(read(countedOnceMore(history)))
                    .as("seed=%d counted once more", seed)
                    .isEqualTo(read(history.stores));
        }
    }

    /** A partition of a database's log, and the owner that it belongs to. */
    private record Log(Database database, int partition, ChainWriter owner, List<byte[]> values) {
        private Log(Database database, int partition) {
            this(database, partition, new ChainWriter(), new ArrayList<>());
        }
    }

    /** Another installation that gets the same logs, one after the other and without a pause. */
    private Map<Database, TotalsStore> countedOnceMore(History history) {
        Map<Database, TotalsStore> stores = stores();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            try (TopologyDriver counters = counters(partition)) {
                for (Log log : history.logs) {
                    if (log.partition() == partition) {
                        log.values().forEach(value -> counters.append(log.database(), value));
                    }
                }
                counters.waitForAnnouncements();
                land(counters, partition, stores);
            }
        }
        return stores;
    }

    private TopologyDriver counters(int partition) {
        return new TopologyDriver(new CountersSettings(
                new Topics("chronos"),
                CounterRule.parseAll(Json.parse(RULES.getBytes(StandardCharsets.UTF_8)), "rules"),
                (database, collection) -> new CollectionMap(List.of("even"), List.of()),
                RETENTION,
                dir.resolve("" + partition),
                1,
                CountersSettings.COMMIT_INTERVAL_DEFAULT,
                "unused:9092",
                Map.of()));
    }

    /** What is announced lands in a store; a driver takes its partition for 0. */
    private static void land(TopologyDriver counters, int partition, Map<Database, TotalsStore> stores) {
        stores.forEach((database, store) -> {
            List<Part> parts = new ArrayList<>();
            counters.announced(database)
                    .forEach(record -> record.value.ifPresent(part -> parts.add(new Part(
                            part.collection(), partition, part.period(), part.next(), part.counts(), part.oldest()))));
            store.store(parts);
        });
    }

    private static Map<Database, TotalsStore> stores() {
        Map<Database, TotalsStore> stores = new HashMap<>();
        DATABASES.forEach(database -> stores.put(database, new InMemoryTotalsStore()));
        return stores;
    }

    private static List<String> read(Map<Database, TotalsStore> stores) {
        return DATABASES.stream()
                .flatMap(database -> COLLECTIONS.stream().flatMap(c -> read(stores, database, c).stream()))
                .toList();
    }

    private static List<String> read(Map<Database, TotalsStore> stores, Database database, String collection) {
        TotalsStore store = Objects.requireNonNull(stores.get(database));
        List<String> lines = new ArrayList<>();
        lines.add("all " + store.read(collection));
        for (Window window : Window.values()) {
            store.read(collection, window, TotalsStore.FIRST_DAY, TotalsStore.LAST_DAY)
                    .forEach(totals -> lines.add(window + " " + totals.start() + " " + totals.totals()));
        }
        return lines;
    }

    /** Random logs, what is counted of them, and a plain recount of what their owners meant to write. */
    private final class History {
        private final Random random;
        private final List<Log> logs = new ArrayList<>();
        private final PlainRecount recount = new PlainRecount(RETENTION);
        private final Map<Database, TotalsStore> stores = stores();
        private final List<TopologyDriver> counters = new ArrayList<>();

        private History(long seed) {
            random = new Random(seed);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                counters.add(counters(partition));
                for (Database database : DATABASES) {
                    logs.add(new Log(database, partition));
                }
            }
            for (int i = 0; i < RECORDS; i++) {
                step(oneOf(logs));
            }
            listen();
            counters.forEach(TopologyDriver::close);
        }

        private void step(Log log) {
            int dice = random.nextInt(100);
            if (dice < 60) {
                own(log);
            } else if (dice < 75 && !log.values().isEmpty()) {
                append(log, oneOf(log.values()));
            } else if (dice < 85) {
                zombie(log);
            } else if (dice < 92) {
                byte[] noise = new byte[random.nextInt(40)];
                random.nextBytes(noise);
                append(log, noise);
            } else if (dice < 98) {
                listen();
            } else {
                counters.set(log.partition(), counters.get(log.partition()).takeover(log.database()));
            }
        }

        /** The owner writes one more event, which counts. */
        private void own(Log log) {
            String collection = oneOf(COLLECTIONS);
            Op op = oneOf(List.of(Op.values()));
            int n = random.nextInt(100);
            if (random.nextInt(4) == 0) {
                log.owner().passes(Duration.ofHours(random.nextInt(72)));
            }
            recount.add(
                    log.database(),
                    log.partition(),
                    collection,
                    op,
                    n,
                    log.owner().now());
            append(log, event(log.owner(), collection, op, n));
        }

        /** Some go on from where the owner is, lose their first append and write behind the hole; others come late. */
        private void zombie(Log log) {
            ChainWriter zombie = log.owner().fork();
            byte[] lost = event(zombie, "c", Op.CREATE, 1_000);
            if (random.nextBoolean()) {
                own(log);
                append(log, lost);
            }
            append(log, event(zombie, "d", Op.UPDATE, 1_000));
        }

        private byte[] event(ChainWriter writer, String collection, Op op, int n) {
            String document = "{\"n\":" + n + ",\"even\":" + (n % 2 == 0) + ",\"price\":" + n + ".25}";
            return writer.version(collection, "i", op, op == Op.DELETE ? Optional.empty() : Optional.of(document));
        }

        private void append(Log log, byte[] value) {
            log.values().add(value);
            counters.get(log.partition()).append(log.database(), value);
        }

        private void listen() {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                counters.get(partition).waitForAnnouncements();
                land(counters.get(partition), partition, stores);
            }
        }

        private <T> T oneOf(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }
    }
}
