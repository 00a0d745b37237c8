package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.HistoryEntry;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.error.ChronosException.AlreadyExists;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.node.Rebuilder;
import io.chronosdb.node.Stores;
import io.chronosdb.port.ObjectKey;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** {@code versioning} and {@code logicalDelete} switched off, at each place of the configuration, seen from outside. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KeepingTest {
    private static TestSystem system;
    private static Chronos chronos;
    private static Stores stores;

    @BeforeAll
    static void start() {
        system = TestSystem.create(config -> {
            ObjectNode maps = config.putObject("collectionMaps");
            off(maps.putObject("latest"), "versioning");
            off(maps.putObject("erasable"), "logicalDelete");
            maps.withObject("erasable")
                    .putObject("base64Props")
                    .putObject("photo")
                    .put("contentType", "image/png");
            maps.putObject("audited").putObject("logicalDelete").put("enabled", true);
            off(config.withObject("databases").withObject("logs"), "versioning");
            off(config.withObject("databases").withObject("knowledge"), "logicalDelete");
        });
        system.node();
        chronos = system.client();
        stores = new Stores(system.config());
    }

    private static void off(ObjectNode place, String key) {
        place.putObject(key).put("enabled", false);
    }

    @AfterAll
    static void stop() throws Exception {
        stores.close();
        system.close();
    }

    @Test
    void without_versioning_an_item_has_its_latest_version_only() {
        keepsTheLatestOnly(chronos.with(Route.runtime("tenant-a").collection("latest")));
    }

    @Test
    void versioning_can_be_off_for_a_type_of_database() {
        keepsTheLatestOnly(chronos.with(Route.logs().collection("lines")));
    }

    private static void keepsTheLatestOnly(ItemCollection items) {
        Receipt v0 = items.create(Map.of("n", 0));
        Receipt v1 = items.update(v0.id(), Map.of("n", 1), v0.ov());
        Receipt v2 = items.enrich(v0.id(), Map.of("m", 2), v1.ov(), Write.PLAIN);

        assertThat(v2.ov()).isEqualTo(new Ov(2));
        assertThat(items.getLatest(v0.id()).orElseThrow().data().orElseThrow().toString())
                .isEqualTo("{\"n\":1,\"m\":2}");
        assertThat(items.history(v0.id())).extracting(HistoryEntry::ov).containsExactly(new Ov(2));
        assertThat(items.getVersion(v0.id(), new Ov(2))).isPresent();
        assertThat(items.getAsOf(v0.id(), v2.at())).isPresent();
        archived(items, v2);
        for (Receipt gone : java.util.List.of(v0, v1)) {
            assertThat(items.getVersion(v0.id(), gone.ov())).isEmpty();
            assertThat(items.getAsOf(v0.id(), gone.at())).isEmpty();
            eventually(() -> object(items, gone).isEmpty());
        }
        assertThatThrownBy(() -> items.restoreObject(v0.id(), RestorePoint.ov(0)))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> items.restoreCollection(RestorePoint.cv(0), RestoreOptions.PLAIN, Write.PLAIN))
                .isInstanceOf(Invalid.class);
        Receipt deleted = items.delete(v0.id(), v2.ov());
        assertThat(items.getLatest(v0.id(), Read.PLAIN.includingDeleted())
                        .orElseThrow()
                        .ov())
                .isEqualTo(deleted.ov());
        assertThat(items.getVersion(v0.id(), v2.ov())).isEmpty();
    }

    @Test
    void without_logical_delete_a_deletion_removes_an_item_for_good() {
        ItemCollection items = chronos.with(Route.runtime("tenant-a").collection("erasable"));
        removesForGood(items);

        Receipt photo = items.create(Map.of("photo", "iVBORw0KGgo="), Write.PLAIN.withId("with-photo"));
        Receipt later = items.enrich(photo.id(), Map.of("n", 1), Write.PLAIN);
        ObjectKey blob = stores.location(items.route().database()).blob(key(items, photo.id()), new Ov(0), "photo");
        eventually(() -> archive(items, blob).isPresent());
        items.delete(photo.id(), later.ov());
        eventually(() -> archive(items, blob).isEmpty());
    }

    @Test
    void logical_delete_can_be_off_for_a_type_of_database_and_on_again_for_a_collection() {
        removesForGood(chronos.with(Route.generic(DatabaseType.KNOWLEDGE).collection("facts")));

        ItemCollection audited =
                chronos.with(Route.generic(DatabaseType.KNOWLEDGE).collection("audited"));
        Receipt v0 = audited.create(Map.of("n", 0));
        audited.delete(v0.id(), v0.ov());
        assertThat(audited.getVersion(v0.id(), v0.ov())).isPresent();
        assertThat(audited.restoreObject(v0.id(), RestorePoint.ov(0)).op()).isEqualTo(Op.RESTORE);
    }

    private static void removesForGood(ItemCollection items) {
        Receipt other = items.create(Map.of("n", 7));
        Receipt v0 = items.create(Map.of("n", 0), Write.PLAIN.withId("gone"));
        Receipt v1 = items.update(v0.id(), Map.of("n", 1), v0.ov());
        archived(items, v0);
        archived(items, v1);

        Receipt deleted = items.delete(v0.id(), v1.ov());

        assertThat(deleted.op()).isEqualTo(Op.DELETE);
        assertThat(items.getLatest(v0.id(), Read.PLAIN.includingDeleted())).isEmpty();
        assertThat(items.history(v0.id())).isEmpty();
        for (Receipt gone : java.util.List.of(v0, v1, deleted)) {
            assertThat(items.getVersion(v0.id(), gone.ov())).isEmpty();
            assertThat(items.getAsOf(v0.id(), gone.at(), Read.PLAIN.includingDeleted()))
                    .isEmpty();
            eventually(() -> object(items, gone).isEmpty());
        }
        assertThat(items.listByMeta(items.query().includeDeleted().query()).items())
                .extracting(Item::id)
                .contains(other.id())
                .doesNotContain(v0.id());
        assertThatThrownBy(() -> items.restoreObject(v0.id(), RestorePoint.ov(0)))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> items.restoreObject(v0.id(), RestorePoint.at(v1.at())))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> items.create(Map.of(), Write.PLAIN.withId("gone")))
                .isInstanceOf(AlreadyExists.class);
        items.restoreCollection(new RestorePoint.AtCv(v1.cv()), RestoreOptions.PLAIN, Write.PLAIN);
        assertThat(items.getLatest(v0.id(), Read.PLAIN.includingDeleted())).isEmpty();
        assertThat(items.getLatest(other.id())).isPresent();
        assertThat(items.update(other.id(), Map.of("n", 8), ExpectedOv.ANY).ov())
                .isEqualTo(new Ov(1));
    }

    @Test
    void a_rebuild_brings_nothing_back() {
        ItemCollection items = chronos.with(Route.runtime("tenant-b").collection("erasable"));
        ItemCollection latest = chronos.with(Route.runtime("tenant-b").collection("latest"));
        Receipt gone = items.create(Map.of("n", 0));
        items.delete(gone.id(), gone.ov());
        Receipt v0 = latest.create(Map.of("n", 0));
        Receipt v1 = latest.update(v0.id(), Map.of("n", 1), v0.ov());
        assertThat(items.history(gone.id())).isEmpty();
        assertThat(latest.history(v0.id())).hasSize(1);

        try (Rebuilder rebuilder = new Rebuilder(ChronosConfig.read(system.configFile()))) {
            assertThat(rebuilder
                            .rebuild(Route.runtime("tenant-b"), Optional.empty(), IfDifferent.KEEP_OLD, (d, t) -> {})
                            .switched())
                    .isTrue();
        }

        assertThat(items.history(gone.id())).isEmpty();
        assertThat(items.getVersion(gone.id(), gone.ov())).isEmpty();
        assertThat(latest.history(v0.id())).extracting(HistoryEntry::ov).containsExactly(v1.ov());
    }

    private static void archived(ItemCollection items, Receipt receipt) {
        eventually(() -> object(items, receipt).isPresent());
    }

    private static Optional<byte[]> object(ItemCollection items, Receipt receipt) {
        return archive(items, stores.location(items.route().database()).item(key(items, receipt.id()), receipt.ov()));
    }

    private static ItemKey key(ItemCollection items, String id) {
        return items.route().item(id);
    }

    private static Optional<byte[]> archive(ItemCollection items, ObjectKey key) {
        return stores.archive(items.route().database()).get(key).join();
    }
}
