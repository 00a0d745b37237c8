package io.chronosdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.embedded.FreePorts;
import io.chronosdb.node.Stores;
import io.chronosdb.system.TestSystem;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The command line from outside: what stands on stdout, on stderr, and how it ends. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CommandLineTest {
    private static final String[] USERS = {"--database", "runtime", "--tenant", "tenant-a", "--collection", "users"};

    private static TestSystem system;

    /** A command that has ended. */
    private record Ended(int status, List<ObjectNode> out, String err) {
        ObjectNode only() {
            assertThat(out).as(err).hasSize(1);
            return out.get(0);
        }
    }

    @BeforeAll
    static void start() {
        system = TestSystem.create(config -> {
            config.putObject("http").put("port", FreePorts.one());
            config.putObject("collectionMaps")
                    .putObject("packed")
                    .putObject("archive")
                    .put("layout", "packed");
        });
        system.node();
    }

    @AfterAll
    static void stop() throws Exception {
        system.close();
    }

    @Test
    void an_item_goes_through_its_life() throws Exception {
        ObjectNode created = on("create", "--id", "u1", "--actor", "ann", "{\"email\":\"a@x.io\"}")
                .only();
        assertThat(created.toString()).startsWith("{\"id\":\"u1\",\"ov\":0,\"cv\":0,\"createdAt\":\"2");

        Ended conflict = on("update", "u1", "--expected-ov", "7", "{}");
        assertThat(conflict.status()).isEqualTo(1);
        assertThat(conflict.out()).isEmpty();
        assertThat(json(conflict.err()).toString())
                .startsWith("{\"code\":\"VersionConflict\",\"message\":")
                .endsWith("\"expected\":7,\"actual\":0}");

        assertThat(on("update", "u1", "--expected-ov", "0", "--reason", "typo", "{\"email\":\"b@x.io\"}")
                        .only()
                        .path("ov")
                        .asInt())
                .isEqualTo(1);
        ObjectNode read = on("get", "u1").only();
        assertThat(read.path("data").path("email").asText()).isEqualTo("b@x.io");
        assertThat(read.path("_system").path("reason").asText()).isEqualTo("typo");
        assertThat(on("get", "u1", "--ov", "0")
                        .only()
                        .path("data")
                        .path("email")
                        .asText())
                .isEqualTo("a@x.io");
        assertThat(on("get", "u1", "--at", created.path("createdAt").asText())
                        .only()
                        .path("ov")
                        .asInt())
                .isZero();
        assertThat(on("list", "--filter", "{\"email\":\"b@x.io\"}").out()).hasSize(1);
        assertThat(on("list", "--filter", "{\"email\":\"a@x.io\"}", "--as-of", "cv:0")
                        .out())
                .hasSize(1);
        assertThat(on("list", "--as-of", created.path("createdAt").asText(), "--projection", "missing")
                        .only()
                        .path("data")
                        .toString())
                .isEqualTo("{}");
        assertThat(on("diff", "u1", "0", "1").only().toString())
                .isEqualTo("{\"id\":\"u1\",\"from\":0,\"to\":1,\"patch\":"
                        + "[{\"op\":\"replace\",\"path\":\"/email\",\"value\":\"b@x.io\"}]}");
        assertThat(on("diff", "u1", "0", "7").status()).isEqualTo(1);
        String token = created.path("position").asText();
        for (String[] reading : new String[][] {{"get", "u1"}, {"history", "u1"}, {"list"}, {"diff", "u1", "0", "1"}}) {
            String[] more = java.util.Arrays.copyOfRange(reading, 1, reading.length);
            assertThat(on(reading[0], concat(List.of(more), "--at-least", token).toArray(String[]::new))
                            .status())
                    .isZero();
            assertThat(on(
                                    reading[0],
                                    concat(List.of(more), "--consistency", "eventual")
                                            .toArray(String[]::new))
                            .status())
                    .isZero();
            assertThat(on(
                                    reading[0],
                                    concat(List.of(more), "--at-least", "nonsense")
                                            .toArray(String[]::new))
                            .status())
                    .isEqualTo(1);
        }
        assertThat(on("delete", "u1", "--expected-ov", "any").only().has("deletedAt"))
                .isTrue();
        assertThat(on("history", "u1").out())
                .extracting(line -> line.path("op").asText())
                .containsExactly("delete", "update", "create");

        Ended gone = on("get", "u1");
        assertThat(gone.status()).isEqualTo(1);
        assertThat(json(gone.err()).path("code").asText()).isEqualTo("NotFound");
    }

    @Test
    void a_file_is_imported_with_versions_and_importing_it_again_changes_nothing() throws Exception {
        Path file = system.dir().resolve("import.ndjson");
        Files.writeString(file, "{\"id\":\"x\",\"n\":1}\n{\"id\":\"y\",\"n\":1}\n{\"id\":\"x\",\"n\":2}\n");
        String[] at = {"--database", "runtime", "--tenant", "tenant-a", "--collection", "imported"};

        for (int i = 0; i < 2; i++) {
            ObjectNode result = run(concat(List.of("import", "--id-field", "id", file.toString()), at))
                    .only();
            assertThat(result.toString()).isEqualTo("{\"documents\":3,\"accepted\":3,\"rejected\":0}");
        }

        assertThat(run(concat(List.of("history", "x"), at)).out()).hasSize(2);
        assertThat(run(concat(List.of("get", "x"), at))
                        .only()
                        .path("data")
                        .path("n")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void an_index_is_rebuilt_while_it_serves_and_damage_is_named() throws Exception {
        String[] at = {"--database", "runtime", "--tenant", "tenant-b"};
        List<String> collection = List.of("--collection", "rebuilt");
        for (String id : List.of("a", "b")) {
            assertThat(run(concat(
                                    concat(List.of("create", "--id", id, "{\"n\":1}"), at),
                                    collection.toArray(String[]::new)))
                            .status())
                    .isZero();
        }
        assertThat(run(concat(concat(List.of("get", "b"), at), collection.toArray(String[]::new)))
                        .status())
                .isZero();

        ObjectNode rebuilt = run(concat(List.of("rebuild"), at)).only();
        assertThat(rebuilt.path("switched").asBoolean()).isTrue();
        assertThat(rebuilt.path("equal").asBoolean()).isTrue();

        try (Stores stores = new Stores(system.config())) {
            var database = io.chronosdb.address.Route.runtime("tenant-b");
            stores.mongo(database)
                    .getDatabase(system.config().database(database).dbName())
                    .getCollection("rebuilt_head")
                    .updateOne(
                            new org.bson.Document("_id", "a"),
                            new org.bson.Document("$set", new org.bson.Document("actor", "forged")));
        }
        Ended different = run(concat(List.of("rebuild"), at));
        assertThat(different.status()).isEqualTo(1);
        assertThat(different.only().path("firstDifference").path("document").asText())
                .isEqualTo("a");
        assertThat(run(concat(List.of("rebuild", "--switch-anyway"), at))
                        .only()
                        .path("switched")
                        .asBoolean())
                .isTrue();
        assertThat(run(concat(List.of("rebuild"), at)).only().path("equal").asBoolean())
                .isTrue();
    }

    @Test
    void totals_are_shown_in_all_and_by_window() throws Exception {
        String[] visits = {"--database", "runtime", "--tenant", "tenant-a", "--collection", "visits"};
        ObjectNode created = run(concat(List.of("create", "{}"), visits)).only();
        String day = created.path("createdAt").asText().substring(0, 10);
        TestSystem.eventually(() ->
                run(concat(List.of("totals", "--window", "day"), visits)).out().size() == 1);
        TestSystem.eventually(() ->
                run(concat(List.of("totals"), visits)).only().path("created").asInt() == 1);

        assertThat(run(concat(List.of("totals"), visits)).only().toString())
                .isEqualTo("{\"collection\":\"visits\",\"created\":1,\"updated\":0,\"deleted\":0}");
        assertThat(run(concat(List.of("totals", "--window", "day", "--from", day, "--to", day), visits))
                        .only()
                        .toString())
                .isEqualTo("{\"collection\":\"visits\",\"window\":\"day\",\"start\":\"" + day
                        + "\",\"created\":1,\"updated\":0,\"deleted\":0}");
        assertThat(run(concat(List.of("totals", "--window", "WEEK", "--to", "2020-01-01"), visits))
                        .out())
                .isEmpty();
        for (List<String> wrong : List.of(
                List.of("totals", "--window", "year"),
                List.of("totals", "--from", "2026-01-01"),
                List.of("totals", "--window", "day", "--from", "yesterday"))) {
            assertThat(run(concat(wrong, visits)).status()).as("%s", wrong).isEqualTo(2);
        }
    }

    void changes_are_read_from_a_token_or_a_time_and_end_where_the_log_does() throws Exception {
        String[] at = {"--database", "runtime", "--tenant", "tenant-a", "--collection", "changing"};
        for (String id : List.of("a", "b", "c")) {
            assertThat(run(concat(List.of("create", "--id", id, "--actor", "ann", "{\"of\":\"" + id + "\"}"), at))
                            .status())
                    .isZero();
        }

        List<ObjectNode> all = run(concat(List.of("changes"), at)).out();
        assertThat(all).extracting(line -> line.path("id").asText()).containsExactly("a", "b", "c");
        assertThat(all.get(0).toString())
                .startsWith(
                        "{\"database\":\"runtime.tenant-a\",\"collection\":\"changing\",\"id\":\"a\",\"ov\":0,\"cv\":0,"
                                + "\"op\":\"create\",\"at\":\"2")
                .contains("\"actor\":\"ann\",\"data\":{\"of\":\"a\"},\"position\":");
        String token = all.get(0).path("token").asText();
        assertThat(run(concat(List.of("changes", "--from", token, "--limit", "1"), at))
                        .only())
                .isEqualTo(all.get(1));
        String time = all.get(2).path("at").asText();
        assertThat(run(concat(List.of("changes", "--from", time), at)).only().path("id"))
                .isEqualTo(all.get(2).path("id"));
        assertThat(run(concat(List.of("changes", "--from", "end"), at)).out()).isEmpty();
        Ended foreign = run(List.of("changes", "--database", "runtime", "--tenant", "tenant-b", "--from", token));
        assertThat(foreign.status()).isEqualTo(1);
        assertThat(json(foreign.err()).path("code").asText()).isEqualTo("Invalid");
        assertThat(run(concat(List.of("changes", "--from", "2026-13-01"), at)).status())
                .isEqualTo(2);
    }

    @Test
    void misuse_ends_with_2_and_says_what_is_wrong() throws Exception {
        assertThat(on("update", "u1", "{}").status()).isEqualTo(2);
        assertThat(bare(List.of("fly")).status()).isEqualTo(2);
        assertThat(run(List.of("create", "--database", "runtime", "--collection", "users", "{}"))
                        .status())
                .isEqualTo(2);
        Path broken = system.dir().resolve("broken.json");
        Files.writeString(broken, "{\"kafka\":{}}");
        Ended check = bare(List.of("config", "check", "--config", broken.toString()));
        assertThat(check.status()).isEqualTo(2);
        assertThat(check.err()).contains("$.kafka.bootstrapServers", "$.dbConnections", "$.databases");
    }

    @Test
    void what_cannot_be_reached_ends_with_3() throws Exception {
        Path away = system.dir().resolve("away.json");
        String config = Files.readString(system.configFile());
        ObjectNode json = Json.parseObject(config.getBytes(StandardCharsets.UTF_8));
        json.withObjectProperty("dbConnections")
                .withObjectProperty("mongo")
                .put("mongoUri", "mongodb://127.0.0.1:1/?replicaSet=x");
        Files.write(away, Json.bytes(json));

        Ended ended = bare(concat(List.of("history", "u1", "--config", away.toString()), USERS));

        assertThat(ended.status()).isEqualTo(3);
        assertThat(json(ended.err()).path("code").asText()).isEqualTo("Unavailable");
    }

    @Test
    void help_is_everywhere() throws Exception {
        for (String command : List.of(
                "up",
                "demo",
                "create",
                "update",
                "enrich",
                "delete",
                "restore",
                "restore-collection",
                "transact",
                "get",
                "history",
                "diff",
                "list",
                "totals",
                "changes",
                "import",
                "rebuild",
                "config")) {
            assertThat(Main.run(command, "--help")).as(command).isZero();
        }
    }

    @Test
    void bad_input_is_one_line_of_json_and_a_status_and_never_a_stack_trace() throws Exception {
        String[] at = {"--database", "runtime", "--tenant", "tenant-a", "--collection", "bad"};
        assertThat(run(concat(List.of("create", "--id", "a", "{}"), at)).status())
                .isZero();
        List<List<String>> rejected = List.of(
                List.of("create", "--id", "..", "{}"),
                List.of("create", "--id", "../a", "{}"),
                List.of("create", ""),
                List.of("create", "[]"),
                List.of("create", "{\"_system\":1}"),
                List.of("create", "{\"a\":1e99999999999}"),
                List.of("create", "{\"a\":1,\"a\":1}"),
                List.of("create", "{\"a\":".repeat(10_000)),
                List.of("create", "--command-id", "i".repeat(201), "{}"),
                List.of("create", "--parent", "../bad/a".substring(3), "--id", "..", "{}"),
                List.of("update", "a", "--expected-ov", "-1", "{}"),
                List.of("update", "a", "--expected-ov", "9223372036854775807", "{}"),
                List.of("enrich", "a", "text"),
                List.of("enrich", "a", "--function-id", "f g", "{}"),
                List.of("delete", "b", "--expected-ov", "any"),
                List.of("restore", "a", "--ov", "-1"),
                List.of("restore", "a", "--at", "+999999999-01-01T00:00:00Z"),
                List.of("restore", "a", "--at", "yesterday"),
                List.of("restore-collection", "--cv", "-1"),
                List.of("transact", "[]"),
                List.of("transact", "{\"a\":1e99999999999}"),
                List.of("get", "../a"),
                List.of("get", "a", "--ov", "-1"),
                List.of("get", "a", "--at", "9".repeat(100_000)),
                List.of("get", "a", "--projection", "a..b"),
                List.of("get", "a", "--presign", "--ttl-seconds", "9223372036854775807"),
                List.of("get", "a", "--at-least", "x"),
                List.of("history", "a", "--limit", "0"),
                List.of("diff", "a", "0", "-1"),
                List.of("list", "--filter", "{\"$where\":\"1\"}"),
                List.of("list", "--filter", "{\"a\":1e99999999999}"),
                List.of("list", "--sort", "{\"a\":7}"),
                List.of("list", "--after", "x"),
                List.of("list", "--limit", "1001"),
                List.of("list", "--as-of", "cv:x"),
                List.of("list", "--as-of", "cv:-1"));
        for (List<String> args : rejected) {
            Ended ended = run(concat(args, at));
            String shown = String.join(" ", args)
                    .substring(0, Math.min(60, String.join(" ", args).length()));
            assertThat(ended.status()).as(shown + ended.err()).isIn(1, 2);
            assertThat(ended.out()).as(shown).isEmpty();
            assertThat(ended.err()).as(shown).doesNotContain("\tat ").hasSizeLessThan(20_000);
            assertThat(json(ended.err()).path("code").asText()).as(shown).isNotEmpty();
        }
        assertThat(run(concat(List.of("history", "a"), at)).out()).hasSize(1);
    }

    @Test
    void the_status_of_a_node_is_lines_of_json_or_a_table() throws Exception {
        on("create", "--id", "for-the-status", "{}").only();
        TestSystem.eventually(() -> {
            Ended ended = run(List.of("status", "--json"));
            return ended.status() == 0 && ended.out().size() > 10;
        });

        List<ObjectNode> lines = run(List.of("status", "--json")).out();
        assertThat(lines.get(0).toString()).startsWith("{\"started\":true,\"ready\":true,\"live\":true,\"at\":\"2");
        assertThat(lines.get(0).has("partitions")).isFalse();
        assertThat(lines)
                .filteredOn(line -> line.path("role").asText().equals("projector"))
                .extracting(line -> line.path("database").asText())
                .contains("runtime.tenant-a");
        assertThat(text("status", "--config", system.configFile().toString()).lines())
                .anyMatch(line -> line.startsWith("ready started=true live=true at=2"))
                .anyMatch(line ->
                        line.matches("role +database +partition +position +end +lagEvents +lagSeconds +state +parked"))
                .anyMatch(line ->
                        line.matches("commands +runtime\\.tenant-a +[01] +\\d+ +\\d+ +\\d+ +[\\d.]+ +[a-z]+ +0"));
    }

    @Test
    void a_status_that_cannot_be_had_says_why() throws Exception {
        Path without = Files.writeString(
                Files.createTempFile(system.dir(), "without-http", ".json"),
                Files.readString(system.configFile()).replaceFirst(",\"http\":\\{[^}]*}", ""));

        Ended unasked = bare(List.of("status", "--config", without.toString()));
        assertThat(unasked.status()).isEqualTo(2);
        assertThat(json(unasked.err()).path("message").asText()).contains("add \"http\": {\"port\": 9464}", "--url");
        Ended silent = bare(List.of("status", "--url", "http://127.0.0.1:" + FreePorts.one()));
        assertThat(silent.status()).isEqualTo(3);
        assertThat(json(silent.err()).path("code").asText()).isEqualTo("Unavailable");
        assertThat(bare(List.of("status", "--url", "nowhere at all")).status()).isEqualTo(2);
        assertThat(bare(List.of("up", "--http-port", "1", "--config", without.toString()))
                        .status())
                .isEqualTo(2);
    }

    /** What a command says that is no JSON. */
    private static String text(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Output.to(out, new ByteArrayOutputStream());
        assertThat(Main.run(args)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void what_is_packed_is_unpacked_as_often_as_one_likes() throws Exception {
        List<String> packed = List.of("--database", "runtime", "--tenant", "tenant-b", "--collection", "packed");
        for (String id : List.of("a", "b")) {
            assertThat(run(concat(List.of("create", "--id", id, "{}"), packed.toArray(String[]::new)))
                            .status())
                    .isZero();
        }

        TestSystem.eventually(() -> run(concat(List.of("archive", "unpack"), packed.toArray(String[]::new)))
                .only()
                .toString()
                .equals("{\"database\":\"runtime.tenant-b\",\"packs\":1,\"versions\":2}"));
        assertThat(run(List.of("archive", "unpack", "--database", "runtime", "--tenant", "tenant-b"))
                        .only()
                        .path("versions")
                        .asInt())
                .isEqualTo(2);
        assertThat(bare(List.of("archive", "unpack", "--help")).status()).isZero();
    }

    private static Ended on(String command, String... args) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(args));
        return run(concat(all, USERS));
    }

    private static Ended run(List<String> args) throws Exception {
        return bare(concat(args, "--config", system.configFile().toString()));
    }

    /** In this process, for a JVM takes longer to start than most commands take; the README's test starts real ones. */
    private static Ended bare(List<String> args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Output.to(out, err);
        int status = Main.run(args.toArray(String[]::new));
        List<ObjectNode> lines = out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(CommandLineTest::json)
                .toList();
        return new Ended(status, lines, err.toString(StandardCharsets.UTF_8));
    }

    private static ObjectNode json(String text) {
        String last = text.strip().lines().reduce((a, b) -> b).orElseThrow();
        return Json.parseObject(last.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> concat(List<String> first, String... second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(second));
        return all;
    }
}
