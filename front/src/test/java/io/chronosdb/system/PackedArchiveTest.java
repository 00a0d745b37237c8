package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Page;
import io.chronosdb.Read;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Selection;
import io.chronosdb.address.Topics;
import io.chronosdb.archive.TamperedPack;
import io.chronosdb.archive.Unpacking;
import io.chronosdb.archive.Window;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.event.Ov;
import io.chronosdb.mongo.MongoVerified;
import io.chronosdb.node.LogRebuilder;
import io.chronosdb.node.Node;
import io.chronosdb.node.Pace;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import io.chronosdb.port.Archive;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.verify.VerifyOptions;
import io.chronosdb.verify.VerifyReport;
import io.chronosdb.verify.VerifyReport.Difference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Collections whose versions are packed, seen from outside. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PackedArchiveTest {
    private static final Route USERS = Route.runtime("tenant-a").collection("users");
    private static final Route PLAIN = Route.runtime("tenant-a").collection("plain");
    private static final Database DATABASE = USERS.database();
    private static final VerifyOptions REPAIR = new VerifyOptions(Selection.ALL, true, 100);

    /** More than are in one pack. */
    private static final int ITEMS = 1_200;

    private final TestSystem system = TestSystem.create(config -> {
        ObjectNode maps = config.putObject("collectionMaps");
        maps.putObject("users").putObject("archive").put("layout", "packed");
        maps.withObject("users").putObject("base64Props").putObject("photo").put("contentType", "image/png");
    });

    @AfterEach
    void close() throws Exception {
        system.close();
    }

    @Test
    void packed_versions_are_read_in_every_way_also_when_the_log_has_dropped_them() throws Exception {
        assertThat(system.node().failure()).isNotDone();
        Chronos chronos = system.client();
        Stores stores = system.stores();
        writeAndVerify(chronos);
        List<String> before = everything(chronos);

        dropLog();

        assertThat(everything(chronos)).isEqualTo(before);
        assertThat(objects(stores, "users/")).allMatch(key -> key.contains("users/photo/"));
        assertThat(objects(stores, "plain/")).hasSize(3);
        assertThat(packs(stores)).isNotEmpty().hasSizeLessThan(6);
        ItemCollection users = chronos.with(USERS);
        for (Ov ov : List.of(new Ov(0), new Ov(1))) {
            Item item = users.getVersion("u1", ov, Read.PLAIN.presigned(Duration.ofMinutes(5)))
                    .orElseThrow();
            ItemDocument fetched = ItemDocument.decode(fetch(item.url().orElseThrow()));
            assertThat(fetched.system()).isEqualTo(item.system());
        }
        assertThat(users.restoreObject("u2", RestorePoint.ov(0)).ov()).isEqualTo(new Ov(3));
        assertThat(users.enrich("u3", Map.of("more", true), Write.PLAIN).ov()).isEqualTo(new Ov(1));
        assertThat(users.getLatest("u3")
                        .orElseThrow()
                        .data()
                        .orElseThrow()
                        .path("n")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void verify_accepts_objects_beside_packs_and_mends_what_is_damaged_in_either() throws Exception {
        assertThat(system.node().failure()).isNotDone();
        Chronos chronos = system.client();
        Stores stores = system.stores();
        writeAndVerify(chronos);
        List<String> before = everything(chronos);
        Archive archive = stores.archive(DATABASE);
        URI unused = chronos.with(USERS)
                .getLatest("u9", Read.PLAIN.presigned())
                .orElseThrow()
                .url()
                .orElseThrow();
        assertThat(verify(VerifyOptions.PLAIN).differences()).isEmpty();
        ObjectKey extra = stores.location(DATABASE).item(USERS.item("u9"), Ov.FIRST);
        archive.put(extra, new byte[10]).join();
        List<ObjectKey> packs = packs(stores);
        ObjectKey damaged = packs.stream()
                .filter(key -> key.key().endsWith("/1024.pack"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = archive.get(damaged).join().orElseThrow();
        Arrays.fill(bytes, 0, 100, (byte) 0);
        replace(archive, damaged, bytes);

        VerifyReport found = verify(VerifyOptions.PLAIN);
        VerifyReport repaired = verify(REPAIR);

        assertThat(found.found())
                .as("of its first block, and the pack and the object")
                .isGreaterThan(100);
        assertThat(found.differences())
                .anyMatch(difference -> difference.object().equals(damaged.key()));
        assertThat(repaired.repaired()).isEqualTo(repaired.found()).isGreaterThan(1_000);
        assertThat(verify(VerifyOptions.PLAIN).differences()).isEmpty();

        for (ObjectKey pack : packs(stores)) {
            assertThat(archive.delete(pack).join()).isTrue();
        }
        assertThat(verify(REPAIR).found()).isPositive();
        assertThat(verify(VerifyOptions.PLAIN).differences()).isEmpty();
        dropLog();
        assertThat(everything(chronos)).isEqualTo(before);
    }

    @Test
    void verify_finds_versions_in_packs_that_the_log_does_not_have_or_has_otherwise_and_takes_them_out() {
        assertThat(system.node().failure()).isNotDone();
        Chronos chronos = system.client();
        Stores stores = system.stores();
        writeAndVerify(chronos);
        Archive archive = stores.archive(DATABASE);
        ObjectKey pack = packs(stores).stream()
                .filter(key -> key.key().endsWith("/0/1024.pack"))
                .findFirst()
                .orElseThrow();
        ItemKey first = TamperedPack.first(archive.get(pack).join().orElseThrow());
        byte[] tampered = TamperedPack.of(
                TamperedPack.of(archive.get(pack).join().orElseThrow(), USERS.item("stranger"), Ov.FIRST, new byte[9]),
                first,
                Ov.FIRST,
                new byte[8]);
        replace(archive, pack, tampered);

        VerifyReport found = verify(VerifyOptions.PLAIN);
        VerifyReport repaired = verify(REPAIR);

        assertThat(found.differences())
                .extracting(Difference::object)
                .containsExactlyInAnyOrder(
                        stores.location(DATABASE).item(first, Ov.FIRST).key(),
                        stores.location(DATABASE)
                                .item(USERS.item("stranger"), Ov.FIRST)
                                .key());
        assertThat(repaired.repaired()).isEqualTo(2);
        assertThat(packs(stores)).contains(pack);
        assertThat(verify(VerifyOptions.PLAIN).differences()).isEmpty();
    }

    @Test
    void a_lost_log_is_made_again_from_packs_and_packing_goes_on() throws Exception {
        List<String> before;
        try (Node node = Node.start(system.config(), Role.byDefault());
                Chronos chronos = Chronos.open(system.configFile())) {
            assertThat(node.failure()).isNotDone();
            writeAndVerify(chronos);
            before = everything(chronos);
        }
        system.loseLog(DATABASE);

        try (LogRebuilder rebuilder = new LogRebuilder(system.config())) {
            LogRebuilder.Result result = rebuilder.rebuild(
                    DATABASE, new LogRebuilder.Options(false, false, Pace.unlimited()), (what, done, total) -> {});
            assertThat(result.versions()).isEqualTo(before.size());
            assertThat(result.missing()).isZero();
        }

        try (Node node = Node.start(system.config(), Role.byDefault());
                Chronos chronos = Chronos.open(system.configFile());
                Stores stores = new Stores(system.config())) {
            assertThat(node.failure()).isNotDone();
            assertThat(packs(stores)).isEmpty();
            assertThat(everything(chronos)).isEqualTo(before);
            chronos.with(USERS).create(Map.of("n", "new"), Write.PLAIN.withId("new"));
            eventually(() -> !packs(stores).isEmpty());
            assertThat(verify(VerifyOptions.PLAIN).differences()).isEmpty();
        }
    }

    @Test
    void what_is_unpacked_has_the_bytes_that_it_would_have_had_and_can_be_repeated() {
        assertThat(system.node(Role.values()).failure()).isNotDone();
        Chronos chronos = system.client();
        Stores stores = system.stores();
        writeAndVerify(chronos);
        List<String> before = everything(chronos);
        Unpacking unpacking =
                new Unpacking(stores.archive(DATABASE), stores.location(DATABASE), DATABASE, Window.DEFAULT);

        Unpacking.Result first = unpacking.run(Selection.ALL, (done, packs) -> {});
        Unpacking.Result again = unpacking.run(Selection.ALL, (done, packs) -> {});

        assertThat(first.versions()).isEqualTo(ITEMS + 6L);
        assertThat(again).isEqualTo(first);
        eventually(() -> verifiedUpTo(stores) >= ITEMS);
        unpacking.removePacks();
        assertThat(verify(VerifyOptions.PLAIN).differences()).isEmpty();
        assertThat(everything(chronos)).isEqualTo(before);
    }

    /** All copies have it then. */
    private void writeAndVerify(Chronos chronos) {
        write(chronos);
        assertThat(verify(VerifyOptions.PLAIN).differences()).isEmpty();
    }

    /** ITEMS users, six more versions of them, one with bytes, and three of a collection that is not packed. */
    private static void write(Chronos chronos) {
        ItemCollection users = chronos.with(USERS);
        int named = 50;
        assertThat(users.createMany(
                        IntStream.range(named, ITEMS)
                                .mapToObj(n -> Map.of("n", n))
                                .toList(),
                        Write.PLAIN))
                .allMatch(result -> result.receipt().isPresent());
        for (int n = 0; n < named; n++) {
            users.create(Map.of("n", n), Write.by("ann", "why").withId("u" + n));
        }
        users.update("u1", Map.of("n", 100), new Ov(0));
        users.update("u2", Map.of("n", 200), new Ov(0));
        users.update("u2", Map.of("n", 201), new Ov(1));
        users.delete("u4", new Ov(0));
        users.transact(
                List.of(
                        Operation.update("u5", Map.of("n", 50), new Ov(0)),
                        Operation.update("u6", Map.of(), new Ov(0))),
                Write.PLAIN);
        users.create(Map.of("photo", "iVBORw0KGgo="), Write.PLAIN.withId("photo"));
        ItemCollection plain = chronos.with(PLAIN);
        plain.createMany(List.of(Map.of("n", 1), Map.of("n", 2), Map.of("n", 3)), Write.PLAIN);
    }

    /** Every version of every item as it is read, and as of its time. */
    private static List<String> everything(Chronos chronos) {
        List<String> all = new ArrayList<>();
        for (Route route : List.of(USERS, PLAIN)) {
            ItemCollection items = chronos.with(route);
            var cursor = items.query().limit(1_000).includeDeleted().query();
            Page<Item> page = items.listByMeta(cursor);
            while (true) {
                for (Item head : page.items()) {
                    if (head.ov().value() == 0 && !head.id().startsWith("u")) {
                        all.add(route.collection() + "/" + head.id() + " " + head.system() + " " + head.data());
                        continue;
                    }
                    items.history(head.id()).forEach(entry -> {
                        Item version = items.getVersion(head.id(), entry.ov()).orElseThrow();
                        Item then = items.getAsOf(head.id(), entry.at(), Read.PLAIN.includingDeleted())
                                .orElseThrow();
                        assertThat(then.system()).isEqualTo(version.system());
                        all.add(route.collection() + "/" + head.id() + " " + version.system() + " " + version.data());
                    });
                }
                if (page.next().isEmpty()) {
                    break;
                }
                page = items.listByMeta(items.query()
                        .limit(1_000)
                        .includeDeleted()
                        .after(page.next().get())
                        .query());
            }
        }
        return all;
    }

    private VerifyReport verify(VerifyOptions options) {
        return system.verify(DATABASE, options);
    }

    /** Kafka has dropped all events but the last of each partition. */
    private void dropLog() throws Exception {
        String events = new Topics(system.config().kafka().topicPrefix()).events(DATABASE);
        try (Admin admin = system.admin()) {
            for (int number = 0; number < 2; number++) {
                TopicPartition partition = new TopicPartition(events, number);
                long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)
                        .get(30, TimeUnit.SECONDS)
                        .offset();
                admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(Math.max(0, end - 1))))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
        }
    }

    /** What the verifier in the background has found equal, an event at a time. */
    private static long verifiedUpTo(Stores stores) {
        MongoVerified verified = new MongoVerified(stores::indexSettings, stores::mongo);
        return IntStream.range(0, 2)
                .mapToLong(number -> verified.progress(new DatabasePartition(DATABASE, number))
                        .next())
                .sum();
    }

    private static List<String> objects(Stores stores, String below) {
        List<String> keys = new ArrayList<>();
        String prefix = stores.location(DATABASE).prefix();
        stores.archive(DATABASE)
                .list(
                        stores.location(DATABASE).bucket(),
                        prefix + below,
                        key -> keys.add(key.key().substring(prefix.length())));
        return keys;
    }

    private static List<ObjectKey> packs(Stores stores) {
        List<ObjectKey> packs = new ArrayList<>();
        stores.archive(DATABASE)
                .list(
                        stores.location(DATABASE).bucket(),
                        stores.location(DATABASE).packs(DATABASE),
                        packs::add);
        return packs;
    }

    private static void replace(Archive archive, ObjectKey key, byte[] body) {
        assertThat(archive.delete(key).join()).isTrue();
        assertThat(archive.putIfAbsent(key, body, Archive.PACK).join()).isTrue();
    }

    private static byte[] fetch(URI url) throws Exception {
        HttpResponse<byte[]> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }
}
