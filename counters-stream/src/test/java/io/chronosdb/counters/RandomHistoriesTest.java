package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.event.Op;
import io.chronosdb.port.Totals;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RandomHistoriesTest {
    private static final int HISTORIES = 12;
    private static final int RECORDS = 300;
    private static final List<Database> DATABASES = List.of(Route.runtime("a"), Route.runtime("b"));
    private static final List<String> COLLECTIONS = List.of("c", "d", "e");
    private static final String RULES = "[{\"name\":\"big\",\"scope\":\"payload\",\"when\":{\"n\":{\"$gte\":50}}},"
            + "{\"name\":\"hidden\",\"when\":{\"n\":{\"$gte\":50}}},"
            + "{\"name\":\"even\",\"on\":[\"UPDATE\"],\"when\":{\"even\":true}}]";

    @TempDir
    private Path dir;

    /** {@code -Dseed=…} repeats a history. */
    @Test
    void whatever_noise_and_takeovers_there_are_the_totals_are_those_of_a_plain_recount() {
        long first = Long.getLong("seed", System.nanoTime());
        for (long seed = first; seed < first + HISTORIES; seed++) {
            System.out.println("seed=" + seed);
            History history = new History(seed);
            assertThat(history.announced).as("seed=%d", seed).isEqualTo(history.recount);
        }
    }

    /** The log of a database, and the owner that it belongs to. */
    private record Log(Database database, ChainWriter owner, List<byte[]> values) {
        private Log(Database database) {
            this(database, new ChainWriter(), new ArrayList<>());
        }
    }

    /** Random logs, what is counted of them, and a plain recount of what their owners meant to write. */
    private final class History {
        private final Random random;
        private final List<Log> logs = DATABASES.stream().map(Log::new).toList();
        private final Map<String, Totals> recount = new HashMap<>();
        private final Map<String, Totals> announced = new HashMap<>();
        private TopologyDriver counters;

        private History(long seed) {
            random = new Random(seed);
            counters = new TopologyDriver(CountersSettings.of(
                    new Topics("chronos"),
                    CounterRule.parseAll(Json.parse(RULES.getBytes(StandardCharsets.UTF_8)), "rules"),
                    (database, collection) -> new CollectionMap(List.of("even"), List.of()),
                    dir,
                    "unused:9092"));
            for (int i = 0; i < RECORDS; i++) {
                step(oneOf(logs));
            }
            listen();
            counters.close();
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
            } else if (dice < 99) {
                listen();
            } else {
                counters = counters.takeover(log.database());
            }
        }

        /** The owner writes one more event, which counts. */
        private void own(Log log) {
            String collection = oneOf(COLLECTIONS);
            Op op = oneOf(List.of(Op.values()));
            int n = random.nextInt(100);
            append(log, event(log.owner(), collection, op, n));
            recount.merge(
                    log.database() + "/" + collection,
                    new Totals(
                            op == Op.CREATE ? 1 : 0,
                            op == Op.UPDATE ? 1 : 0,
                            op == Op.DELETE ? 1 : 0,
                            Map.of(
                                    "big", op != Op.DELETE && n >= 50 ? 1L : 0L,
                                    "hidden", 0L,
                                    "even", op == Op.UPDATE && n % 2 == 0 ? 1L : 0L)),
                    Totals::plus);
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
            String document = "{\"n\":" + n + ",\"even\":" + (n % 2 == 0) + "}";
            return writer.version(collection, "i", op, op == Op.DELETE ? Optional.empty() : Optional.of(document));
        }

        private void append(Log log, byte[] value) {
            log.values().add(value);
            counters.append(log.database(), value);
        }

        private void listen() {
            counters.waitForAnnouncements();
            for (Database database : DATABASES) {
                counters.announced(database)
                        .forEach(record ->
                                announced.put(database + "/" + record.value.collection(), record.value.totals()));
            }
        }

        private <T> T oneOf(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }
    }
}
