package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.model.Filters;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.document.AsOf;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Query;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Cv;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Version;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.testkit.index.EventChain;
import io.chronosdb.testkit.index.EventGenerator;
import io.chronosdb.testkit.index.Interference;
import io.chronosdb.testkit.index.MongoServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class VersionRetentionTest {
    private static final DatabasePartition PARTITION = new DatabasePartition(Route.runtime("acme"), 0);
    private static final ItemKey ITEM = new ItemKey("users", "a");
    private static final VersionRetention THREE = new VersionRetention(Optional.empty(), OptionalLong.of(3));
    private static final VersionRetention TEN_DAYS =
            new VersionRetention(Optional.of(Duration.ofDays(10)), OptionalLong.empty());

    private final EventChain chain = new EventChain(PARTITION);
    private final List<IndexSettings> made = new ArrayList<>();

    @AfterEach
    void drop() {
        made.forEach(settings -> TestMongo.database(settings).drop());
    }

    private IndexSettings fresh(VersionRetention retention) {
        IndexSettings settings = new IndexSettings(
                MongoServer.freshDatabase(),
                collection -> CollectionMap.EVERYTHING,
                new ArchiveLocation("bucket", ""),
                false,
                retention,
                Optional.empty());
        made.add(settings);
        return settings;
    }

    private static MongoIndex index(IndexSettings settings) {
        return new MongoIndex(PARTITION.database(), settings, TestMongo.CLIENT);
    }

    @Test
    void an_item_keeps_as_many_versions_as_are_asked_for_and_others_keep_theirs() {
        IndexSettings settings = fresh(THREE);
        chain.create(new ItemKey("users", "b"), "{}");
        chain.create(ITEM, "{}");
        for (int i = 0; i < 9; i++) {
            chain.update(ITEM, "{}");
        }

        TestMongo.project(chain, TestMongo.projector(settings));

        MongoIndex index = index(settings);
        assertThat(index.history(ITEM, Optional.empty(), 100))
                .extracting(entry -> entry.ov().value())
                .containsExactly(9L, 8L, 7L);
        assertThat(index.version(ITEM, new Ov(6))).isEmpty();
        assertThat(index.head(new ItemKey("users", "b"))).isPresent();
        assertThat(TestMongo.documents(settings, "users_ver")).hasSize(4);
    }

    @Test
    void a_version_stays_for_some_days_after_it_has_ended_and_the_latest_one_for_ever() {
        IndexSettings settings = fresh(TEN_DAYS);
        MongoProjector projector = TestMongo.projector(settings);
        chain.create(ITEM, "{}");
        chain.create(new ItemKey("idle", "i"), "{}");
        chain.update(new ItemKey("idle", "i"), "{}");
        chain.pause(Duration.ofDays(9)).update(ITEM, "{}");
        TestMongo.project(chain, projector);
        assertThat(TestMongo.documents(settings, "users_ver")).hasSize(2);
        assertThat(TestMongo.documents(settings, "idle_ver")).hasSize(2);

        chain.pause(Duration.ofDays(2)).update(ITEM, "{}");
        TestMongo.project(chain, projector);
        assertThat(TestMongo.documents(settings, "users_ver"))
                .as("the first one ended two days ago")
                .hasSize(3);
        assertThat(TestMongo.documents(settings, "idle_ver"))
                .as("a collection that nothing happens to")
                .hasSize(1);

        chain.pause(Duration.ofDays(100)).update(ITEM, "{}");
        TestMongo.project(chain, projector);
        assertThat(index(settings).history(ITEM, Optional.empty(), 100))
                .extracting(entry -> entry.ov().value())
                .containsExactly(3L, 2L);
        assertThat(index(settings).history(new ItemKey("idle", "i"), Optional.empty(), 100))
                .extracting(entry -> entry.ov().value())
                .containsExactly(1L);
    }

    @Test
    void whatever_is_split_repeated_or_late_a_read_answers_as_if_nothing_were_removed_or_says_that_it_cannot() {
        for (long seed = 1; seed <= 3; seed++) {
            EventChain log = new EventChain(PARTITION);
            Random random = new Random(seed);
            EventGenerator generator = new EventGenerator(
                    random, log, List.of(ITEM, new ItemKey("users", "b"), new ItemKey("users", "c")));
            for (int i = 0; i < 12; i++) {
                generator.append(6);
                log.pause(Duration.ofHours(random.nextInt(60)));
            }
            IndexSettings whole = fresh(VersionRetention.ALL);
            TestMongo.project(log, TestMongo.projector(whole));
            IndexSettings bounded = fresh(
                    seed % 2 == 0 ? THREE : new VersionRetention(Optional.of(Duration.ofDays(4)), OptionalLong.of(4)));
            Interference.project(
                    random, log.events(), PARTITION, TestMongo.projector(bounded), () -> TestMongo.projector(bounded));

            assertThat(TestMongo.documents(bounded, "users_head")).isEqualTo(TestMongo.documents(whole, "users_head"));
            assertThat(TestMongo.documents(bounded, "users_ver").size())
                    .isLessThan(TestMongo.documents(whole, "users_ver").size());
            assertThat(answered(log, index(bounded), index(whole)))
                    .as("seed=%d", seed)
                    .isPositive();
        }
    }

    /** How many lists were answered, all of them right. */
    private static int answered(EventChain log, MongoIndex bounded, MongoIndex whole) {
        int answered = 0;
        for (LoggedEvent event : log.events()) {
            if (!(event.event().fact() instanceof Version version)) {
                continue;
            }
            for (AsOf moment : List.of(AsOf.cv(version.cv()), AsOf.time(version.at()))) {
                Query query = Query.all().includingDeleted(true).at(moment);
                try {
                    assertThat(bounded.list("users", query)).isEqualTo(whole.list("users", query));
                    answered++;
                } catch (Invalid e) {
                    assertThat(e).hasMessageContaining("retention.ver");
                }
            }
            Optional<IndexEntry> then = bounded.asOf(ITEM, version.at());
            assertThat(then.isEmpty() || then.equals(whole.asOf(ITEM, version.at())))
                    .isTrue();
        }
        return answered;
    }

    @Test
    void a_list_as_of_a_moment_whose_versions_are_gone_is_refused_and_says_from_when_on_it_can_be_had() {
        IndexSettings settings = fresh(THREE);
        chain.create(ITEM, "{}");
        for (int i = 0; i < 5; i++) {
            chain.update(ITEM, "{}");
        }
        TestMongo.project(chain, TestMongo.projector(settings));
        long kept = 3 * 64; // The cv of the oldest that stays.

        assertThatThrownBy(() -> index(settings).list("users", Query.all().at(AsOf.cv(new Cv(kept - 1)))))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("keptFrom=cv:" + kept);
        assertThatThrownBy(() -> index(settings).list("users", Query.all().at(AsOf.time(Instant.EPOCH))))
                .isInstanceOf(Invalid.class);
        assertThat(index(settings)
                        .list("users", Query.all().at(AsOf.cv(new Cv(kept))))
                        .entries())
                .extracting(entry -> entry.ov().value())
                .containsExactly(3L);
    }

    @Test
    void a_rebuild_applies_the_same_bounds_and_tells_what_is_due_from_what_is_missing() {
        Random random = new Random(1);
        EventGenerator generator = new EventGenerator(random, chain, List.of(ITEM, new ItemKey("users", "b")));
        for (int i = 0; i < 30; i++) {
            generator.append(4);
            chain.pause(Duration.ofHours(random.nextInt(30)));
        }
        for (VersionRetention retention : List.of(THREE, TEN_DAYS)) {
            IndexSettings settings = fresh(retention);
            TestMongo.project(TestMongo.projector(settings), PARTITION, chain.events(), random);
            IndexRebuild rebuild = new IndexRebuild(
                    PARTITION.database(), settings, TestMongo.CLIENT, new ChainSource(List.of(chain), random));

            RebuildResult equal = rebuild.run(Optional.empty(), IfDifferent.KEEP_OLD, (done, total) -> {});
            int kept = TestMongo.documents(settings, "users_ver").size();
            BsonDocument latest = TestMongo.documents(settings, "users_ver").get(kept - 1);
            TestMongo.database(settings).getCollection("users_ver").deleteOne(Filters.eq("_id", latest.get("_id")));
            RebuildResult damaged = rebuild.run(Optional.empty(), IfDifferent.KEEP_OLD, (done, total) -> {});

            assertThat(equal.difference()).as("retention=%s", retention).isEmpty();
            assertThat(equal.switched()).isTrue();
            assertThat(kept).isLessThan((int) chain.events().stream()
                    .filter(event -> event.event().fact() instanceof Version)
                    .count());
            assertThat(damaged.difference().orElseThrow().problem()).isEqualTo("only the new index has it");
        }
    }

    @Test
    void a_version_that_one_of_two_indexes_still_has_is_no_difference() {
        chain.create(ITEM, "{}");
        for (int i = 0; i < 5; i++) {
            chain.update(ITEM, "{}");
        }
        IndexSettings settings = fresh(VersionRetention.ALL);
        TestMongo.project(chain, TestMongo.projector(settings));
        IndexSettings bounded = new IndexSettings(
                settings.dbName(), settings.maps(), settings.archive(), false, THREE, Optional.empty());
        IndexRebuild rebuild = new IndexRebuild(
                PARTITION.database(), bounded, TestMongo.CLIENT, new ChainSource(List.of(chain), new Random(1)));
        TestMongo.database(settings)
                .getCollection("users_ver")
                .deleteOne(new Document("_id", new Document("id", "a").append("ov", 0L)));

        RebuildResult result = rebuild.run(Optional.empty(), IfDifferent.KEEP_OLD, (done, total) -> {});

        assertThat(result.difference()).isEmpty();
        assertThat(TestMongo.documents(settings, "users_ver")).hasSize(3);
    }
}
