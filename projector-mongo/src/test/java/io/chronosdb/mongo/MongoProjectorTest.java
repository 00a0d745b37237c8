package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocument;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.document.AsOf;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Filter;
import io.chronosdb.document.Json;
import io.chronosdb.document.Query;
import io.chronosdb.event.Cv;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Provenance;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.index.EventChain;
import io.chronosdb.testkit.index.EventGenerator;
import io.chronosdb.testkit.index.Interference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MongoProjectorTest {
    private static final DatabasePartition PARTITION = new DatabasePartition(Route.runtime("acme"), 0);
    private static final ItemKey ITEM = new ItemKey("users", "a");

    private final EventChain chain = new EventChain(PARTITION);
    private IndexSettings settings = TestMongo.fresh();

    @AfterEach
    void drop() {
        TestMongo.database(settings).drop();
    }

    @Test
    void documents_are_as_documented() {
        settings = TestMongo.fresh(
                collection -> new CollectionMap(List.of("n", "tags[]", "address.city"), List.of()), false);
        Provenance provenance =
                new Provenance(Optional.of("ada"), Optional.of("typo"), Optional.of("c-1"), Map.of("h", "not indexed"));
        chain.write(
                ITEM,
                Op.CREATE,
                Optional.of(
                        "{\"n\":1.50,\"tags\":[\"x\"],\"address\":{\"city\":\"Bern\",\"zip\":3000},\"other\":true}"),
                provenance);
        chain.delete(ITEM);

        TestMongo.projector(settings).project(PARTITION, chain.events(), Progress.START, chain.end());

        assertThat(TestMongo.documents(settings, "users_ver"))
                .containsExactly(BsonDocument.parse("""
                                {_id: {id: "a", ov: NumberLong(0)}, cv: NumberLong(0), op: "create",
                                 at: "2026-01-01T00:00:00.000001Z", createdAt: "2026-01-01T00:00:00.000001Z",
                                 deleted: false, actor: "ada", reason: "typo", commandId: "c-1",
                                 payload: {bucket: "bucket", key: "acme/users/a/v0/item.json", size: NumberLong(73), sha256:
                                  "203bd5dbf7e5fc2f4cdd063afcac4199d5b13e1d569e3ff3776a9c815fefca65"},
                                 position: {partition: 0, offset: NumberLong(0)},
                                 meta: {n: NumberDecimal("1.5"), tags: ["x"], address: {city: "Bern"}},
                                 unordered: ["tags"], until: "2026-01-01T00:00:00.000002Z", untilCv: NumberLong(64)}
                                """), BsonDocument.parse("""
                                {_id: {id: "a", ov: NumberLong(1)}, cv: NumberLong(64), op: "delete",
                                 at: "2026-01-01T00:00:00.000002Z", createdAt: "2026-01-01T00:00:00.000001Z",
                                 deleted: true, deletedAt: "2026-01-01T00:00:00.000002Z",
                                 position: {partition: 0, offset: NumberLong(1)}, meta: {}}
                                """));
        assertThat(TestMongo.documents(settings, "users_head")).containsExactly(BsonDocument.parse("""
                                {_id: "a", ov: NumberLong(1), cv: NumberLong(64), op: "delete",
                                 at: "2026-01-01T00:00:00.000002Z", createdAt: "2026-01-01T00:00:00.000001Z",
                                 updatedAt: "2026-01-01T00:00:00.000002Z", deleted: true,
                                 deletedAt: "2026-01-01T00:00:00.000002Z",
                                 position: {partition: 0, offset: NumberLong(1)}, meta: {}}
                                """));
        assertThat(TestMongo.documents(settings, "users_counter"))
                .containsExactly(BsonDocument.parse("{_id: \"users\", cv: NumberLong(64)}"));
        assertThat(TestMongo.first(settings, "chronos_progress"))
                .containsEntry("_id", new BsonString("projector/0"))
                .containsEntry("next", new BsonInt64(2))
                .containsEntry("seq", new BsonInt64(2))
                .containsEntry("hash", new BsonString(chain.end().chain().last().toString()));
    }

    @Test
    void where_events_are_missing_since_they_are_parked_every_step_still_ends_on_the_chain() {
        settings = TestMongo.fresh(collection -> CollectionMap.EVERYTHING, true);
        List<Progress> behind = new ArrayList<>(List.of(Progress.START));
        for (int i = 0; i < 2 * BatchTransaction.EVENTS_MAX; i++) {
            behind.add(EventChain.behind(behind.get(i), chain.create(new ItemKey("users", "i" + i), "{}")));
        }
        List<LoggedEvent> events = new ArrayList<>(chain.events());
        events.remove(10); // The first step then ends with one event more.
        MongoCollection<Document> progress = TestMongo.database(settings).getCollection("chronos_progress");
        try (var changes =
                progress.watch().fullDocument(FullDocument.UPDATE_LOOKUP).cursor()) {
            Progress end = TestMongo.projector(settings).project(PARTITION, events, Progress.START, chain.end());

            assertThat(end).isEqualTo(chain.end());
            Document first = Objects.requireNonNull(changes.next().getFullDocument());
            Progress expected = behind.get(BatchTransaction.EVENTS_MAX + 1);
            assertThat(first)
                    .containsEntry("next", expected.next())
                    .containsEntry("seq", expected.chain().next())
                    .containsEntry("hash", expected.chain().last().toString());
        }
        assertThat(TestMongo.projector(settings).progress(PARTITION)).isEqualTo(chain.end());
        assertThat(TestMongo.documents(settings, "users_head")).hasSize(events.size());
    }

    @Test
    void the_documents_are_the_same_whatever_is_split_repeated_or_late_with_and_without_transactions() {
        new EventGenerator(new Random(5), chain, items()).append(150);
        IndexSettings inOne = TestMongo.fresh();
        IndexSettings inTransactions = TestMongo.fresh(collection -> CollectionMap.EVERYTHING, true);

        TestMongo.projector(inOne).project(PARTITION, chain.events(), Progress.START, chain.end());
        interfere(6, settings);
        int committed = transactionsCommitted();
        interfere(7, inTransactions);
        committed = transactionsCommitted() - committed;

        assertThat(TestMongo.dump(settings)).isEqualTo(TestMongo.dump(inOne)).containsKey("users_counter");
        assertThat(TestMongo.dump(inTransactions)).isEqualTo(TestMongo.dump(inOne));
        assertThat(committed).isGreaterThan(150 / 12);
        TestMongo.database(inOne).drop();
        TestMongo.database(inTransactions).drop();
    }

    private void interfere(long seed, IndexSettings into) {
        Interference.project(
                new Random(seed),
                chain.events(),
                PARTITION,
                TestMongo.projector(into),
                () -> TestMongo.projector(into));
    }

    private static int transactionsCommitted() {
        return TestMongo.CLIENT
                .getDatabase("admin")
                .runCommand(new Document("serverStatus", 1))
                .get("transactions", Document.class)
                .getLong("totalCommitted")
                .intValue();
    }

    @Test
    void a_replay_over_what_is_there_mends_what_is_not_with_and_without_transactions() {
        for (boolean transactions : List.of(true, false)) {
            settings = TestMongo.fresh(collection -> CollectionMap.EVERYTHING, transactions);
            EventChain log = new EventChain(PARTITION);
            new EventGenerator(new Random(8), log, items()).append(100);
            MongoProjector projector = TestMongo.projector(settings);
            projector.project(PARTITION, log.events(), Progress.START, log.end());
            Map<String, List<BsonDocument>> whole = TestMongo.dump(settings);

            // As after a crash in the middle of a batch, or a restore of an old backup.
            Random random = new Random(9);
            for (String collection : List.of("users_ver", "users_head")) {
                TestMongo.database(settings)
                        .getCollection(collection)
                        .find()
                        .forEach(document -> damage(collection, document, random));
            }
            TestMongo.database(settings).getCollection("chronos_progress").drop();
            TestMongo.project(projector, PARTITION, log.events(), random);

            assertThat(TestMongo.dump(settings))
                    .as("transactions=%s", transactions)
                    .isEqualTo(whole);
            drop();
        }
    }

    private void damage(String collection, Document document, Random random) {
        var documents = TestMongo.database(settings).getCollection(collection);
        Document key = new Document("_id", document.get("_id"));
        switch (random.nextInt(3)) {
            case 0 -> documents.deleteOne(key);
            case 1 -> documents.updateOne(key, Updates.unset("until"));
            default -> {}
        }
    }

    @Test
    void a_head_never_moves_backwards_however_many_stale_writers_write_at_once() throws Exception {
        new EventGenerator(new Random(1), chain, items()).append(300);
        IndexSettings alone = TestMongo.fresh();
        TestMongo.projector(alone).project(PARTITION, chain.events(), Progress.START, chain.end());
        ExecutorService writers = Executors.newFixedThreadPool(4);

        replayAnyhow(writers, 0);
        TestMongo.project(TestMongo.projector(settings), PARTITION, chain.events(), new Random(4));
        replayAnyhow(writers, 4); // And nobody mends it afterwards.
        writers.shutdown();

        assertThat(TestMongo.dump(settings)).isEqualTo(TestMongo.dump(alone));
        TestMongo.database(alone).drop();
    }

    private void replayAnyhow(ExecutorService writers, int seed) throws Exception {
        List<Future<?>> done = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            Random random = new Random(seed + writer);
            done.add(writers.submit(() -> replayAnyhow(random)));
        }
        for (Future<?> writer : done) {
            writer.get();
        }
    }

    /** A process that was replaced again and again and never noticed: any part of the log, at any time. */
    private void replayAnyhow(Random random) {
        MongoProjector projector = TestMongo.projector(settings);
        List<LoggedEvent> events = chain.events();
        for (int i = 0; i < 60; i++) {
            int from = random.nextInt(events.size());
            int to = Math.min(events.size(), from + 1 + random.nextInt(20));
            Progress never = new Progress(1_000_000 + i, chain.end().chain());
            projector.project(PARTITION, events.subList(from, to), never, never);
        }
    }

    @Test
    void a_newer_head_is_not_lost_to_an_older_one_that_was_inserted_at_the_same_moment() throws Exception {
        chain.create(ITEM, "{}");
        chain.update(ITEM, "{}");
        chain.update(ITEM, "{}");
        List<LoggedEvent> events = chain.events();
        ExecutorService writers = Executors.newFixedThreadPool(2);

        for (int round = 0; round < 60; round++) {
            TestMongo.database(settings).getCollection("users_head").deleteMany(new Document());
            int from = round % 2; // With and without the item's first version.
            Future<?> older = writers.submit(() -> effects(events.subList(from, from + 1)));
            Future<?> newer = writers.submit(() -> effects(events.subList(2 * from, 3)));
            older.get();
            newer.get();
            assertThat(TestMongo.first(settings, "users_head"))
                    .as("round=%d", round)
                    .containsEntry("ov", new BsonInt64(2));
        }
        writers.shutdown();
    }

    private void effects(List<LoggedEvent> events) {
        BatchWriter writer =
                new BatchWriter(new IndexDatabase(TestMongo.CLIENT, settings.dbName()), BulkWrites::direct);
        CollectionBatch.fold(events, settings).forEach(writer::write);
    }

    @Test
    void a_list_as_of_a_moment_shows_an_item_once_also_while_a_batch_is_half_written() {
        chain.create(ITEM, "{}");
        chain.create(new ItemKey("users", "b"), "{}");
        chain.update(ITEM, "{}");
        MongoIndex index = new MongoIndex(PARTITION.database(), settings, TestMongo.CLIENT);
        effects(chain.events().subList(0, 2));
        BsonDocument before = TestMongo.first(settings, "users_head");

        effects(chain.events());
        // As between the end of the old version and the new head.
        TestMongo.database(settings)
                .getCollection("users_head", BsonDocument.class)
                .replaceOne(new Document("_id", "a"), before);

        for (long cv : List.of(64L, 128L, 1_000L)) {
            assertThat(index.list("users", Query.all().at(AsOf.cv(new Cv(cv)))).entries())
                    .as("cv=%d", cv)
                    .extracting(entry -> entry.item().id() + "@" + entry.ov())
                    .containsExactly("a@0", "b@0");
        }
        effects(chain.events());
        assertThat(index.list("users", Query.all().at(AsOf.cv(new Cv(128)))).entries())
                .extracting(entry -> entry.item().id() + "@" + entry.ov())
                .containsExactly("a@1", "b@0");
    }

    @Test
    void a_dropped_database_is_noticed_and_its_indexes_are_made_again() {
        chain.create(ITEM, "{}");
        Progress first = chain.end();
        MongoProjector projector = TestMongo.projector(settings);
        projector.project(PARTITION, chain.events(), Progress.START, first);
        Map<String, List<Document>> indexes = indexes();
        chain.update(ITEM, "{}");
        TestMongo.database(settings).drop();

        Progress stored = projector.project(PARTITION, chain.events().subList(1, 2), first, chain.end());
        projector.project(PARTITION, chain.events(), stored, chain.end());

        assertThat(stored).isEqualTo(Progress.START);
        assertThat(projector.progress(PARTITION)).isEqualTo(chain.end());
        assertThat(indexes()).isEqualTo(indexes);
        assertThat(TestMongo.documents(settings, "users_ver")).hasSize(2);
    }

    private Map<String, List<Document>> indexes() {
        return Map.of(
                "head",
                TestMongo.database(settings)
                        .getCollection("users_head")
                        .listIndexes()
                        .into(new ArrayList<>()),
                "ver",
                TestMongo.database(settings)
                        .getCollection("users_ver")
                        .listIndexes()
                        .into(new ArrayList<>()));
    }

    @Test
    void a_batch_of_thousands_is_written_whole_also_where_a_transaction_takes_hundreds() {
        for (int i = 0; i < 2_500; i++) {
            chain.create(new ItemKey("users", "u" + i % 2_400), "{\"n\":" + i + "}");
        }
        for (boolean transactions : List.of(false, true)) {
            settings = TestMongo.fresh(collection -> CollectionMap.EVERYTHING, transactions);

            Progress reached =
                    TestMongo.projector(settings).project(PARTITION, chain.events(), Progress.START, chain.end());

            assertThat(reached).isEqualTo(chain.end());
            assertThat(TestMongo.projector(settings).progress(PARTITION)).isEqualTo(chain.end());
            assertThat(TestMongo.documents(settings, "users_head")).hasSize(2_400);
            assertThat(TestMongo.documents(settings, "users_ver")).hasSize(2_500);
            drop();
        }
    }

    @Test
    void documents_and_maps_that_are_out_of_all_proportion_are_indexed_as_far_as_the_server_can() {
        List<String> paths = IntStream.range(0, 100).mapToObj(i -> "p" + i).toList();
        settings = TestMongo.fresh(
                collection ->
                        collection.equals("wide") ? new CollectionMap(paths, List.of()) : CollectionMap.EVERYTHING,
                false);
        String numbers = IntStream.range(0, 200_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        chain.create(new ItemKey("users", "list"), "{\"first\":1,\"list\":[" + numbers + "],\"behind\":1}");
        chain.create(new ItemKey("users", "text"), "{\"text\":\"" + "x".repeat(1_500_000) + "\"}");
        chain.create(new ItemKey("users", "deep"), "{\"a\":".repeat(99) + "1" + "}".repeat(99));
        chain.create(new ItemKey("wide", "w"), "{\"p99\":[1,2],\"p3\":{\"a\":1}}");

        TestMongo.projector(settings).project(PARTITION, chain.events(), Progress.START, chain.end());

        MongoIndex index = new MongoIndex(PARTITION.database(), settings, TestMongo.CLIENT);
        assertThat(found(index, "users", "{\"first\":1}")).containsExactly("list");
        assertThat(found(index, "users", "{\"list\":9000}")).containsExactly("list");
        assertThat(found(index, "users", "{\"list\":11000}")).isEmpty();
        assertThat(found(index, "users", "{\"text\":{\"$gt\":\"x\"}}")).containsExactly("text");
        assertThat(found(index, "users", "{\"" + "a.".repeat(98) + "a\":1}")).containsExactly("deep");
        assertThat(found(index, "wide", "{\"p99\":2,\"p3.a\":1}")).containsExactly("w");
    }

    private static List<String> found(MongoIndex index, String collection, String filter) {
        Filter parsed = Filter.parse(Json.parse(filter.getBytes(StandardCharsets.UTF_8)), CollectionMap.EVERYTHING);
        Query query = new Query(parsed, List.of(), 10, Optional.empty(), false);
        return index.list(collection, query).entries().stream()
                .map(entry -> entry.item().id())
                .toList();
    }

    private static List<ItemKey> items() {
        List<ItemKey> items = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            items.add(new ItemKey("users", "u" + i));
            items.add(new ItemKey("orders", "u" + i));
        }
        return items;
    }
}
