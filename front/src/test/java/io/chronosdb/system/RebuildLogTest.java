package io.chronosdb.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Read;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.node.LogRebuilder;
import io.chronosdb.node.Node;
import io.chronosdb.node.Pace;
import io.chronosdb.node.Role;
import io.chronosdb.port.Totals;
import io.chronosdb.verify.VerifyOptions;
import io.chronosdb.verify.VerifyReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A log that Kafka has lost, or the beginning of, is made again from the archive. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RebuildLogTest {
    private static final Database DATABASE =
            Route.runtime("tenant-a").collection("any").database();
    private static final List<String> COLLECTIONS = List.of("notes", "users", "files");
    private static final LogRebuilder.Options PLAIN = new LogRebuilder.Options(false, false, Pace.unlimited());
    private static final Set<Role> ALL = Role.byDefault();

    @Test
    void a_log_that_is_gone_is_made_again_from_the_archive_alone_with_the_same_versions_times_and_hashes()
            throws Exception {
        try (TestSystem system = system()) {
            List<String> before;
            Totals totals;
            Receipt first;
            try (Node node = Node.start(system.config(), ALL);
                    Chronos chronos = Chronos.open(system.configFile())) {
                assertThat(node.failure()).isNotDone();
                first = write(chronos);
                assertThat(verify(system).differences()).isEmpty();
                before = everything(chronos);
                totals = totals(chronos, system);
                assertThatThrownBy(() -> rebuild(system, PLAIN))
                        .isInstanceOf(Invalid.class)
                        .hasMessageContaining("stop every process");
            }
            assertThatThrownBy(() -> rebuild(system, PLAIN))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("the log is whole");
            system.loseLog(DATABASE);

            LogRebuilder.Result result = rebuild(system, PLAIN);

            assertThat(result.versions()).isEqualTo(before.size());
            assertThat(result.events()).as("a transaction is one").isLessThan(result.versions());
            assertThat(result.missing()).isZero();
            try (Node node = Node.start(system.config(), ALL);
                    Chronos chronos = Chronos.open(system.configFile())) {
                assertThat(node.failure()).isNotDone();
                assertThat(everything(chronos)).isEqualTo(before);
                VerifyReport report = verify(system);
                assertThat(report.differences()).isEmpty();
                assertThat(report.versions()).isEqualTo(before.size());
                assertThat(totals(chronos, system)).isEqualTo(totals);
                goOn(chronos, first);
            }
        }
    }

    /** Deciding goes on where it was: by the versions, the command ids and the times that were before. */
    private static void goOn(Chronos chronos, Receipt first) {
        ItemCollection users = users(chronos);
        assertThat(users.create(
                        Map.of("n", 0), Write.by("ann", "first").withId("u0").withCommandId("once")))
                .usingRecursiveComparison()
                .ignoringFields("position")
                .isEqualTo(first);
        assertThatThrownBy(() -> users.update("u1", Map.of("n", 9), new Ov(0))).isInstanceOf(VersionConflict.class);
        long cv = users.history("u1").get(0).cv().value();
        Receipt next = users.update("u1", Map.of("n", 9), new Ov(1));
        assertThat(next.ov().value()).isEqualTo(2);
        assertThat(next.cv().value()).isGreaterThan(cv);
        assertThat(users.getLatest("u1").orElseThrow().ov().value()).isEqualTo(2);
        assertThat(users.restoreObject("u4", new RestorePoint.AtOv(new Ov(0)), Write.PLAIN)
                        .ov()
                        .value())
                .isEqualTo(2);
    }

    @Test
    void a_log_that_lost_its_beginning_is_joined_with_the_archive_that_lacks_its_end() throws Exception {
        try (TestSystem system = system();
                Admin admin = system.admin()) {
            List<String> before;
            try (Node node = Node.start(system.config(), ALL);
                    Chronos chronos = Chronos.open(system.configFile())) {
                assertThat(node.failure()).isNotDone();
                write(chronos);
                assertThat(verify(system).agrees()).isTrue();
            }
            String events = new Topics(system.config().kafka().topicPrefix()).events(DATABASE);
            try (Node node = Node.start(system.config(), EnumSet.of(Role.COMMANDS, Role.PROJECTOR));
                    Chronos chronos = Chronos.open(system.configFile())) {
                assertThat(node.failure()).isNotDone();
                users(chronos).update("u5", Map.of("n", "not archived"), ExpectedOv.ANY);
                notes(chronos).update("n5", Map.of("n", "not archived"), ExpectedOv.ANY);
                before = everything(chronos);
            }
            Map<TopicPartition, RecordsToDelete> beginnings = new HashMap<>();
            for (int partition = 0; partition < 2; partition++) {
                beginnings.put(new TopicPartition(events, partition), RecordsToDelete.beforeOffset(3));
            }
            admin.deleteRecords(beginnings).all().get(30, TimeUnit.SECONDS);

            LogRebuilder.Result result = rebuild(system, PLAIN);

            assertThat(result.versions()).isEqualTo(before.size());
            try (Node node = Node.start(system.config(), ALL);
                    Chronos chronos = Chronos.open(system.configFile())) {
                assertThat(node.failure()).isNotDone();
                assertThat(everything(chronos)).isEqualTo(before);
                assertThat(verify(system).differences()).isEmpty();
            }
        }
    }

    private static TestSystem system() {
        return TestSystem.create(config -> {
            ObjectNode maps = config.putObject("collectionMaps");
            maps.putObject("users").put("chooseKey", "collection:objectId");
            maps.putObject("files")
                    .putObject("base64Props")
                    .putObject("content")
                    .put("contentType", "image/png");
        });
    }

    /** @return of a command that had an id */
    private static Receipt write(Chronos chronos) {
        ItemCollection users = users(chronos);
        Receipt first = users.create(
                Map.of("n", 0), Write.by("ann", "first").withId("u0").withCommandId("once"));
        for (int i = 1; i < 10; i++) {
            users.create(Map.of("n", i), Write.PLAIN.withId("u" + i));
        }
        users.update("u1", Map.of("n", 5), new Ov(0));
        users.enrich("u2", Map.of("tags", List.of("a")), Write.PLAIN.withFunctionId("scoring"));
        users.delete("u4", new Ov(0));
        ItemCollection notes = notes(chronos);
        for (int i = 0; i < 10; i++) {
            notes.create(Map.of("n", i, "exact", new java.math.BigDecimal("1.500")), Write.PLAIN.withId("n" + i));
        }
        Receipt cut = notes.update("n1", Map.of("n", 10), ExpectedOv.ANY);
        notes.transact(
                List.of(Operation.update("n2", Map.of("n", 50), new Ov(0)), Operation.create("n99", Map.of("n", 1))),
                Write.by("ben", "together"));
        notes.delete("n3", ExpectedOv.ANY);
        notes.restoreCollection(new RestorePoint.AtCv(cut.cv()), RestoreOptions.PLAIN, Write.PLAIN);
        ItemCollection files = chronos.with(Route.runtime("tenant-a").collection("files"));
        files.create(Map.of("content", "aGVsbG8=", "name", "a"), Write.PLAIN.withId("f"));
        files.update("f", Map.of("content", "Ynll", "name", "b"), new Ov(0));
        return first;
    }

    private static Totals totals(Chronos chronos, TestSystem system) {
        return chronos.counters().getTotals(system.config().database(DATABASE).dbName(), "users");
    }

    private static ItemCollection users(Chronos chronos) {
        return chronos.with(Route.runtime("tenant-a").collection("users"));
    }

    private static ItemCollection notes(Chronos chronos) {
        return chronos.with(Route.runtime("tenant-a").collection("notes"));
    }

    /** Every version of every item as it is read, and as of its time. */
    private static List<String> everything(Chronos chronos) {
        List<String> all = new ArrayList<>();
        for (String collection : COLLECTIONS) {
            ItemCollection items = chronos.with(Route.runtime("tenant-a").collection(collection));
            for (Item head : items.listByMeta(
                            items.query().limit(1_000).includeDeleted().query())
                    .items()) {
                items.history(head.id()).forEach(entry -> {
                    Item version = items.getVersion(head.id(), entry.ov()).orElseThrow();
                    Item then = items.getAsOf(head.id(), entry.at(), Read.PLAIN.includingDeleted())
                            .orElseThrow();
                    assertThat(then.system()).isEqualTo(version.system());
                    all.add(collection + "/" + head.id() + " " + version.system() + " " + version.data());
                });
            }
        }
        return all;
    }

    private static LogRebuilder.Result rebuild(TestSystem system, LogRebuilder.Options options) {
        try (LogRebuilder rebuilder = new LogRebuilder(system.config())) {
            return rebuilder.rebuild(DATABASE, options, (what, done, total) -> {});
        }
    }

    private static VerifyReport verify(TestSystem system) {
        return system.verify(DATABASE, VerifyOptions.PLAIN);
    }
}
