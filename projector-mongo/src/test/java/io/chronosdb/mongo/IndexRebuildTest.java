package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.eq;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Updates;
import io.chronosdb.address.ItemKey;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.mongo.RebuildResult.Difference;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.index.EventChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class IndexRebuildTest {
    private static final Optional<String> ALL = Optional.empty();

    private final RebuildFixture index = new RebuildFixture();

    @AfterEach
    void drop() {
        index.drop();
    }

    @Test
    void a_dropped_index_is_built_anew_and_is_the_same_to_the_byte_and_the_projection_goes_on() {
        IndexFingerprint before = index.fingerprint();
        Map<String, List<BsonDocument>> documents = index.dump();
        Map<String, List<String>> indexes = index.indexes();
        List<Long> progress = new ArrayList<>();
        TestMongo.database(index.settings).drop();

        RebuildResult result =
                index.rebuild().run(ALL, IfDifferent.KEEP_OLD, (done, total) -> progress.add(done * 1_000_000 + total));

        assertThat(result.compared()).isFalse();
        assertThat(result.switched()).isTrue();
        assertThat(result.built()).isEqualTo(before);
        assertThat(index.fingerprint()).isEqualTo(before);
        assertThat(index.dump()).isEqualTo(documents);
        assertThat(index.indexes()).isEqualTo(indexes);
        long total = index.log.get(0).end().next() + index.log.get(1).end().next();
        assertThat(progress).isSorted().endsWith(total * 1_000_000 + total);
        assertThat(TestMongo.dump(index.settings).keySet()).noneMatch(name -> name.startsWith("rebuild"));
        index.assertGoesOn();
    }

    @Test
    void an_index_that_is_as_the_log_says_is_replaced_by_an_equal_one() {
        IndexFingerprint before = index.fingerprint();

        RebuildResult result = index.run(ALL, IfDifferent.KEEP_OLD);

        assertThat(result.compared()).isTrue();
        assertThat(result.difference()).isEmpty();
        assertThat(result.switched()).isTrue();
        assertThat(result.ahead()).isZero();
        assertThat(result.built()).isEqualTo(before);
        assertThat(index.fingerprint()).isEqualTo(before);
        index.assertGoesOn();
    }

    @Test
    void a_difference_is_named_and_the_old_index_keeps_serving_unless_told_otherwise() {
        IndexFingerprint right = index.fingerprint();
        String item = TestMongo.documents(index.settings, "users_head").stream()
                .filter(head -> head.containsKey("payload"))
                .findFirst()
                .orElseThrow()
                .getString("_id")
                .getValue();
        index.collection("users_head").updateOne(eq("_id", item), Updates.set("payload.size", 1L));
        IndexFingerprint damaged = index.fingerprint();

        RebuildResult kept = index.run(ALL, IfDifferent.KEEP_OLD);

        assertThat(damaged).isNotEqualTo(right);
        assertThat(kept.switched()).isFalse();
        assertThat(kept.difference()).contains(new Difference("users_head", item, "payload.size", "the field differs"));
        assertThat(kept.built()).isEqualTo(right);
        assertThat(index.fingerprint()).isEqualTo(damaged);
        assertThat(TestMongo.dump(index.settings).keySet())
                .anyMatch(name -> name.matches("rebuild\\.\\w+\\.users_head"));
        assertThat(index.run(ALL, IfDifferent.SWITCH).switched()).isTrue();
        assertThat(index.fingerprint()).isEqualTo(right);
        assertThat(TestMongo.dump(index.settings).keySet()).noneMatch(name -> name.startsWith("rebuild"));
        index.assertGoesOn();
    }

    @Test
    void every_kind_of_damage_is_found() {
        IndexFingerprint right = index.fingerprint();
        Document version = new Document("id", "i1").append("ov", 1L);
        Map<Runnable, Difference> damages = Map.of(
                () -> index.collection("orders_ver").deleteOne(eq("_id", version)),
                new Difference("orders_ver", "i1@1", "", "only the new index has it"),
                () -> index.collection("orders_ver").updateOne(eq("_id", version), Updates.unset("until")),
                new Difference("orders_ver", "i1@1", "until", "the field differs"),
                () -> index.collection("orders_head").updateOne(eq("_id", "i1"), Updates.set("extra", true)),
                new Difference("orders_head", "i1", "extra", "the field differs"),
                () -> index.collection("orders_head").insertOne(copyOfHead("i1", "ghost")),
                new Difference("orders_head", "ghost", "", "only the old index has it"),
                () -> index.collection("orders_counter").updateOne(eq("_id", "orders"), Updates.inc("cv", 1L)),
                new Difference("orders_counter", "orders", "cv", "the field differs"),
                this::endTheLatestVersion,
                new Difference("orders_ver", latest(), "until", "the field differs"));

        damages.forEach((damage, difference) -> {
            damage.run();
            assertThat(index.run(Optional.of("orders"), IfDifferent.SWITCH).difference())
                    .contains(difference);
            assertThat(index.fingerprint()).isEqualTo(right);
        });
    }

    private Document copyOfHead(String from, String to) {
        Document head = index.collection("orders_head").find(eq("_id", from)).first();
        return new Document(head).append("_id", to);
    }

    private String latest() {
        return "i1@"
                + index.collection("orders_head").find(eq("_id", "i1")).first().getLong("ov");
    }

    private void endTheLatestVersion() {
        long ov = index.collection("orders_head").find(eq("_id", "i1")).first().getLong("ov");
        index.collection("orders_ver")
                .updateOne(
                        eq("_id", new Document("id", "i1").append("ov", ov)),
                        Updates.set("until", "2027-01-01T00:00:00.000000Z"));
    }

    @Test
    void one_collection_is_rebuilt_and_the_others_are_left_alone() {
        IndexFingerprint before = index.fingerprint();
        index.collection("users_head").drop();
        index.collection("users_ver").drop();
        index.collection("users_counter").drop();
        index.collection("orders_head").updateOne(eq("_id", "i1"), Updates.set("extra", true));

        RebuildResult result = index.run(Optional.of("users"), IfDifferent.KEEP_OLD);

        assertThat(result.compared()).isFalse();
        assertThat(result.switched()).isTrue();
        assertThat(result.built().collections()).hasSize(1).isSubsetOf(before.collections());
        assertThat(index.fingerprint().collections().get(1))
                .isEqualTo(before.collections().get(1));
        assertThat(index.fingerprint().collections().get(0))
                .isNotEqualTo(before.collections().get(0));
        assertThat(index.projector.progress(index.log.get(0).partition()))
                .isEqualTo(index.log.get(0).end());
    }

    @Test
    void one_collection_of_a_dropped_index_does_not_make_the_others_count_as_there() {
        IndexFingerprint before = index.fingerprint();
        TestMongo.database(index.settings).drop();

        index.run(Optional.of("users"), IfDifferent.KEEP_OLD);

        assertThat(index.projector.progress(index.log.get(0).partition())).isEqualTo(Progress.START);
        index.log.forEach(index::projectAll);
        assertThat(index.fingerprint()).isEqualTo(before);
    }

    @Test
    void an_index_of_another_log_is_told_so_and_replaced_only_if_wanted() {
        EventChain shorter = new EventChain(index.log.get(0).partition());
        shorter.create(new ItemKey("users", "x"), "{}");
        ChainSource source = new ChainSource(List.of(shorter, index.log.get(1)), index.random);
        IndexRebuild rebuild = new IndexRebuild(RebuildFixture.DATABASE, index.settings, TestMongo.CLIENT, source);

        RebuildResult kept = rebuild.run(ALL, IfDifferent.KEEP_OLD, (done, total) -> {});
        RebuildResult switched = rebuild.run(ALL, IfDifferent.SWITCH, (done, total) -> {});

        assertThat(kept.difference())
                .contains(new Difference("chronos_progress", "projector/0", "hash", "the old index is of another log"));
        assertThat(kept.switched()).isFalse();
        assertThat(switched.switched()).isTrue();
        assertThat(index.projector.progress(shorter.partition())).isEqualTo(shorter.end());
    }
}
