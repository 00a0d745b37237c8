package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Route;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import io.chronosdb.port.ArchiveLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What the keys of {@code writeOptimization} do, seen in the stores. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WriteOptimizationTest {
    private static final Route ROUTE = Route.runtime("tenant-a").collection("tuned");
    private static final int ITEMS = 30;

    @Test
    void batches_of_one_write_the_progress_for_each_event_and_large_ones_once_for_many() throws Exception {
        // The first event of a partition is its settings.
        assertThat(progressWrites(tuning -> tuning.put("batchSize", 1))).isEqualTo(ITEMS + 1);
        assertThat(progressWrites(tuning -> tuning.put("batchSize", 10))).isBetween(4, 6);
        assertThat(progressWrites(tuning -> tuning.put("batchSize", 1_000))).isBetween(1, 3);
    }

    @Test
    void events_that_come_while_others_are_gathered_are_one_batch() throws Exception {
        assertThat(progressWritesOfSlowWriter(0)).isGreaterThanOrEqualTo(10);
        assertThat(progressWritesOfSlowWriter(5_000)).isLessThanOrEqualTo(3);
    }

    @Test
    void compressed_payloads_are_gzip_in_the_store_and_read_as_ever_also_once_it_is_switched_off() throws Exception {
        try (TestSystem system = TestSystem.create(config -> {
            config.putObject("localStorage").put("basePath", "archive");
            config.putObject("writeOptimization").put("compressionEnabled", true);
        })) {
            Node compressing = Node.start(system.config(), Role.byDefault());
            ItemCollection items = system.client().with(ROUTE);
            items.create(Map.of("text", "a".repeat(10_000)), Write.PLAIN.withId("before"));
            Path before = file(system, "before");
            eventually(() -> Files.exists(before));
            compressing.close();

            assertThat(Files.readAllBytes(before)).startsWith(0x1f, 0x8b);
            assertThat(Files.size(before)).isLessThan(1_000);
            String plain = Files.readString(system.configFile())
                    .replace("\"compressionEnabled\":true", "\"compressionEnabled\":false");
            Files.writeString(system.configFile(), plain);
            system.node();
            ItemCollection now = system.client().with(ROUTE);
            now.create(Map.of("text", "plain"), Write.PLAIN.withId("after"));
            eventually(() -> Files.exists(file(system, "after")));

            assertThat(Files.readString(file(system, "after"))).startsWith("{\"_system\":");
            for (String id : new String[] {"before", "after"}) {
                assertThat(now.getLatest(id)).isPresent();
            }
            try (Stores stores = new Stores(system.config())) {
                assertThat(stores.archive(ROUTE.database())
                                .get(stores.location(ROUTE.database())
                                        .item(ROUTE.item("before"), io.chronosdb.event.Ov.FIRST))
                                .join()
                                .orElseThrow())
                        .asString(java.nio.charset.StandardCharsets.UTF_8)
                        .contains("a".repeat(10_000));
            }
        }
    }

    private static Path file(TestSystem system, String id) {
        ChronosConfig config = system.config();
        ArchiveLocation location = config.archive(config.database(ROUTE.database()));
        return config.localStorage()
                .orElseThrow()
                .resolve(location.item(ROUTE.item(id), io.chronosdb.event.Ov.FIRST)
                        .toString());
    }

    /** Everything is in the log before the projector starts. */
    private static int progressWrites(Consumer<ObjectNode> tuning) throws Exception {
        try (TestSystem system = TestSystem.create(config -> tuning.accept(config.putObject("writeOptimization")));
                Progresses progresses = new Progresses(system.config())) {
            system.node(Role.COMMANDS);
            ItemCollection items = system.client().with(ROUTE);
            for (int i = 0; i < ITEMS; i++) {
                items.create(Map.of("n", i), Write.PLAIN.withId("i" + i));
            }
            system.node(Role.PROJECTOR);
            assertThat(items.getLatest("i" + (ITEMS - 1))).isPresent();
            return progresses.count();
        }
    }

    /** One event after the other is projected, or not until later, while the projector runs. */
    private static int progressWritesOfSlowWriter(int debounceMs) throws Exception {
        try (TestSystem system = TestSystem.create(
                        config -> config.putObject("writeOptimization").put("debounceMs", debounceMs));
                Progresses progresses = new Progresses(system.config())) {
            system.node(Role.COMMANDS, Role.PROJECTOR);
            ItemCollection items = system.client().with(ROUTE);
            items.create(Map.of("n", 0), Write.PLAIN.withId("first"));
            assertThat(items.getLatest("first")).isPresent();
            ItemCollection unseen = system.client().with(ROUTE);
            for (int i = 0; i < 10; i++) {
                (debounceMs == 0 ? items : unseen).create(Map.of("n", i), Write.PLAIN.withId("i" + i));
                if (debounceMs == 0) {
                    assertThat(items.getLatest("i" + i)).isPresent();
                }
            }
            assertThat(unseen.getLatest("i9")).isPresent();
            return progresses.count();
        }
    }

    /** Counts how often the progress of a database is written. */
    private static final class Progresses implements AutoCloseable {
        private final Stores stores;
        private final MongoChangeStreamCursor<ChangeStreamDocument<Document>> changes;

        Progresses(ChronosConfig config) {
            stores = new Stores(config);
            MongoCollection<Document> progress = stores.mongo(ROUTE.database())
                    .getDatabase(config.database(ROUTE.database()).dbName())
                    .getCollection("chronos_progress");
            progress.insertOne(new Document("_id", "begin"));
            changes = progress.watch().cursor();
            progress.insertOne(new Document("_id", "from-here"));
        }

        /** Of the partition that has the collection; the others have only their settings. */
        int count() {
            Map<String, Integer> counts = new HashMap<>();
            for (ChangeStreamDocument<Document> change = changes.tryNext();
                    change != null;
                    change = changes.tryNext()) {
                BsonDocument key = change.getDocumentKey();
                if (key != null && key.getString("_id").getValue().startsWith("projector/")) {
                    counts.merge(key.getString("_id").getValue(), 1, Integer::sum);
                }
            }
            return Collections.max(counts.values());
        }

        @Override
        public void close() {
            changes.close();
            stores.close();
        }
    }
}
