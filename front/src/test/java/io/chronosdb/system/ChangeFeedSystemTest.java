package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.changes.Change;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.changes.ChangeRequest;
import io.chronosdb.changes.From;
import io.chronosdb.command.Receipt;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.event.Op;
import io.chronosdb.event.Payload;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The change feed on a real system whose items are spread over the partitions. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ChangeFeedSystemTest {
    private static final Database DATABASE = Route.runtime("tenant-a");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static TestSystem system;
    private static Chronos chronos;

    private final String collection = "c" + UUID.randomUUID().toString().substring(0, 8);
    private final ItemCollection items = chronos.with(DATABASE.collection(collection));
    private final ChangeRequest changes = chronos.changes(DATABASE).collection(collection);

    @BeforeAll
    static void start() {
        system = TestSystem.create(config -> {
            config.withObjectProperty("kafka").put("partitions", 3);
            config.putObject("routing").put("chooseKey", "collection:objectId");
        });
        system.node();
        chronos = system.client();
    }

    @AfterAll
    static void stop() throws Exception {
        system.close();
    }

    @Test
    void a_change_says_who_did_what_when_and_why_with_the_documents_bytes() {
        String json = "{ \"price\" : 1.10,\n \"ü\":\"\\u0041\" }";
        Receipt created = items.create(
                Payload.of(json.getBytes(StandardCharsets.UTF_8)),
                Write.by("ann", "first").withId("item"));
        Receipt deleted = items.delete("item", created.ov(), "ben", "last");

        List<Change> all = all(changes);

        assertThat(all).hasSize(2);
        Change first = all.get(0);
        assertThat(first.database()).isEqualTo(DATABASE);
        assertThat(List.of(first.collection(), first.id(), first.op(), first.ov(), first.cv(), first.at()))
                .isEqualTo(List.of(collection, "item", Op.CREATE, created.ov(), created.cv(), created.at()));
        assertThat(first.actor()).contains("ann");
        assertThat(first.reason()).contains("first");
        assertThat(first.position()).isEqualTo(created.position());
        assertThat(new String(first.payload().orElseThrow().json(), StandardCharsets.UTF_8))
                .isEqualTo(json);
        assertThat(all.get(1).op()).isEqualTo(Op.DELETE);
        assertThat(all.get(1).payload()).isEmpty();
        assertThat(all.get(1).position()).isEqualTo(deleted.position());
    }

    @Test
    void the_versions_of_a_transaction_are_changes_like_all_others() {
        items.transact(List.of(Operation.create("item", Map.of("n", 1))), Write.by("ann", "first"));

        assertThat(all(changes)).singleElement().satisfies(change -> {
            assertThat(change.id()).isEqualTo("item");
            assertThat(change.op()).isEqualTo(Op.CREATE);
        });
    }

    @Test
    void every_event_comes_once_from_every_partition_whatever_copies_lie_in_the_log() {
        write(60);
        copyEverythingInTheLog();
        write(60);

        List<Change> all = all(changes);

        assertThat(all).hasSize(120);
        assertThat(new HashSet<>(all.stream().map(Change::position).toList())).hasSize(120);
        assertThat(all.stream().map(change -> change.position().partition()).distinct())
                .hasSize(3);
        for (int p = 0; p < 3; p++) {
            int partition = p;
            assertThat(all.stream()
                            .filter(change -> change.position().partition() == partition)
                            .map(change -> change.position().offset()))
                    .isSorted();
        }
        // The feed may have a whole partition first: the middle is one of the times, not of the feed.
        Instant middle = all.stream().map(Change::at).sorted().toList().get(60);
        assertThat(all(chronos.changes(DATABASE).collection(collection).from(From.time(middle))))
                .hasSizeGreaterThanOrEqualTo(60)
                .hasSizeLessThan(120);
    }

    @Test
    void from_the_end_only_what_is_written_after_the_call_comes_also_while_the_index_is_behind() {
        write(30);

        try (ChangeIterator feed = changes.from(From.end()).open()) {
            Receipt later = items.create(Map.of("n", 1));
            assertThat(feed.poll(PATIENCE).orElseThrow().id()).isEqualTo(later.id());
            assertThat(feed.poll(Duration.ofMillis(200))).isEmpty();
        }
    }

    @Test
    void two_clients_follow_by_themselves_and_one_goes_on_in_another_process_where_it_was_killed() throws Exception {
        Set<String> written = new HashSet<>();
        for (Receipt receipt : write(200)) {
            written.add(receipt.id());
        }
        List<ObjectNode> seen = new ArrayList<>();
        try (ChildJvm first = follow("first", "beginning")) {
            eventually(() -> first.lines().size() >= 50);
            first.kill(); // Perhaps in the middle of a line.
            for (String line : first.lines().subList(0, 50)) {
                seen.add(Json.parseObject(line.getBytes(StandardCharsets.UTF_8)));
            }
        }

        try (ChildJvm second = follow("second", seen.get(49).path("token").textValue())) {
            for (Receipt receipt : write(50)) {
                written.add(receipt.id());
            }
            eventually(() -> second.lines().size() >= 200);
            second.terminate();
            assertThat(second.exitStatus()).isEqualTo(143);
            assertThat(second.err()).isEmpty();
            for (String line : second.lines()) {
                seen.add(Json.parseObject(line.getBytes(StandardCharsets.UTF_8)));
            }
        }

        assertThat(seen).hasSize(250);
        assertThat(seen.stream().map(line -> line.path("id").textValue())).containsExactlyInAnyOrderElementsOf(written);
        try (Chronos other = Chronos.open(system.configFile())) {
            assertThat(all(other.changes(DATABASE).collection(collection))).hasSize(250);
        }
    }

    private ChildJvm follow(String name, String from) throws Exception {
        return ChildJvm.chronos(
                system.dir(),
                name,
                "changes",
                "--config",
                system.configFile().toString(),
                "--database",
                "runtime",
                "--tenant",
                "tenant-a",
                "--collection",
                collection,
                "--follow",
                "--from",
                from);
    }

    @Test
    void a_reader_that_goes_away_ends_the_command_without_a_word() throws Exception {
        write(20);
        ProcessBuilder head = new ProcessBuilder(
                "/bin/sh",
                "-c",
                "\"$@\" | head -n 3",
                "sh",
                java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java")
                        .toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.chronosdb.cli.Main",
                "changes",
                "--config",
                system.configFile().toString(),
                "--database",
                "runtime",
                "--tenant",
                "tenant-a",
                "--follow");
        Process process = head.redirectErrorStream(true).start();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            while (process.isAlive()) { // It notices with the next line that it writes.
                write(1);
            }
        });

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        writing.join();
        assertThat(output.lines()).hasSize(3).allMatch(line -> line.startsWith("{\"database\":\"runtime.tenant-a\""));
    }

    @Test
    void a_token_is_of_no_use_in_another_tenants_database() {
        items.create(Map.of("n", 1));
        String token = all(changes).get(0).token();

        assertThatThrownBy(() -> chronos.changes(Route.runtime("tenant-b"))
                        .from(From.token(token))
                        .open())
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> chronos.changes(Route.runtime("tenant-x"))).isInstanceOf(UnknownRoute.class);
    }

    @Test
    void what_the_log_has_dropped_is_said() throws Exception {
        Database database = Route.runtime("tenant-b");
        ItemCollection others = chronos.with(database.collection(collection));
        for (int i = 0; i < 20; i++) {
            Receipt created = others.create(Map.of("n", i));
            // An index that is behind what the log drops would be of no help to find the end.
            assertThat(others.getLatest(created.id())).isPresent();
        }
        Change first = all(chronos.changes(database)).get(0);
        TopicPartition partition = new TopicPartition(
                system.config().kafka().topicPrefix() + ".runtime.tenant-b.events",
                first.position().partition());

        try (Admin admin = system.admin()) {
            admin.deleteRecords(Map.of(
                            partition,
                            RecordsToDelete.beforeOffset(first.position().offset() + 2)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }

        assertThatThrownBy(() -> all(chronos.changes(database).from(From.token(first.token()))))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("the log has dropped events");
        assertThatThrownBy(() -> all(chronos.changes(database))).isInstanceOf(Invalid.class);
        try (ChangeIterator feed = chronos.changes(database).from(From.end()).open()) {
            Receipt later = others.create(Map.of("n", 1));
            assertThat(feed.poll(PATIENCE).orElseThrow().id()).isEqualTo(later.id());
        }
    }

    private List<Receipt> write(int creates) {
        List<CompletableFuture<Receipt>> writes = new ArrayList<>();
        for (int i = 0; i < creates; i++) {
            writes.add(items.createAsync(
                    Map.of("n", i), Write.PLAIN.withId(UUID.randomUUID().toString())));
        }
        return writes.stream().map(CompletableFuture::join).toList();
    }

    /** What an owner that was replaced leaves behind at worst. */
    private static void copyEverythingInTheLog() {
        try (KafkaLog log = new KafkaLog(system.config().kafka());
                Log.Appender appender = log.appender()) {
            for (int p = 0; p < 3; p++) {
                LogPartition partition = new LogPartition(log.topics().events(DATABASE), p);
                long end = log.end(partition);
                List<LogRecord> records = new ArrayList<>();
                try (Log.Reader reader = log.read(partition, 0)) {
                    eventually(() -> {
                        records.addAll(reader.poll(Duration.ofMillis(100)));
                        return reader.position(partition) >= end;
                    });
                }
                records.forEach(record -> appender.append(
                                partition, new NewRecord(record.key(), record.value(), record.headers()))
                        .join());
            }
        }
    }

    private static List<Change> all(ChangeRequest request) {
        List<Change> all = new ArrayList<>();
        try (ChangeIterator feed = request.untilNow().open()) {
            feed.forEachRemaining(all::add);
        }
        return all;
    }
}
