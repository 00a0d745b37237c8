package io.chronosdb.system;

import static com.mongodb.client.model.Filters.eq;
import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Updates;
import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Selection;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.mongo.MongoVerified;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.verify.VerifyOptions;
import io.chronosdb.verify.VerifyReport;
import io.chronosdb.verify.VerifyReport.Difference;
import io.chronosdb.verify.VerifyReport.Store;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The copies of a database are held to its log, damaged behind its back, and mended. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class VerifyTest {
    private static final String PREFIX = "v" + UUID.randomUUID().toString().substring(0, 8);
    private static final VerifyOptions REPAIR = new VerifyOptions(Selection.ALL, true, 100);

    private static TestSystem system;
    private static Chronos chronos;
    private static ChronosConfig config;
    private static Stores stores;
    private static int tenants;

    /** Every test has a tenant of its own. */
    private final Database tenant =
            Route.runtime("verified" + ++tenants).collection("any").database();

    private final Archive archive = stores.archive(tenant);
    private final ArchiveLocation location = stores.location(tenant);
    private final MongoDatabase index =
            stores.mongo(tenant).getDatabase(config.database(tenant).dbName());
    private int versions;

    @BeforeAll
    static void start() {
        system = TestSystem.create(config -> {
            ObjectNode maps = config.putObject("collectionMaps");
            maps.putObject("users").putArray("indexedProps").add("email").add("n");
            maps.putObject("files")
                    .putObject("base64Props")
                    .putObject("content")
                    .put("contentType", "text/plain")
                    .put("preferredText", true);
            config.putObject("counterRules")
                    .putArray("rules")
                    .addObject()
                    .put("name", "fives")
                    .putObject("when")
                    .put("n", 5);
            config.withObjectProperty("databases")
                    .withObjectProperty("runtime")
                    .putObject("dynamicTenants")
                    .put("pattern", "verified\\d+")
                    .put("dbConnRef", "mongo")
                    .put("spaceConnRef", "s3")
                    .put("bucket", PREFIX)
                    .put("dbName", PREFIX + "_{tenantId}")
                    .put("analyticsDbName", PREFIX + "_an");
        });
        system.node();
        chronos = system.client();
        config = system.config();
        stores = new Stores(config);
    }

    @AfterAll
    static void stop() throws Exception {
        stores.close();
        system.close();
    }

    @BeforeEach
    void write() {
        ItemCollection users = chronos.with(Route.runtime(tenant.name()).collection("users"));
        for (int i = 0; i < 20; i++) {
            users.create(Map.of("email", i + "@x.io", "n", i), Write.PLAIN.withId("u" + i));
        }
        users.update("u1", Map.of("n", 5), new Ov(0));
        users.enrich("u2", Map.of("tags", List.of("a")), Write.PLAIN);
        Receipt cut = users.update("u3", Map.of("n", 7), ExpectedOv.ANY);
        users.delete("u4", new Ov(0));
        users.transact(
                List.of(Operation.update("u5", Map.of("n", 50), new Ov(0)), Operation.create("u99", Map.of("n", 1))),
                Write.PLAIN);
        users.restoreCollection(new RestorePoint.AtCv(cut.cv()), RestoreOptions.PLAIN, Write.PLAIN);
        chronos.with(Route.runtime(tenant.name()).collection("files"))
                .create(Map.of("content", "aGVsbG8="), Write.PLAIN.withId("f"));
        versions = 20 + 3 + 1 + 2 + 3 + 1; // The restoration brings back u4 and u5, and deletes u99.
    }

    @Test
    void copies_that_are_as_the_log_has_them_agree() {
        VerifyReport report = verify(VerifyOptions.PLAIN);

        assertThat(report.differences()).isEmpty();
        assertThat(report.agrees()).isTrue();
        assertThat(report.versions()).isEqualTo(versions);
        assertThat(report.objects()).isEqualTo(versions + 2); // The bytes of a file, and its text.
        assertThat(report.totals()).isPositive();
    }

    @Test
    void every_damage_is_found_and_named_and_mended_from_the_log() throws Exception {
        assertThat(verify(VerifyOptions.PLAIN).agrees()).isTrue();
        List<String> before = contents();
        damage();

        VerifyReport found = verify(new VerifyOptions(Selection.ALL, false, 100));

        assertThat(found.agrees()).isFalse();
        assertThat(found.differences())
                .extracting(Difference::store, Difference::object, Difference::field, Difference::problem)
                .containsExactlyInAnyOrder(
                        tuple(Store.INDEX, "u7@0", "", "the index does not have it"),
                        tuple(Store.INDEX, "u8@0", "meta.n", "the field differs from the log"),
                        tuple(Store.INDEX, "u9@17", "", "the log does not have it"),
                        tuple(Store.INDEX, "u9", "actor", "the field differs from the log"),
                        tuple(Store.INDEX, "u10", "", "the index does not have it"),
                        tuple(Store.INDEX, "users", "cv", "the field differs from the log"),
                        tuple(Store.ARCHIVE, key("u11", 0).key(), "", "the archive does not have it"),
                        tuple(Store.ARCHIVE, key("u12", 0).key(), "", "its bytes differ from the log"),
                        tuple(Store.ARCHIVE, key("u13", 33).key(), "", "the log does not have it"),
                        tuple(
                                Store.ARCHIVE,
                                location.text(new ItemKey("files", "f"), Ov.FIRST, "content")
                                        .key(),
                                "",
                                "its bytes differ from the log"),
                        tuple(
                                Store.TOTALS,
                                "all time, partition " + partition("users"),
                                "",
                                "not what is counted again"));
        assertThat(found.found()).isEqualTo(11);
        assertThat(found.repaired()).isZero();

        VerifyReport mended = verify(REPAIR);

        assertThat(mended.repaired()).isEqualTo(11);
        assertThat(verify(VerifyOptions.PLAIN).differences()).isEmpty();
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void a_single_item_is_verified_and_mended_and_no_other_one_is_touched() throws Exception {
        assertThat(verify(VerifyOptions.PLAIN).agrees()).isTrue();
        damage();
        await(archive.put(key("u9", 0), "{}".getBytes(StandardCharsets.UTF_8)));
        await(archive.put(key("u9", 5), "{}".getBytes(StandardCharsets.UTF_8)));
        Selection item = new Selection(Optional.of("users"), Optional.of("u9"));

        VerifyReport mended = verify(new VerifyOptions(item, true, 100));

        assertThat(mended.differences())
                .extracting(Difference::store, Difference::object, Difference::problem)
                .containsExactlyInAnyOrder(
                        tuple(Store.INDEX, "u9@17", "the log does not have it"),
                        tuple(Store.INDEX, "u9", "the field differs from the log"),
                        tuple(Store.ARCHIVE, key("u9", 0).key(), "its bytes differ from the log"),
                        tuple(Store.ARCHIVE, key("u9", 5).key(), "the log does not have it"));
        assertThat(mended.repaired()).isEqualTo(4);
        assertThat(mended.objects()).isEqualTo(1);
        assertThat(verify(new VerifyOptions(item, false, 100)).agrees()).isTrue();
        assertThat(verify(VerifyOptions.PLAIN).found()).isEqualTo(11 - 2);
    }

    private void damage() throws Exception {
        versionsOf("users").deleteOne(eq("_id", new Document("id", "u7").append("ov", 0L)));
        versionsOf("users")
                .updateOne(eq("_id", new Document("id", "u8").append("ov", 0L)), Updates.set("meta.n", 1_000));
        Document copy = versionsOf("users")
                .find(eq("_id", new Document("id", "u9").append("ov", 0L)))
                .first();
        versionsOf("users").insertOne(copy.append("_id", new Document("id", "u9").append("ov", 17L)));
        index.getCollection("users_head").updateOne(eq("_id", "u9"), Updates.set("actor", "mallory"));
        index.getCollection("users_head").deleteOne(eq("_id", "u10"));
        index.getCollection("users_counter").updateOne(eq("_id", "users"), Updates.set("cv", 2L));
        await(archive.delete(key("u11", 0)));
        await(archive.put(key("u12", 0), "{}".getBytes(StandardCharsets.UTF_8)));
        await(archive.put(key("u13", 33), "{}".getBytes(StandardCharsets.UTF_8)));
        await(archive.put(
                location.text(new ItemKey("files", "f"), Ov.FIRST, "content"), "bye".getBytes(StandardCharsets.UTF_8)));
        totals().updateOne(eq("_id", tenant + "/users/" + partition("users")), Updates.set("updated", 1_000L));
    }

    @Test
    void what_index_and_archive_both_have_and_the_log_does_not_is_never_taken_away() throws Exception {
        assertThat(verify(VerifyOptions.PLAIN).agrees()).isTrue();
        Document copy = versionsOf("users")
                .find(eq("_id", new Document("id", "u9").append("ov", 0L)))
                .first();
        versionsOf("users").insertOne(copy.append("_id", new Document("id", "u9").append("ov", 1L)));
        byte[] body = get(key("u9", 0));
        await(archive.put(
                key("u9", 1),
                new String(body, StandardCharsets.UTF_8)
                        .replace("\"ov\":0", "\"ov\":1")
                        .getBytes(StandardCharsets.UTF_8)));

        VerifyReport report = verify(REPAIR);

        assertThat(report.agrees()).isFalse();
        assertThat(report.repaired()).isZero();
        assertThat(report.differences()).extracting(Difference::store).containsOnly(Store.LOG);
        assertThat(report.differences())
                .extracting(Difference::problem)
                .allMatch(text -> text.contains("rebuild the log"));
        assertThat(get(key("u9", 1))).isNotEmpty();
        assertThat(versionsOf("users").countDocuments(eq("_id", new Document("id", "u9").append("ov", 1L))))
                .isEqualTo(1);
    }

    @Test
    void copies_of_another_log_are_not_mended_by_this_one() throws Exception {
        assertThat(verify(VerifyOptions.PLAIN).agrees()).isTrue();
        List<String> before = contents();
        String id = "projector/" + partition("users");
        index.getCollection("chronos_progress").updateOne(eq("_id", id), Updates.set("hash", "ab".repeat(32)));

        VerifyReport report = verify(REPAIR);

        assertThat(report.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.store()).isEqualTo(Store.LOG);
            assertThat(difference.problem()).contains("another log");
        });
        assertThat(report.repaired()).isZero();
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void a_verifier_goes_as_far_as_all_copies_agree_and_on_when_they_do_again() throws Exception {
        assertThat(verify(VerifyOptions.PLAIN).agrees()).isTrue();
        byte[] good = get(key("u12", 0));
        await(archive.put(key("u12", 0), "{}".getBytes(StandardCharsets.UTF_8)));
        Document head = index.getCollection("users_head").find(eq("_id", "u12")).first();
        long damagedAt = head.get("position", Document.class).getLong("offset");
        DatabasePartition partition = new DatabasePartition(tenant, partition("users"));
        MongoVerified verified = new MongoVerified(stores::indexSettings, stores::mongo);
        try (Node verifier = Node.start(config, EnumSet.of(Role.VERIFIER))) {
            eventually(() -> verified.progress(partition).next() == damagedAt);
            assertThat(verifier.failure()).isNotDone();
            assertThat(verified.progress(partition).next()).isEqualTo(damagedAt);
        }

        await(archive.put(key("u12", 0), good));

        try (Node verifier = Node.start(config, EnumSet.of(Role.VERIFIER))) {
            assertThat(verifier.failure()).isNotDone();
            eventually(() -> verified.progress(partition).next() > damagedAt + 10);
        }
    }

    private VerifyReport verify(VerifyOptions options) {
        return system.verify(tenant, options);
    }

    /** Whatever index, archive and totals have, as text. */
    private List<String> contents() throws Exception {
        List<String> contents = new ArrayList<>();
        for (String collection : List.of("users_head", "users_ver", "users_counter", "files_head", "files_ver")) {
            index.getCollection(collection).find().map(Document::toJson).forEach(contents::add);
        }
        totals().find().map(Document::toJson).forEach(contents::add);
        List<ObjectKey> keys = new ArrayList<>();
        archive.list(location.bucket(), location.prefix(), keys::add);
        for (ObjectKey key : keys) {
            contents.add(key + " " + new String(get(key), StandardCharsets.UTF_8));
        }
        contents.sort(String::compareTo);
        return contents;
    }

    private int partition(String collection) {
        return index.getCollection(collection + "_head")
                .find()
                .first()
                .get("position", Document.class)
                .getInteger("partition");
    }

    private MongoCollection<Document> versionsOf(String collection) {
        return index.getCollection(collection + "_ver");
    }

    private MongoCollection<Document> totals() {
        return stores.mongo(tenant)
                .getDatabase(config.database(tenant).analyticsDbName())
                .getCollection("cnt_total");
    }

    private ObjectKey key(String id, long ov) {
        return location.item(new ItemKey("users", id), new Ov(ov));
    }

    private byte[] get(ObjectKey key) throws Exception {
        return archive.get(key).get(30, TimeUnit.SECONDS).orElseThrow();
    }

    private static <T> T await(CompletableFuture<T> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }
}
