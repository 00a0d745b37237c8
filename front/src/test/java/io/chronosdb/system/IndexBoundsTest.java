package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.Consistency;
import io.chronosdb.HistoryEntry;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.PayloadUnavailable;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.mongo.RebuildResult;
import io.chronosdb.node.Rebuilder;
import io.chronosdb.node.Stores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What {@code retention.ver} and {@code devShadow} do, seen from outside. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class IndexBoundsTest {
    private static final Database DATABASE = Route.runtime("tenant-a");

    @Test
    void the_index_keeps_some_versions_and_every_version_stays_readable() throws Exception {
        try (TestSystem system = TestSystem.create(
                config -> config.putObject("retention").putObject("ver").put("maxPerItem", 3))) {
            system.node();
            ItemCollection items = system.client().with(DATABASE.collection("bounded"));
            List<Receipt> receipts = new ArrayList<>(List.of(items.create(Map.of("n", 0), Write.PLAIN.withId("i"))));
            items.create(Map.of("n", 0), Write.PLAIN.withId("other"));
            for (int i = 1; i < 12; i++) {
                receipts.add(
                        i == 5
                                ? items.delete("i", ExpectedOv.ANY)
                                : i == 6
                                        ? items.create(Map.of("n", 6), Write.PLAIN.withId("j" + i))
                                        : items.update(i > 5 ? "other" : "i", Map.of("n", i), ExpectedOv.ANY));
            }

            eventually(() ->
                    items.history("i").size() == 3 && items.history("other").size() == 3);

            assertThat(items.history("i"))
                    .extracting(HistoryEntry::ov)
                    .containsExactly(new Ov(5), new Ov(4), new Ov(3));
            eventually(() -> List.of(0, 1, 2, 3, 4, 5).stream().allMatch(ov -> isArchived(items, new Ov(ov))));
            for (int i = 0; i < 5; i++) {
                assertThat(n(items.getVersion("i", new Ov(i)).orElseThrow())).isEqualTo(i);
                assertThat(n(items.getAsOf("i", receipts.get(i).at()).orElseThrow()))
                        .isEqualTo(i);
            }
            assertThat(items.getVersion("i", new Ov(6))).isEmpty();
            assertThat(items.getAsOf("i", receipts.get(0).at().minusNanos(1_000)))
                    .isEmpty();
            assertThat(items.diff("i", new Ov(0), new Ov(1))).hasSize(1);
            assertThatThrownBy(() -> items.listByMeta(
                            items.query().asOf(receipts.get(1).at()).query()))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("keptFrom=cv:");
            assertThat(items.listByMeta(
                                    items.query().asOf(receipts.get(11).cv()).query())
                            .items())
                    .extracting(io.chronosdb.Item::id)
                    .containsExactly("j6", "other");

            try (Rebuilder rebuilder = new Rebuilder(system.config())) {
                RebuildResult rebuilt =
                        rebuilder.rebuild(DATABASE, Optional.empty(), IfDifferent.KEEP_OLD, (done, total) -> {});
                assertThat(rebuilt.compared()).isTrue();
                assertThat(rebuilt.difference()).isEmpty();
            }
            assertThat(items.history("i")).hasSize(3);
        }
    }

    /** The index may have forgotten a version before the archiver has stored it. */
    private static boolean isArchived(ItemCollection items, Ov ov) {
        try {
            return items.getVersion("i", ov).isPresent();
        } catch (PayloadUnavailable notYet) {
            return false;
        }
    }

    @Test
    void a_document_in_the_index_is_read_without_archive_and_log_and_a_damaged_or_large_one_is_not_used()
            throws Exception {
        try (TestSystem system = TestSystem.create(
                config -> config.putObject("devShadow").put("ttlHours", 1).put("maxBytesPerDoc", 100))) {
            system.node();
            ItemCollection items = system.client().with(DATABASE.collection("shadowed"));
            items.create(Map.of("n", 1), Write.PLAIN.withId("small"));
            items.create(Map.of("n", 1), Write.PLAIN.withId("damaged"));
            items.create(Map.of("n", 2, "text", "x".repeat(200)), Write.PLAIN.withId("large"));
            items.update("small", Map.of("n", 3), ExpectedOv.ANY, "ann", "why");
            assertThat(n(items.getLatest("large").orElseThrow())).isEqualTo(2);

            try (Stores stores = new Stores(system.config());
                    Chronos alone = Chronos.open(withoutArchiveAndLog(system))) {
                var heads = stores.mongo(DATABASE)
                        .getDatabase(system.config().database(DATABASE).dbName())
                        .getCollection("shadowed_head");
                assertThat(heads.find(new Document("shadow", new Document("$exists", true)))
                                .map(head -> head.getString("_id")))
                        .containsExactlyInAnyOrder("small", "damaged");
                ItemCollection there = alone.with(items.route());
                Read read = Read.PLAIN.with(Consistency.EVENTUAL);

                assertThat(n(there.getLatest("small", read).orElseThrow())).isEqualTo(3);
                assertThat(there.getLatest("small", read).orElseThrow().system())
                        .isEqualTo(items.getVersion("small", new Ov(1))
                                .orElseThrow()
                                .system());
                for (var query : List.of(
                        there.query(),
                        there.query().sort("{\"n\": 1}"),
                        there.query().asOf(Instant.now()))) {
                    assertThat(there.listByMeta(query.filter("{\"n\": 3}").query(), read)
                                    .items())
                            .singleElement()
                            .isEqualTo(there.getLatest("small", read).orElseThrow());
                }
                Document other = heads.find(new Document("_id", "small")).first();
                heads.updateOne(
                        new Document("_id", "damaged"),
                        new Document("$set", new Document("shadow", other.get("shadow"))));
            }
            assertThat(n(items.getLatest("damaged").orElseThrow())).isEqualTo(1);
        }
    }

    /** A client that reaches the index and nothing else. */
    private static Path withoutArchiveAndLog(TestSystem system) throws Exception {
        ObjectNode config = Json.parseObject(Files.readAllBytes(system.configFile()));
        config.withObjectProperty("kafka").put("bootstrapServers", "127.0.0.1:1");
        config.withObjectProperty("spacesConnections").withObjectProperty("s3").put("endpoint", "http://127.0.0.1:1");
        return Files.write(system.dir().resolve("alone.json"), Json.bytes(config));
    }

    private static long n(io.chronosdb.Item item) {
        return item.data().orElseThrow().path("n").longValue();
    }
}
