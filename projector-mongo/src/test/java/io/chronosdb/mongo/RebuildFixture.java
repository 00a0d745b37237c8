package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.index.EventChain;
import io.chronosdb.testkit.index.EventGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.Document;

/** An index of two partitions, filled from a log in memory, to be damaged and rebuilt. */
final class RebuildFixture {
    static final Database DATABASE = Route.runtime("acme");

    private static final CollectionMap MAP = new CollectionMap(List.of("s", "n", "obj", "tags[]"), List.of());

    final Random random = new Random(42);
    final IndexSettings settings =
            TestMongo.fresh(collection -> collection.equals("users") ? MAP : CollectionMap.EVERYTHING, false);
    final MongoProjector projector = TestMongo.projector(settings);
    final List<EventChain> log = new ArrayList<>();

    RebuildFixture() {
        for (int partition = 0; partition < 2; partition++) {
            EventChain chain = new EventChain(new DatabasePartition(DATABASE, partition));
            generator(random, chain, partition).append(120);
            log.add(chain);
            projectAll(chain);
        }
    }

    void drop() {
        TestMongo.database(settings).drop();
    }

    /** More events arrive, are projected, and the index is what the log says. */
    void assertGoesOn() {
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

    void projectAll(EventChain chain) {
        await().ignoreExceptionsInstanceOf(Unavailable.class).until(() -> {
            TestMongo.project(projector, chain.partition(), chain.events(), random);
            Progress stored = projector.progress(chain.partition());
            return projector
                    .project(chain.partition(), List.of(), stored, chain.end())
                    .equals(chain.end());
        });
    }

    IndexRebuild rebuild() {
        return new IndexRebuild(DATABASE, settings, TestMongo.CLIENT, new ChainSource(log, random));
    }

    RebuildResult run(Optional<String> collection, IfDifferent ifDifferent) {
        return rebuild().run(collection, ifDifferent, (done, total) -> {});
    }

    IndexFingerprint fingerprint() {
        return IndexFingerprint.of(TestMongo.CLIENT, settings.dbName());
    }

    MongoCollection<Document> collection(String name) {
        return TestMongo.database(settings).getCollection(name);
    }

    /** Everything but the progress. */
    Map<String, List<BsonDocument>> dump() {
        Map<String, List<BsonDocument>> dump = TestMongo.dump(settings);
        dump.remove("chronos_progress");
        return dump;
    }

    Map<String, List<String>> indexes() {
        Map<String, List<String>> indexes = new TreeMap<>();
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

    static EventGenerator generator(Random random, EventChain chain, int partition) {
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
