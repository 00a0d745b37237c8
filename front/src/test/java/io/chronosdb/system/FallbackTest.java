package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import io.chronosdb.Chronos;
import io.chronosdb.Consistency;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.archive.ArchiveParking;
import io.chronosdb.archive.ArchiveReader;
import io.chronosdb.archive.Archiver;
import io.chronosdb.archive.Window;
import io.chronosdb.command.Receipt;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotYetVisible;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Version;
import io.chronosdb.health.HealthServer;
import io.chronosdb.health.Monitor;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.log.ProjectionLoop;
import io.chronosdb.mongo.MongoParking;
import io.chronosdb.mongo.MongoProjector;
import io.chronosdb.node.DeadLetters;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import io.chronosdb.port.Archive;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.Parking;
import io.chronosdb.port.PartitionStatus;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import io.chronosdb.testkit.archive.ForwardingArchive;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bson.Document;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** An event that the index does not take, on real Kafka and MongoDB. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FallbackTest {
    private static final Route ROUTE = Route.runtime("tenant-a").collection("fallback");
    private static final Database DATABASE = ROUTE.database();

    @Test
    void a_poisonous_item_is_parked_with_its_later_versions_and_all_others_go_on() throws Exception {
        try (TestSystem system = system(true)) {
            ItemCollection items = write(system);
            try (Projecting projecting = new Projecting(system.config())) {
                // While the event is tried again, it is shown.
                eventually(() -> isTryingPoison(projecting));
                projecting.mayGoOn();
                eventually(() -> dead(projecting).countDocuments() == 3);

                assertThat(items.getLatest("good-1").orElseThrow().ov().value()).isEqualTo(1);
                assertThat(items.getLatest("good-2").orElseThrow().ov().value()).isZero();
                assertThatThrownBy(() -> items.getLatest("poisonous"))
                        .as("who wrote it is not told that there is nothing")
                        .isInstanceOf(NotYetVisible.class)
                        .hasMessageContaining("fallback/poisonous visible=none wanted=2");
                assertThatThrownBy(() -> items.history("poisonous")).isInstanceOf(NotYetVisible.class);
                assertThat(items.getLatest("poisonous", Read.PLAIN.with(Consistency.EVENTUAL)))
                        .isEmpty();
                List<Document> parked = dead(projecting)
                        .find()
                        .sort(new Document("position.offset", 1))
                        .into(new ArrayList<>());
                assertThat(parked)
                        .extracting(document -> document.getInteger("attempts"))
                        .containsExactly(3, 0, 0);
                assertThat(parked.get(0).getString("cause")).isEqualTo("IllegalStateException: it tastes bitter");
                assertThat(parked.get(0).getList("items", String.class)).containsExactly("fallback/poisonous");
                assertThat(parked.get(0).getString("at")).startsWith("20");
                assertThat(parked.get(1).getString("cause")).contains("waits behind");
                eventually(() -> retried(projecting).first() == null);
                assertThat(projecting.loop.stopped()).isEmpty();
                assertThat(projecting.loop.status().partitions())
                        .extracting(PartitionStatus::parked)
                        .as("items that wait, by partition")
                        .containsOnlyOnce(1);
            }

            // The next process finds nothing bitter and does not know why the item waits: it waits.
            system.node(Role.PROJECTOR);
            items.update("poisonous", Map.of("n", 9), ExpectedOv.ANY);
            items.update("good-2", Map.of("n", 9), ExpectedOv.ANY);
            assertThat(items.getLatest("good-2").orElseThrow().ov().value()).isEqualTo(1);
            assertThatThrownBy(() -> items.getLatest("poisonous")).isInstanceOf(NotYetVisible.class);

            // Until someone has it tried again.
            try (DeadLetters letters = new DeadLetters(system.config(), DATABASE)) {
                List<DeadLetters.Letter> all = new ArrayList<>();
                letters.forEach(all::add);
                assertThat(all).hasSize(4);
                DeadLetters.Letter first = all.get(0);
                assertThat(letters.event(first.event().orElseThrow())
                                .orElseThrow()
                                .fact()
                                .versions())
                        .extracting(Version::item)
                        .containsExactly(ROUTE.item("poisonous"));
                assertThatThrownBy(() -> letters.retry(all.get(1).id(), Duration.ofSeconds(30)))
                        .isInstanceOf(Invalid.class)
                        .hasMessageContaining("retry or drop that one");

                assertThat(letters.retry(first.id(), Duration.ofSeconds(30))).isTrue();

                eventually(() -> {
                    all.clear();
                    letters.forEach(all::add);
                    return all.isEmpty();
                });
            }
            assertThat(items.history("poisonous"))
                    .extracting(entry -> entry.ov().value())
                    .containsExactly(3L, 2L, 1L, 0L);
            items.update("poisonous", Map.of("n", 10), new Ov(3));
            assertThat(items.getLatest("poisonous").orElseThrow().ov().value()).isEqualTo(4);
        }
    }

    @Test
    void the_archiver_parks_by_the_same_rule_beside_its_progress() throws Exception {
        try (TestSystem system = system(true)) {
            write(system);
            boolean[] bitter = {true};
            ChronosConfig config = system.config();
            try (Stores stores = new Stores(config);
                    KafkaLog log = new KafkaLog(config.kafka());
                    ProjectionLoop loop = new ProjectionLoop(
                            log,
                            new Archiver(
                                    database -> bitter[0]
                                            ? new Refusing(stores.archive(database), "poisonous")
                                            : stores.archive(database),
                                    stores::location,
                                    Window.DEFAULT),
                            new ArchiveParking(stores::archive, stores::location, Duration.ofSeconds(60)),
                            config.databases()::containsKey,
                            config.loopLimits(Duration.ofMillis(10)))) {
                loop.start();
                ArchiveReader reader =
                        new ArchiveReader(stores.archive(DATABASE), stores.location(DATABASE), Duration.ofSeconds(60));

                eventually(() -> reader.read(ROUTE.item("good-2"), Ov.FIRST).isPresent());
                assertThat(reader.read(ROUTE.item("good-1"), new Ov(1))).isPresent();
                assertThat(reader.read(ROUTE.item("poisonous"), Ov.FIRST)).isEmpty();
                ArchiveParking parking = new ArchiveParking(stores::archive, stores::location, Duration.ofSeconds(60));
                assertThat(parked(config, parking)).containsExactly(ROUTE.item("poisonous"));
                assertThat(loop.stopped()).isEmpty();

                try (DeadLetters letters = new DeadLetters(config, DATABASE)) {
                    List<DeadLetters.Letter> all = new ArrayList<>();
                    letters.forEach(all::add);
                    assertThat(all).hasSize(3);
                    assertThat(letters.retry(all.get(0).id(), Duration.ofSeconds(30)))
                            .as("it is as bitter as before")
                            .isFalse();
                    assertThat(letters.get(all.get(0).id())
                                    .event()
                                    .orElseThrow()
                                    .attempts())
                            .isEqualTo(4);
                    bitter[0] = false;

                    letters.drop(all.get(0).id(), Duration.ofSeconds(30));

                    eventually(() ->
                            reader.read(ROUTE.item("poisonous"), new Ov(2)).isPresent());
                    assertThat(reader.read(ROUTE.item("poisonous"), new Ov(1))).isPresent();
                    assertThat(reader.read(ROUTE.item("poisonous"), Ov.FIRST))
                            .as("it was dropped")
                            .isEmpty();
                    eventually(() -> parked(config, parking).isEmpty());
                }
            }
        }
    }

    private static Set<ItemKey> parked(ChronosConfig config, Parking parking) {
        Set<ItemKey> items = new HashSet<>();
        for (int partition = 0; partition < config.kafka().partitions(); partition++) {
            items.addAll(
                    parking.parked(new DatabasePartition(DATABASE, partition)).keySet());
        }
        return items;
    }

    @Test
    void without_the_fallback_the_partition_stops_there_and_no_other_does() throws Exception {
        try (TestSystem system = system(false)) {
            ItemCollection items = write(system);
            ItemCollection others =
                    system.client().with(Route.runtime("tenant-b").collection("fallback"));
            Receipt other = others.create(Map.of("n", 1));
            try (Projecting projecting = new Projecting(system.config())) {
                projecting.mayGoOn();
                eventually(() -> !projecting.loop.stopped().isEmpty());

                assertThat(projecting.loop.stopped().keySet())
                        .extracting(DatabasePartition::database)
                        .containsExactly(DATABASE);
                assertThat(projecting.loop.stopped().values().iterator().next())
                        .contains("fallback/poisonous", "IllegalStateException");
                assertToldOverHttp(projecting);
                assertThat(others.getLatest(other.id())).isPresent();
                assertThat(items.getLatest("good-1", Read.PLAIN.with(Consistency.EVENTUAL)))
                        .as("what came before it is there")
                        .isPresent();
                assertThat(items.getLatest("good-2", Read.PLAIN.with(Consistency.EVENTUAL)))
                        .as("what came behind it is not")
                        .isEmpty();
                assertThat(dead(projecting).countDocuments()).isZero();
            }
        }
    }

    private static void assertToldOverHttp(Projecting projecting) throws Exception {
        try (Monitor monitor = new Monitor(
                        List.of(projecting.loop), projecting.log, Duration.ofSeconds(30), InstantSource.system());
                HealthServer server = new HealthServer(new InetSocketAddress("127.0.0.1", 0), monitor, () -> "")) {
            monitor.start();
            URI ready = URI.create("http://127.0.0.1:" + server.address().getPort() + "/health/ready");
            HttpRequest request = HttpRequest.newBuilder(ready).build();
            HttpClient http = HttpClient.newHttpClient();
            eventually(() -> http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .contains("stopped at an event"));

            HttpResponse<String> told = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(told.statusCode()).isEqualTo(503);
            assertThat(told.body())
                    .contains("\"role\":\"projector\",\"at\":\"runtime.tenant-a/", "cause=IllegalStateException")
                    .doesNotContain("poisonous", "bitter");
        }
    }

    private static TestSystem system(boolean enabled) {
        return TestSystem.create(config -> config.putObject("fallback")
                .put("enabled", enabled)
                .put("maxRetries", 2)
                .put("retryDelayMs", 20)
                .put("maxDelayMs", 40)
                .put("deadLetterCollection", "letters"));
    }

    /** Everything is decided before anything is projected. */
    private static ItemCollection write(TestSystem system) {
        system.node(Role.COMMANDS);
        Chronos chronos = system.client();
        ItemCollection items = chronos.with(ROUTE);
        items.create(Map.of("n", 0), Write.PLAIN.withId("good-1"));
        items.create(Map.of("n", 0), Write.PLAIN.withId("poisonous"));
        items.update("poisonous", Map.of("n", 1), ExpectedOv.ANY);
        items.update("good-1", Map.of("n", 1), ExpectedOv.ANY);
        items.create(Map.of("n", 0), Write.PLAIN.withId("good-2"));
        items.update("poisonous", Map.of("n", 2), ExpectedOv.ANY);
        return items;
    }

    private static MongoCollection<Document> dead(Projecting projecting) {
        return projecting.collection("letters");
    }

    private static boolean isTryingPoison(Projecting projecting) {
        Document tried = retried(projecting).first();
        return tried != null && tried.getList("items", String.class).equals(List.of("fallback/poisonous"));
    }

    private static FindIterable<Document> retried(Projecting projecting) {
        return projecting.collection("chronos_fallback_ops").find(Filters.exists("items"));
    }

    /** The projector of a node, with a projection that does not take one item; it holds the second try of it back. */
    private static final class Projecting implements AutoCloseable {
        private final Stores stores;
        private final KafkaLog log;
        private final ProjectionLoop loop;
        private final ChronosConfig config;
        private final CountDownLatch goOn = new CountDownLatch(1);

        Projecting(ChronosConfig config) {
            this.config = config;
            this.stores = new Stores(config);
            this.log = new KafkaLog(config.kafka());
            Projection picky = new Picky(new MongoProjector(stores::indexSettings, stores::mongo), this::requireEdible);
            this.loop = new ProjectionLoop(
                    log,
                    picky,
                    new MongoParking(stores::indexSettings, stores::mongo, config.deadLetterCollection()),
                    config.databases()::containsKey,
                    config.loopLimits(Duration.ofMillis(10)));
            loop.start();
        }

        void mayGoOn() {
            goOn.countDown();
        }

        private void requireEdible(List<LoggedEvent> events) {
            for (LoggedEvent event : events) {
                if (event.event().fact() instanceof Version version
                        && version.item().id().equals("poisonous")) {
                    if (events.size() == 1 && isTryingPoison(this)) {
                        await();
                    }
                    throw new IllegalStateException("it tastes bitter");
                }
            }
        }

        private void await() {
            try {
                if (!goOn.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("the test forgot it");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        MongoCollection<Document> collection(String name) {
            return stores.mongo(DATABASE)
                    .getDatabase(config.database(DATABASE).dbName())
                    .getCollection(name);
        }

        @Override
        public void close() {
            goOn.countDown();
            loop.close();
            log.close();
            stores.close();
        }
    }

    /** An archive that does not take one item. */
    private static final class Refusing extends ForwardingArchive {
        private final String item;

        Refusing(Archive archive, String item) {
            super(archive);
            this.item = item;
        }

        @Override
        public CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType) {
            return key.key().contains("/" + item + "/")
                    ? CompletableFuture.failedFuture(new Invalid("too bitter to keep"))
                    : super.putIfAbsent(key, body, contentType);
        }
    }

    private record Picky(Projection projection, Consumer<List<LoggedEvent>> taste) implements Projection {
        @Override
        public String name() {
            return projection.name();
        }

        @Override
        public Progress progress(DatabasePartition partition) {
            return projection.progress(partition);
        }

        @Override
        public Progress project(
                DatabasePartition partition, List<LoggedEvent> events, Progress before, Progress after) {
            taste.accept(events);
            return projection.project(partition, events, before, after);
        }
    }
}
