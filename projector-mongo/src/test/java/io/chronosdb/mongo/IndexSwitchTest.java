package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.RenameCollectionOptions;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.mongo.ProgressStore.Stored;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.index.EventChain;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A rebuild that is killed between any two steps of its switch, or wakes up too late. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class IndexSwitchTest {
    private static final Database DATABASE = Route.runtime("acme");
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final ItemKey ITEM = new ItemKey("users", "a");

    private final IndexSettings settings = TestMongo.fresh();
    private final IndexDatabase live = new IndexDatabase(TestMongo.CLIENT, settings.dbName());
    private final EventChain chain = new EventChain(new DatabasePartition(DATABASE, 0));
    private final MongoProjector projector = TestMongo.projector(settings);

    @BeforeEach
    void fill() {
        chain.create(ITEM, "{}");
        chain.update(ITEM, "{}");
        projector.project(chain.partition(), chain.events(), Progress.START, chain.end());
    }

    @AfterEach
    void drop() {
        TestMongo.database(settings).drop();
    }

    @Test
    void whoever_finds_an_abandoned_switch_finishes_it_however_far_it_had_come() {
        for (int renamed = 0; renamed <= Part.values().length; renamed++) {
            Map<String, List<BsonDocument>> before = TestMongo.dump(settings);
            IndexSwitch change = abandoned(renamed);
            Progress known = chain.end();

            chain.update(ITEM, "{}");
            await().ignoreExceptionsInstanceOf(Unavailable.class)
                    .until(() -> TestMongo.project(chain, TestMongo.projector(settings))
                            .equals(chain.end()));

            assertThat(known).isNotEqualTo(chain.end());
            assertThat(TestMongo.dump(settings).keySet())
                    .as("renamed=%d", renamed)
                    .isEqualTo(before.keySet());
            assertThat(TestMongo.documents(settings, "users_ver")).hasSize(renamed + 3);
            assertThat(new ProgressStore(live).read(0).generation()).isEqualTo(change.owner());
        }
    }

    @Test
    void the_next_rebuild_finishes_an_abandoned_switch_too() {
        abandoned(1);
        IndexRebuild rebuild = new IndexRebuild(
                DATABASE, settings, TestMongo.CLIENT, new ChainSource(List.of(chain), new java.util.Random(1)));

        await().ignoreExceptionsInstanceOf(Unavailable.class)
                .until(() -> rebuild.run(Optional.empty(), IndexRebuild.IfDifferent.KEEP_OLD, (done, total) -> {})
                        .switched());

        assertThat(TestMongo.documents(settings, "users_ver")).hasSize(2);
    }

    @Test
    void a_rebuild_that_wakes_up_after_its_switch_was_finished_changes_nothing() {
        IndexSwitch change = abandoned(1);
        await().ignoreExceptionsInstanceOf(Unavailable.class)
                .until(() -> TestMongo.project(chain, projector).equals(chain.end()));
        chain.update(ITEM, "{}");
        await().ignoreExceptionsInstanceOf(Unavailable.class)
                .until(() -> TestMongo.project(chain, projector).equals(chain.end()));
        Map<String, List<BsonDocument>> after = TestMongo.dump(settings);

        change.finish(live);

        assertThat(TestMongo.dump(settings)).isEqualTo(after);
    }

    @Test
    void a_rebuild_that_lost_its_lease_does_not_switch() throws Exception {
        try (RebuildLease lease = RebuildLease.take(live, SHORT)) {
            IndexSwitch change = shadow(lease);
            lease.pause();
            live.progress()
                    .updateOne(
                            BsonDocument.parse("{_id: 'rebuild'}"),
                            BsonDocument.parse("{$set: {expiresAt: ISODate('2020-01-01T00:00:00Z')}}"));
            Map<String, List<BsonDocument>> before = TestMongo.dump(settings);

            assertThatThrownBy(() -> change.execute(live, lease, stored()))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("lease was lost");

            before.remove("chronos_progress");
            assertThat(TestMongo.dump(settings)).containsAllEntriesOf(before);
            await().untilAsserted(() -> assertThatThrownBy(lease::requireHeld).isInstanceOf(Unavailable.class));
        }
        assertThat(TestMongo.project(chain, projector)).isEqualTo(chain.end());
    }

    @Test
    void a_lease_is_renewed_as_long_as_it_is_held() {
        try (RebuildLease lease = RebuildLease.take(live, SHORT)) {
            long first = expiresAt();

            await().until(() -> expiresAt() > first + SHORT.toMillis());
            lease.requireHeld();
        }
        assertThat(RebuildGate.read(live)).isNull();
    }

    @Test
    void a_switch_waits_for_an_index_that_has_moved_on() {
        try (RebuildLease lease = RebuildLease.take(live, SHORT)) {
            IndexSwitch change = shadow(lease);
            Map<Integer, Stored> before = stored();
            chain.update(ITEM, "{}");
            TestMongo.project(chain, projector);

            assertThat(change.execute(live, lease, before)).isFalse();
        }
        assertThat(TestMongo.documents(settings, "users_ver")).hasSize(3);
    }

    /** Up to the given number of renames, then nothing more. */
    private IndexSwitch abandoned(int renamed) {
        RebuildLease lease = RebuildLease.take(live, SHORT);
        IndexSwitch change = shadow(lease);
        lease.pause();
        assertThat(change.begin(live, stored())).isTrue();
        lease.record(change.plan());
        for (Part part : List.of(Part.values()).subList(0, renamed)) {
            live.shadow(change.shadowPrefix())
                    .part(part, "users")
                    .renameCollection(
                            new MongoNamespace(settings.dbName(), part.of("users")),
                            new RenameCollectionOptions().dropTarget(true));
        }
        lease.close();
        return change;
    }

    private IndexSwitch shadow(RebuildLease lease) {
        ShadowIndex shadow = new ShadowIndex(live, settings, Optional.empty(), lease.generation());
        shadow.write(chain.events());
        shadow.makeIndexes();
        return new IndexSwitch(
                lease.generation(),
                shadow.prefix(),
                shadow.collections(),
                Map.of(0, new Stored(chain.end(), lease.generation())));
    }

    private long expiresAt() {
        BsonDocument lease = RebuildGate.read(live);
        return lease == null ? 0 : lease.getDateTime("expiresAt").getValue();
    }

    private Map<Integer, Stored> stored() {
        return Map.of(0, new ProgressStore(live).read(0));
    }
}
