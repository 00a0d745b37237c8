package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.InsertOneModel;
import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.index.EventChain;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A rebuild beside writers: that go on, that were killed, that wake up late. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RebuildAlongsideTest {
    private static final Optional<String> ALL = Optional.empty();

    private final RebuildFixture index = new RebuildFixture();

    @AfterEach
    void drop() {
        index.drop();
    }

    @Test
    void what_a_killed_writer_has_half_written_is_no_difference_and_comes_again() {
        EventChain chain = index.log.get(0);
        int written = chain.events().size();
        RebuildFixture.generator(index.random, chain, 0).append(30);
        List<LoggedEvent> late = chain.events().subList(written, chain.events().size());
        IndexDatabase database = new IndexDatabase(TestMongo.CLIENT, index.settings.dbName());
        BatchWriter writer = new BatchWriter(database, BulkWrites::direct);
        CollectionBatch.fold(late.subList(0, 15), index.settings).forEach(writer::write);
        CollectionBatch.fold(late.subList(15, 30), index.settings)
                .forEach(batch -> BulkWrites.direct(
                        database.versions(batch.collection()),
                        batch.versions().stream()
                                .map(version -> new InsertOneModel<>(version.document()))
                                .toList()));

        RebuildResult result = index.run(ALL, IfDifferent.KEEP_OLD);

        assertThat(result.difference()).isEmpty();
        assertThat(result.ahead()).isPositive();
        assertThat(result.switched()).isTrue();
        index.assertGoesOn();
    }

    @Test
    void nothing_is_lost_when_the_projection_goes_on_while_the_index_is_rebuilt() throws Exception {
        EventChain chain = index.log.get(0);
        List<LoggedEvent> known = chain.events();
        EventChain whole = new EventChain(chain.partition());
        RebuildFixture.generator(new Random(7), whole, 0).append(900);
        TestMongo.database(index.settings).drop();
        index.log.set(0, whole);
        Thread projecting = new Thread(() -> projectInSmallBatches(whole));

        projecting.start();
        int switched = 0;
        while (projecting.isAlive()) {
            RebuildResult result = index.run(ALL, IfDifferent.KEEP_OLD);
            assertThat(result.difference()).isEmpty();
            assertThat(result.switched()).isTrue();
            switched++;
        }
        projecting.join();
        index.projectAll(index.log.get(1));

        assertThat(known).isNotEmpty();
        assertThat(switched).isPositive();
        index.assertGoesOn();
    }

    /** As the loop does: it goes on from what the store says. */
    private void projectInSmallBatches(EventChain chain) {
        Random sizes = new Random(3);
        MongoProjector own = TestMongo.projector(index.settings);
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
        IndexDatabase live = new IndexDatabase(TestMongo.CLIENT, index.settings.dbName());
        EventChain chain = index.log.get(0);
        Progress end = chain.end();
        Progress further = new Progress(end.next() + 1, end.chain());

        try (RebuildLease lease = RebuildLease.take(live, RebuildLease.DURATION)) {
            assertThat(TestMongo.projector(index.settings).project(chain.partition(), List.of(), end, end))
                    .as("it is not paused yet")
                    .isEqualTo(end);
            lease.pause();
            assertThatThrownBy(() ->
                            TestMongo.projector(index.settings).project(chain.partition(), List.of(), end, further))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("paused for a rebuild");
            assertThatThrownBy(() -> index.run(ALL, IfDifferent.KEEP_OLD))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("another one is under way");
            await().untilAsserted(() -> assertThatThrownBy(
                            () -> index.projector.project(chain.partition(), List.of(), end, end))
                    .as("one that has looked before")
                    .isInstanceOf(Unavailable.class));
        }

        await().ignoreExceptionsInstanceOf(Unavailable.class)
                .until(() -> index.projector
                        .project(chain.partition(), List.of(), end, further)
                        .equals(further));
    }

    @Test
    void a_lease_whose_owner_was_killed_expires_and_its_leftovers_are_dropped() {
        IndexDatabase live = new IndexDatabase(TestMongo.CLIENT, index.settings.dbName());
        EventChain chain = index.log.get(0);
        live.progress()
                .insertOne(BsonDocument.parse(
                        "{_id: 'rebuild', owner: 'gone', pausing: true, expiresAt: ISODate('2020-01-01T00:00:00Z')}"));
        index.collection("rebuild.gone.users_head").insertOne(new Document("_id", "leftover"));

        Progress stored =
                TestMongo.projector(index.settings).project(chain.partition(), List.of(), chain.end(), chain.end());
        RebuildResult result = index.run(ALL, IfDifferent.KEEP_OLD);

        assertThat(stored).isEqualTo(chain.end());
        assertThat(result.switched()).isTrue();
        assertThat(TestMongo.dump(index.settings).keySet()).noneMatch(name -> name.startsWith("rebuild"));
    }

    @Test
    void a_batch_that_began_before_the_switch_does_not_count_and_is_projected_again() {
        EventChain chain = index.log.get(0);
        Progress before = chain.end();
        int known = chain.events().size();
        MongoProjector late = TestMongo.projector(index.settings);
        late.progress(chain.partition());
        index.run(ALL, IfDifferent.KEEP_OLD);
        chain.update(new ItemKey("users", "i0"), "{\"s\":\"late\"}");
        List<LoggedEvent> batch = chain.events().subList(known, known + 1);

        Progress first = late.project(chain.partition(), batch, before, chain.end());
        Progress second = late.project(chain.partition(), batch, before, chain.end());

        assertThat(first).isEqualTo(before);
        assertThat(second).isEqualTo(chain.end());
        index.assertGoesOn();
    }
}
