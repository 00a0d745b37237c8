package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.regex;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ExplainVerbosity;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.document.AsOf;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Filter;
import io.chronosdb.document.Json;
import io.chronosdb.document.Query;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Version;
import io.chronosdb.mongo.Moments.Cut;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index.Page;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.index.EventChain;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What the server really did, from its profiler: which index, and how many documents it looked at. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class IndexUseTest {
    private static final Database DATABASE = Route.runtime("acme");
    private static final int ITEMS = 300;
    private static final CollectionMap MAP = new CollectionMap(List.of("status", "n", "tags[]", "address"), List.of());

    private final IndexSettings settings =
            TestMongo.fresh(c -> c.equals("mapped") ? MAP : CollectionMap.EVERYTHING, false);
    private final MongoIndex index = new MongoIndex(DATABASE, settings, TestMongo.CLIENT);

    private final EventChain chain = new EventChain(new DatabasePartition(DATABASE, 0));

    @BeforeEach
    void fill() {
        for (int i = 0; i < ITEMS; i++) {
            for (String collection : List.of("mapped", "open")) {
                chain.create(
                        new ItemKey(collection, "i" + i),
                        "{\"status\":\"s" + i % 50 + "\",\"n\":" + i + ",\"tags\":[\"t" + i + "\",\"x\"],"
                                + "\"address\":{\"city\":\"c" + i + "\"}}");
            }
        }
        for (int i = 0; i < ITEMS; i++) {
            chain.update(new ItemKey("mapped", "i0"), "{\"status\":\"s0\",\"n\":0}");
        }
        TestMongo.projector(settings).project(chain.partition(), chain.events(), Progress.START, chain.end());
        TestMongo.database(settings).runCommand(new Document("profile", 2));
    }

    @AfterEach
    void drop() {
        TestMongo.database(settings).runCommand(new Document("profile", 0));
        TestMongo.database(settings).drop();
    }

    @Test
    void single_versions_history_and_as_of_are_seeks_however_long_the_history_is() {
        ItemKey item = new ItemKey("mapped", "i0");
        Instant early = Instant.parse("2026-01-01T00:00:00.000700Z");

        index.head(item);
        index.version(item, new Ov(7));
        index.history(item, Optional.of(new Ov(100)), 5);
        index.asOf(item, early);
        index.visibleUpTo(0);

        assertThat(reads()).hasSize(6).allSatisfy(read -> {
            assertThat(read.plan()).containsAnyOf("IXSCAN", "IDHACK");
            assertThat(read.sorted()).isFalse();
            assertThat(read.documentsExamined()).isLessThanOrEqualTo(5);
        });
    }

    @Test
    void a_list_by_an_indexed_property_looks_at_what_it_returns() {
        for (String collection : List.of("mapped", "open")) {
            for (String filter : List.of(
                    "{\"status\":\"s7\"}",
                    "{\"tags\":\"t7\"}",
                    "{\"status\":{\"$regex\":\"^s7\"}}",
                    "{\"n\":{\"$gte\":7,\"$lt\":9}}",
                    "{\"n\":{\"$in\":[1,2,3]}}",
                    "{\"address.city\":\"c7\"}",
                    "{\"_system.updatedAt\":{\"$lt\":\"2026-01-01T00:00:00.000006Z\"}}",
                    "{\"_system.at\":{\"$lt\":\"2026-01-01T00:00:00.000006Z\"}}",
                    "{\"_system.cv\":{\"$lt\":300}}",
                    "{\"_system.id\":\"i7\"}")) {
                Page page = index.list(collection, query(filter, "{}", 50, Optional.empty()));

                assertThat(page.entries()).as(filter).isNotEmpty();
                assertThat(reads())
                        .as("collection=%s filter=%s", collection, filter)
                        .allSatisfy(read -> {
                            assertThat(read.plan()).doesNotContain("COLLSCAN").containsAnyOf("IXSCAN", "IDHACK");
                            assertThat(read.documentsExamined())
                                    .isEqualTo(page.entries().size());
                        });
                forget();
            }
        }
    }

    @Test
    void a_page_deep_in_a_list_costs_no_more_than_the_first() {
        for (String sort : List.of(
                "{}",
                "{\"_system.updatedAt\":-1}",
                "{\"_system.createdAt\":1}",
                "{\"_system.cv\":-1}",
                "{\"_system.id\":-1}",
                "{\"n\":1}",
                "{\"n\":-1}",
                "{\"status\":-1}")) {
            Optional<String> after = Optional.empty();
            for (int page = 0; page < 12; page++) {
                after = index.list("mapped", query("{}", sort, 20, after)).next();
            }

            List<Read> pages =
                    reads().stream().filter(read -> read.returned() == 21).toList();
            assertThat(pages).as(sort).hasSize(12).allSatisfy(page -> {
                assertThat(page.plan()).doesNotContain("COLLSCAN").contains("IXSCAN");
                assertThat(page.sorted()).isFalse();
                assertThat(page.keysExamined()).isLessThanOrEqualTo(30);
                assertThat(page.documentsExamined()).isLessThanOrEqualTo(60); // Some plans fetch twice.
            });
            forget();
        }
    }

    @Test
    void a_list_as_of_a_moment_looks_at_no_more_versions_than_it_returns() {
        Cut before = changeAllButOne();

        for (String filter : List.of(
                "{\"status\":\"s7\"}",
                "{\"tags\":\"t7\"}",
                "{\"status\":{\"$regex\":\"^s7\"}}",
                "{\"n\":{\"$gte\":7,\"$lt\":9}}",
                "{\"_system.updatedAt\":{\"$lt\":\"2026-01-01T00:00:00.000006Z\"}}",
                "{\"_system.cv\":{\"$lt\":300}}",
                "{\"_system.id\":\"i7\"}")) {
            Stats stats = versionsAsOf(before, query(filter, "{}", 50, Optional.empty()), Optional.empty());

            assertThat(stats.stages()).as(filter).doesNotContain("COLLSCAN").contains("IXSCAN");
            assertThat(stats.returned()).as(filter).isPositive();
            assertThat(stats.documentsExamined()).as(filter).isEqualTo(stats.returned());
        }
    }

    @Test
    void a_page_deep_in_a_list_as_of_a_moment_costs_no_more_than_the_first() {
        Cut before = changeAllButOne();
        for (String sort : List.of(
                "{\"_system.updatedAt\":-1}",
                "{\"_system.createdAt\":1}",
                "{\"n\":1}",
                "{\"n\":-1}",
                "{\"status\":-1}")) {
            Optional<String> after = Optional.empty();
            for (int page = 0; page < 12; page++) {
                Query query = query("{}", sort, 20, after).at(AsOf.cv(new Cv(before.cv())));
                Stats stats = versionsAsOf(
                        before,
                        query,
                        after.map(text -> PageEnd.decode(
                                text, query.fingerprint(DATABASE, "mapped"), SortKey.of(query, Place.HEADS))));
                after = index.list("mapped", query).next();

                assertThat(stats.stages()).as(sort).doesNotContain("COLLSCAN").contains("IXSCAN");
                assertThat(stats.documentsExamined()).as(sort).isLessThanOrEqualTo(60); // Some plans fetch twice.
            }
            assertThat(after).as(sort).isPresent();
        }
    }

    @Test
    void a_list_is_one_round_trip_and_two_as_of_a_time_whatever_the_order_and_however_many_versions_there_are() {
        changeAllButOne();
        Instant then = chain.head(new ItemKey("mapped", "i0")).orElseThrow().at();
        Query query = query("{\"status\":\"s7\"}", "{\"status\":1}", 50, Optional.empty());
        forget();

        index.list("mapped", query);
        assertThat(reads()).hasSize(1);
        forget();

        assertThat(index.list("mapped", query.at(AsOf.time(then))).entries()).hasSize(ITEMS / 50);
        assertThat(reads()).hasSize(2).allSatisfy(read -> {
            assertThat(read.documentsExamined()).isLessThanOrEqualTo(ITEMS / 50 + 2);
            assertThat(read.keysExamined()).isLessThanOrEqualTo(50);
        });
    }

    /** Several times, and gives the moment before. */
    private Cut changeAllButOne() {
        for (int i = 0; i < 4 * ITEMS; i++) {
            if (i % ITEMS != 0) {
                chain.update(new ItemKey("mapped", "i" + i % ITEMS), "{\"status\":\"later\",\"n\":-1}");
            }
        }
        TestMongo.project(chain, TestMongo.projector(settings));
        Version then = chain.head(new ItemKey("mapped", "i0")).orElseThrow();
        return new Cut(then.cv().value(), Optional.of(Moments.text(then.at())));
    }

    /** What the server did for the part of the list that is among the versions. */
    private Stats versionsAsOf(Cut cut, Query query, Optional<PageEnd> after) {
        Document explained = TestMongo.database(settings)
                .getCollection("mapped_ver")
                .aggregate(new ListPipeline("mapped", query, true, List.of()).versions(cut, after))
                .explain(ExplainVerbosity.EXECUTION_STATS);
        Document stats = explained.containsKey("executionStats")
                ? explained.get("executionStats", Document.class)
                : explained
                        .getList("stages", Document.class)
                        .get(0)
                        .get("$cursor", Document.class)
                        .get("executionStats", Document.class);
        return new Stats(
                stats.get("executionStages", Document.class).toJson(),
                stats.getInteger("totalDocsExamined"),
                stats.getInteger("nReturned"));
    }

    private record Stats(String stages, int documentsExamined, int returned) {}

    @Test
    void an_item_as_of_a_moment_not_long_ago_is_found_without_the_history_of_all() {
        long newest = chain.head(new ItemKey("mapped", "i0")).orElseThrow().cv().value();

        Stats stats = versionsAsOf(
                new Cut(newest - 64, Optional.empty()), query("{}", "{}", 50, Optional.empty()), Optional.empty());

        assertThat(stats.returned()).isEqualTo(1);
        assertThat(stats.documentsExamined()).isLessThanOrEqualTo(2);
    }

    @Test
    void every_query_has_a_deadline_and_reads_what_a_majority_has() {
        index.head(new ItemKey("open", "i0"));
        index.list("open", Query.all());

        assertThat(profile()).hasSize(2).allSatisfy(operation -> {
            Document command = operation.get("command", Document.class);
            assertThat(command.getLong("maxTimeMS")).isBetween(1L, 10_000L);
            assertThat(command.get("readConcern", Document.class)).containsEntry("level", "majority");
        });
    }

    private static Query query(String filter, String sort, int limit, Optional<String> after) {
        return new Query(
                Filter.parse(Json.parse(filter.getBytes(StandardCharsets.UTF_8)), MAP),
                Query.parseSort(Json.parse(sort.getBytes(StandardCharsets.UTF_8)), MAP),
                limit,
                after,
                false);
    }

    /** The reads of our collections since the last call of {@link #forget}. */
    private List<Document> profile() {
        return TestMongo.database(settings)
                .getCollection("system.profile")
                .find(and(in("op", "query", "command"), regex("ns", "_head$|_ver$|_progress$")))
                .sort(new Document("ts", 1))
                .into(new ArrayList<>());
    }

    private List<Read> reads() {
        return profile().stream()
                .map(operation -> new Read(
                        operation.getString("planSummary"),
                        operation.getBoolean("hasSortStage", false),
                        operation.getInteger("keysExamined"),
                        operation.getInteger("docsExamined"),
                        operation.getInteger("nreturned")))
                .toList();
    }

    private record Read(String plan, boolean sorted, int keysExamined, int documentsExamined, int returned) {}

    private void forget() {
        TestMongo.database(settings).runCommand(new Document("profile", 0));
        TestMongo.database(settings).getCollection("system.profile").drop();
        TestMongo.database(settings).runCommand(new Document("profile", 2));
    }
}
