package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.eq;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.Updates;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.mongo.RebuildResult.Difference;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.index.EventChain;
import io.chronosdb.testkit.index.EventGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class IndexRebuildTest {
    private static final Database DATABASE = Route.runtime("acme");
    private static final CollectionMap MAP = new CollectionMap(List.of("s", "n", "obj", "tags[]"), List.of());
    private static final Optional<String> ALL = Optional.empty();

    private final Random random = new Random(42);
    private final IndexSettings settings =
            TestMongo.fresh(collection -> collection.equals("users") ? MAP : CollectionMap.EVERYTHING, false);
    private final MongoProjector projector = TestMongo.projector(settings);
    private final List<EventChain> log = new ArrayList<>();

    @BeforeEach
    void fill() {
        for (int partition = 0; partition < 2; partition++) {
            EventChain chain = new EventChain(new DatabasePartition(DATABASE, partition));
            generator(random, chain, partition).append(120);
            log.add(chain);
            projectAll(chain);
        }
    }

    @AfterEach
    void drop() {
        TestMongo.database(settings).drop();
    }

    @Test
    void a_dropped_index_is_built_anew_and_is_the_same_to_the_byte_and_the_projection_goes_on() {
        IndexFingerprint before = fingerprint();
        Map<String, List<BsonDocument>> documents = dump();
        Map<String, List<String>> indexes = indexes();
        List<Long> progress = new ArrayList<>();
        TestMongo.database(settings).drop();

        RebuildResult result =
                rebuild().run(ALL, IfDifferent.KEEP_OLD, (done, total) -> progress.add(done * 1_000_000 + total));

        assertThat(result.compared()).isFalse();
        assertThat(result.switched()).isTrue();
        assertThat(result.built()).isEqualTo(before);
        assertThat(fingerprint()).isEqualTo(before);
        assertThat(dump()).isEqualTo(documents);
        assertThat(indexes()).isEqualTo(indexes);
        long total = log.get(0).end().next() + log.get(1).end().next();
        assertThat(progress).isSorted().endsWith(total * 1_000_000 + total);
        assertThat(TestMongo.dump(settings).keySet()).noneMatch(name -> name.startsWith("rebuild"));
        assertGoesOn();
    }

    @Test
    void an_index_that_is_as_the_log_says_is_replaced_by_an_equal_one() {
        IndexFingerprint before = fingerprint();

        RebuildResult result = run(ALL, IfDifferent.KEEP_OLD);

        assertThat(result.compared()).isTrue();
        assertThat(result.difference()).isEmpty();
        assertThat(result.switched()).isTrue();
        assertThat(result.ahead()).isZero();
        assertThat(result.built()).isEqualTo(before);
        assertThat(fingerprint()).isEqualTo(before);
        assertGoesOn();
    }

    @Test
    void a_difference_is_named_and_the_old_index_keeps_serving_unless_told_otherwise() {
        IndexFingerprint right = fingerprint();
        String item = TestMongo.documents(settings, "users_head").stream()
                .filter(head -> head.containsKey("payload"))
                .findFirst()
                .orElseThrow()
                .getString("_id")
                .getValue();
        collection("users_head").updateOne(eq("_id", item), Updates.set("payload.size", 1L));
        IndexFingerprint damaged = fingerprint();

        RebuildResult kept = run(ALL, IfDifferent.KEEP_OLD);

        assertThat(damaged).isNotEqualTo(right);
        assertThat(kept.switched()).isFalse();
        assertThat(kept.difference()).contains(new Difference("users_head", item, "payload.size", "the field differs"));
        assertThat(kept.built()).isEqualTo(right);
        assertThat(fingerprint()).isEqualTo(damaged);
        assertThat(TestMongo.dump(settings).keySet()).anyMatch(name -> name.matches("rebuild\\.\\w+\\.users_head"));
        assertThat(run(ALL, IfDifferent.SWITCH).switched()).isTrue();
        assertThat(fingerprint()).isEqualTo(right);
        assertThat(TestMongo.dump(settings).keySet()).noneMatch(name -> name.startsWith("rebuild"));
        assertGoesOn();
    }

    @Test
    void every_kind_of_damage_is_found() {
        IndexFingerprint right = fingerprint();
        Document version = new Document("id", "i1").append("ov", 1L);
        Map<Runnable, Difference> damages = Map.of(
                () -> collection("orders_ver").deleteOne(eq("_id", version)),
                new Difference("orders_ver", "i1@1", "", "only the new index has it"),
                () -> collection("orders_ver").updateOne(eq("_id", version), Updates.unset("until")),
                new Difference("orders_ver", "i1@1", "until", "the field differs"),
                () -> collection("orders_head").updateOne(eq("_id", "i1"), Updates.set("extra", true)),
                new Difference("orders_head", "i1", "extra", "the field differs"),
                () -> collection("orders_head").insertOne(copyOfHead("i1", "ghost")),
                new Difference("orders_head", "ghost", "", "only the old index has it"),
                () -> collection("orders_counter").updateOne(eq("_id", "orders"), Updates.inc("cv", 1L)),
                new Difference("orders_counter", "orders", "cv", "the field differs"),
                this::endTheLatestVersion,
                new Difference("orders_ver", latest(), "until", "the field differs"));

        damages.forEach((damage, difference) -> {
            damage.run();
            assertThat(run(Optional.of("orders"), IfDifferent.SWITCH).difference())
                    .contains(difference);
            assertThat(fingerprint()).isEqualTo(right);
        });
    }

    private Document copyOfHead(String from, String to) {
        Document head = collection("orders_head").find(eq("_id", from)).first();
        return new Document(head).append("_id", to);
    }

    private String latest() {
        return "i1@" + collection("orders_head").find(eq("_id", "i1")).first().getLong("ov");
    }

    private void endTheLatestVersion() {
        long ov = collection("orders_head").find(eq("_id", "i1")).first().getLong("ov");
        collection("orders_ver")
                .updateOne(
                        eq("_id", new Document("id", "i1").append("ov", ov)),
                        Updates.set("until", "2027-01-01T00:00:00.000000Z"));
    }

    @Test
    void one_collection_is_rebuilt_and_the_others_are_left_alone() {
        IndexFingerprint before = fingerprint();
        collection("users_head").drop();
        collection("users_ver").drop();
        collection("users_counter").drop();
        collection("orders_head").updateOne(eq("_id", "i1"), Updates.set("extra", true));

        RebuildResult result = run(Optional.of("users"), IfDifferent.KEEP_OLD);

        assertThat(result.compared()).isFalse();
        assertThat(result.switched()).isTrue();
        assertThat(result.built().collections()).hasSize(1).isSubsetOf(before.collections());
        assertThat(fingerprint().collections().get(1))
                .isEqualTo(before.collections().get(1));
        assertThat(fingerprint().collections().get(0))
                .isNotEqualTo(before.collections().get(0));
        assertThat(projector.progress(log.get(0).partition()))
                .isEqualTo(log.get(0).end());
    }

    @Test
    void one_collection_of_a_dropped_index_does_not_make_the_others_count_as_there() {
        IndexFingerprint before = fingerprint();
        TestMongo.database(settings).drop();

        run(Optional.of("users"), IfDifferent.KEEP_OLD);

        assertThat(projector.progress(log.get(0).partition())).isEqualTo(Progress.START);
        log.forEach(this::projectAll);
        assertThat(fingerprint()).isEqualTo(before);
    }

    @Test
    void what_a_killed_writer_has_half_written_is_no_difference_and_comes_again() {
        EventChain chain = log.get(0);
        int written = chain.events().size();
        generator(random, chain, 0).append(30);
        List<LoggedEvent> late = chain.events().subList(written, chain.events().size());
        IndexDatabase database = new IndexDatabase(TestMongo.CLIENT, settings.dbName());
        BatchWriter writer = new BatchWriter(database, BulkWrites::direct);
        CollectionBatch.fold(late.subList(0, 15), settings).forEach(writer::write);
        CollectionBatch.fold(late.subList(15, 30), settings)
                .forEach(batch -> BulkWrites.direct(
                        database.versions(batch.collection()),
                        batch.versions().stream()
                                .map(version -> new InsertOneModel<>(version.document()))
                                .toList()));

        RebuildResult result = run(ALL, IfDifferent.KEEP_OLD);

        assertThat(result.difference()).isEmpty();
        assertThat(result.ahead()).isPositive();
        assertThat(result.switched()).isTrue();
        assertGoesOn();
    }

    @Test
    void an_index_of_another_log_is_told_so_and_replaced_only_if_wanted() {
        EventChain shorter = new EventChain(log.get(0).partition());
        shorter.create(new ItemKey("users", "x"), "{}");
        ChainSource source = new ChainSource(List.of(shorter, log.get(1)), random);
        IndexRebuild rebuild = new IndexRebuild(DATABASE, settings, TestMongo.CLIENT, source);

        RebuildResult kept = rebuild.run(ALL, IfDifferent.KEEP_OLD, (done, total) -> {});
        RebuildResult switched = rebuild.run(ALL, IfDifferent.SWITCH, (done, total) -> {});

        assertThat(kept.difference())
                .contains(new Difference("chronos_progress", "projector/0", "hash", "the old index is of another log"));
        assertThat(kept.switched()).isFalse();
        assertThat(switched.switched()).isTrue();
        assertThat(projector.progress(shorter.partition())).isEqualTo(shorter.end());
    }

    @Test
    void nothing_is_lost_when_the_projection_goes_on_while_the_index_is_rebuilt() throws Exception {
        EventChain chain = log.get(0);
        List<LoggedEvent> known = chain.events();
        EventChain whole = new EventChain(chain.partition());
        generator(new Random(7), whole, 0).append(900);
        TestMongo.database(settings).drop();
        log.set(0, whole);
        Thread projecting = new Thread(() -> projectInSmallBatches(whole));

        projecting.start();
        int switched = 0;
        while (projecting.isAlive()) {
            switched += run(ALL, IfDifferent.KEEP_OLD).switched() ? 1 : 0;
        }
        projecting.join();
        projectAll(log.get(1));

        assertThat(known).isNotEmpty();
        assertThat(switched).isPositive();
        assertGoesOn();
    }

    /** As the loop does: it goes on from what the store says. */
    private void projectInSmallBatches(EventChain chain) {
        Random sizes = new Random(3);
        MongoProjector own = TestMongo.projector(settings);
        Progress at = own.progress(chain.partition());
        while (!at.equals(chain.end())) {
            Progress from = at;
            List<LoggedEvent> batch = chain.events().stream()
                    .filter(event -> event.position().offset() >= from.next())
                    .limit(1 + sizes.nextInt(10))
                    .toList();
            Progress after = from;
            for (LoggedEvent event : batch) {
                after = EventChain.behind(after, event);
            }
            try {
                at = own.project(chain.partition(), batch, from, batch.isEmpty() ? chain.end() : after);
            } catch (Unavailable e) {
                at = own.progress(chain.partition());
            }
        }
    }

    @Test
    void while_it_is_paused_nobody_projects_and_afterwards_it_goes_on() {
        IndexDatabase live = new IndexDatabase(TestMongo.CLIENT, settings.dbName());
        EventChain chain = log.get(0);
        Progress end = chain.end();
        Progress further = new Progress(end.next() + 1, end.chain());

        try (RebuildLease lease = RebuildLease.take(live, RebuildLease.DURATION)) {
            assertThat(TestMongo.projector(settings).project(chain.partition(), List.of(), end, end))
                    .as("it is not paused yet")
                    .isEqualTo(end);
            lease.pause();
            assertThatThrownBy(() -> TestMongo.projector(settings).project(chain.partition(), List.of(), end, further))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("paused for a rebuild");
            assertThatThrownBy(() -> run(ALL, IfDifferent.KEEP_OLD))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("another one is under way");
            await().untilAsserted(
                            () -> assertThatThrownBy(() -> projector.project(chain.partition(), List.of(), end, end))
                                    .as("one that has looked before")
                                    .isInstanceOf(Unavailable.class));
        }

        await().ignoreExceptionsInstanceOf(Unavailable.class)
                .until(() -> projector
                        .project(chain.partition(), List.of(), end, further)
                        .equals(further));
    }

    @Test
    void a_lease_whose_owner_was_killed_expires_and_its_leftovers_are_dropped() {
        IndexDatabase live = new IndexDatabase(TestMongo.CLIENT, settings.dbName());
        EventChain chain = log.get(0);
        live.progress()
                .insertOne(BsonDocument.parse(
                        "{_id: 'rebuild', owner: 'gone', pausing: true, expiresAt: ISODate('2020-01-01T00:00:00Z')}"));
        collection("rebuild.gone.users_head").insertOne(new Document("_id", "leftover"));

        Progress stored = TestMongo.projector(settings).project(chain.partition(), List.of(), chain.end(), chain.end());
        RebuildResult result = run(ALL, IfDifferent.KEEP_OLD);

        assertThat(stored).isEqualTo(chain.end());
        assertThat(result.switched()).isTrue();
        assertThat(TestMongo.dump(settings).keySet()).noneMatch(name -> name.startsWith("rebuild"));
    }

    @Test
    void a_batch_that_began_before_the_switch_does_not_count_and_is_projected_again() {
        EventChain chain = log.get(0);
        Progress before = chain.end();
        int known = chain.events().size();
        MongoProjector late = TestMongo.projector(settings);
        late.progress(chain.partition());
        run(ALL, IfDifferent.KEEP_OLD);
        chain.update(new ItemKey("users", "i0"), "{\"s\":\"late\"}");
        List<LoggedEvent> batch = chain.events().subList(known, known + 1);

        Progress first = late.project(chain.partition(), batch, before, chain.end());
        Progress second = late.project(chain.partition(), batch, before, chain.end());

        assertThat(first).isEqualTo(before);
        assertThat(second).isEqualTo(chain.end());
        assertGoesOn();
    }

    /** More events arrive, are projected, and the index is what the log says. */
    private void assertGoesOn() {
        for (EventChain chain : log) {
            generator(random, chain, chain.partition().number()).append(20);
            projectAll(chain);
            assertThat(projector.progress(chain.partition())).isEqualTo(chain.end());
        }
        IndexSettings fresh = TestMongo.fresh(settings.maps(), false);
        log.forEach(chain ->
                TestMongo.projector(fresh).project(chain.partition(), chain.events(), Progress.START, chain.end()));
        assertThat(fingerprint()).isEqualTo(IndexFingerprint.of(TestMongo.CLIENT, fresh.dbName()));
        TestMongo.database(fresh).drop();
    }

    private void projectAll(EventChain chain) {
        await().ignoreExceptionsInstanceOf(Unavailable.class).until(() -> {
            TestMongo.project(projector, chain.partition(), chain.events(), random);
            Progress stored = projector.progress(chain.partition());
            return projector
                    .project(chain.partition(), List.of(), stored, chain.end())
                    .equals(chain.end());
        });
    }

    private IndexRebuild rebuild() {
        return new IndexRebuild(DATABASE, settings, TestMongo.CLIENT, new ChainSource(log, random));
    }

    private RebuildResult run(Optional<String> collection, IfDifferent ifDifferent) {
        return rebuild().run(collection, ifDifferent, (done, total) -> {});
    }

    private IndexFingerprint fingerprint() {
        return IndexFingerprint.of(TestMongo.CLIENT, settings.dbName());
    }

    private com.mongodb.client.MongoCollection<Document> collection(String name) {
        return TestMongo.database(settings).getCollection(name);
    }

    /** Everything but the progress. */
    private Map<String, List<BsonDocument>> dump() {
        Map<String, List<BsonDocument>> dump = TestMongo.dump(settings);
        dump.remove("chronos_progress");
        return dump;
    }

    private Map<String, List<String>> indexes() {
        Map<String, List<String>> indexes = new java.util.TreeMap<>();
        for (String name : dump().keySet()) {
            indexes.put(
                    name,
                    collection(name)
                            .listIndexes()
                            .map(index -> index.getString("name"))
                            .into(new ArrayList<>())
                            .stream()
                            .sorted()
                            .toList());
        }
        return indexes;
    }

    private static EventGenerator generator(Random random, EventChain chain, int partition) {
        return new EventGenerator(
                random,
                chain,
                items(partition),
                () -> Json.object()
                        .put("s", "s" + random.nextInt(9))
                        .put("n", random.nextInt(9) / 4.0)
                        .set("obj", Json.object().put("in", random.nextBoolean())));
    }

    private static List<ItemKey> items(int partition) {
        List<ItemKey> items = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            items.add(new ItemKey("users", "i" + (i + 10 * partition)));
            items.add(new ItemKey("orders", "i" + (i + 10 * partition)));
        }
        return items;
    }
}
