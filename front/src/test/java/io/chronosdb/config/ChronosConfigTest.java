package io.chronosdb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.counters.CounterRetention;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.log.Fallback;
import io.chronosdb.log.LoopLimits;
import io.chronosdb.mongo.VersionRetention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ChronosConfigTest {
    private static final String GOOD = """
            {
              "kafka": {"bootstrapServers": "localhost:9092", "properties": {"ssl.key.password": "hunter2"}},
              "dbConnections": {"mongo-primary": {"mongoUri": "mongodb://user:hunter2@localhost:27017"}},
              "spacesConnections": {"s3-primary": {
                "endpoint": "http://localhost:9000", "region": "eu", "accessKey": "AK", "secretKey": {"file": "secret.txt"}}},
              "databases": {
                "metadata": {"genericDatabase": {
                  "dbConnRef": "mongo-primary", "spaceConnRef": "s3-primary", "bucket": "metadata", "dbName": "md"}},
                "runtime": {"tenantDatabases": [
                  {"tenantId": "a", "dbConnRef": "mongo-primary", "spaceConnRef": "s3-primary",
                   "bucket": "shared", "dbName": "a", "analyticsDbName": "an"},
                  {"tenantId": "b", "dbConnRef": "mongo-primary", "spaceConnRef": "s3-primary",
                   "bucket": "shared", "dbName": "b", "analyticsDbName": "an"}]}
              },
              "collectionMaps": {"users": {"indexedProps": ["email", "tags[]"], "validation": {"requiredIndexed": ["email"]}}},
              "counterRules": {"rules": [{"name": "active", "on": ["CREATE"], "when": {"status": "active"}}]},
              "retention": {"ver": {"days": 90, "maxPerItem": 100}, "counters": {"days": 7}},
              "devShadow": {"enabled": true, "ttlHours": 24, "maxBytesPerDoc": 1048576},
              "transactions": {"enabled": true}
            }""";

    @TempDir
    Path dir;

    @Test
    void a_good_configuration_is_read_and_says_what_has_no_effect_yet() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "hunter2\n");

        ChronosConfig config = read(GOOD);

        assertThat(config.databases().keySet())
                .containsExactlyInAnyOrder(
                        Route.generic(DatabaseType.METADATA), Route.runtime("a"), Route.runtime("b"));
        assertThat(config.spaces().values().iterator().next().secretKey().reveal())
                .isEqualTo("hunter2");
        assertThat(config.map("users").indexedProps()).containsExactly("email", "tags[]");
        assertThat(config.map("others").indexesEverything()).isTrue();
        assertThat(config.counterRules()).hasSize(1);
        assertThat(config.transactions()).isTrue();
        assertThat(config.versionRetention())
                .isEqualTo(new VersionRetention(Optional.of(Duration.ofDays(90)), OptionalLong.of(100)));
        assertThat(config.devShadow()).hasValueSatisfying(shadow -> {
            assertThat(shadow.ttl()).isEqualTo(Duration.ofHours(24));
            assertThat(shadow.bytesMax()).isEqualTo(1 << 20);
        });
    }

    @Test
    void a_collection_is_packed_only_if_told_and_only_where_nothing_has_to_be_removed_or_found_without_the_index()
            throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");
        String packed = GOOD.replaceAll("\"retention\".*", "")
                .replace("\"users\": {", "\"users\": {\"archive\": {\"layout\": \"packed\"}, ");

        assertThat(read(packed).packed("users")).isTrue();
        assertThat(read(packed).packed("orders")).isFalse();
        assertThat(read(packed.replace("\"packed\"", "\"object\"")).packed("users"))
                .isFalse();
        assertThat(found(packed.replace("\"packed\"", "\"zip\"")))
                .anyMatch(text -> text.startsWith("$.collectionMaps.users.archive.layout"));
        assertThat(found(packed.replace(
                        "\"transactions\"", "\"logicalDelete\": {\"enabled\": false}, \"transactions\"")))
                .anyMatch(text -> text.contains("packed needs versioning and logicalDelete"));
        assertThat(found(packed.replace(
                        "\"layout\": \"packed\"}", "\"layout\": \"packed\"}, \"versioning\": {\"enabled\": false}")))
                .anyMatch(text -> text.contains("packed needs versioning and logicalDelete"));
        assertThat(found(packed.replace(
                        "\"transactions\"", "\"retention\": {\"ver\": {\"days\": 9}}, \"transactions\"")))
                .anyMatch(text -> text.contains("not together with retention.ver"));
    }

    @Test
    void what_the_index_keeps_is_everything_and_no_documents_unless_told() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");

        ChronosConfig plain = read(GOOD.replaceAll("\"retention\".*", "")
                .replace("\"enabled\": true, \"ttlHours\"", "\"enabled\": false, \"ttlHours\""));

        assertThat(plain.versionRetention()).isEqualTo(VersionRetention.ALL);
        assertThat(plain.devShadow()).isEmpty();
        assertThat(problems(
                        GOOD.replace("\"days\": 90", "\"days\": 0").replace("\"ttlHours\": 24", "\"ttlHours\": 0.5")))
                .extracting(ConfigException.Problem::toString)
                .anyMatch(text ->
                        text.startsWith("$.retention.ver.days: expected a whole number from 1 to 36500, found 0"))
                .anyMatch(text -> text.startsWith("$.devShadow.ttlHours: expected a whole number"));
        assertThat(problems(GOOD.replace("\"maxPerItem\"", "\"maxPerItems\"")))
                .asString()
                .contains("$.retention.ver.maxPerItems: unknown key; did you mean \"maxPerItem\"?");
    }

    @Test
    void counters_are_kept_as_long_as_is_configured_and_otherwise_as_long_as_is_documented() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");

        String without = GOOD.replaceAll("\"retention\".*", "");
        assertThat(read(without).counterRetention()).isEqualTo(new CounterRetention(400, 160, 120));

        ChronosConfig config = read(without.replace(
                "\"transactions\"", "\"retention\": {\"counters\": {\"days\": 30, \"months\": 24}}, \"transactions\""));
        assertThat(config.counterRetention()).isEqualTo(new CounterRetention(30, 160, 24));
    }

    @Test
    void what_is_wrong_with_counters_is_told_with_its_path() {
        String rules =
                "[{\"name\": \"a\", \"sum\": 1}, {\"nam\": \"b\"}, {\"name\": \"c\", \"on\": [\"CREATE\", \"DROP\"]}]";

        assertThat(
                        problems(
                                "{\"counterRules\": {\"rules\": " + rules + ", \"rule\": 1},"
                                        + "\"retention\": {\"counters\": {\"days\": 0, \"weeks\": 5221, \"month\": 1}, \"count\": {}}}"))
                .extracting(ConfigException.Problem::path)
                .contains(
                        "$.counterRules.rules[0].sum",
                        "$.counterRules.rules[1].name",
                        "$.counterRules.rules[1].nam",
                        "$.counterRules.rules[2].on[1]",
                        "$.counterRules.rule",
                        "$.retention.counters.days",
                        "$.retention.counters.weeks",
                        "$.retention.counters.month",
                        "$.retention.count");
    }

    @Test
    void a_name_of_a_database_leads_to_the_one_that_has_it() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");
        ChronosConfig config = read(GOOD);

        assertThat(config.database("b")).isEqualTo(Route.runtime("b"));
        assertThat(catchThrowableOfType(UnknownRoute.class, () -> config.database("c")))
                .hasMessageContaining("dbName=c");

        ChronosConfig twins = read(GOOD.replace(
                        "\"dbConnections\": {", "\"dbConnections\": {\"other\": {\"mongoUri\": \"mongodb://other\"}, ")
                .replace(
                        "\"tenantId\": \"b\", \"dbConnRef\": \"mongo-primary\"",
                        "\"tenantId\": \"b\", \"dbConnRef\": \"other\"")
                .replace("\"dbName\": \"b\"", "\"dbName\": \"a\""));
        assertThat(catchThrowableOfType(UnknownRoute.class, () -> twins.database("a")))
                .hasMessageContaining("several servers");
    }

    @Test
    void secrets_appear_in_no_text() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "hunter2\n");

        assertThat(read(GOOD).toString()).doesNotContain("hunter2");
        assertThat(problems(
                        GOOD.replace("\"http://localhost:9000\"", "\"hunter\"").replace("mongodb://", "http://")))
                .asString()
                .contains("$.dbConnections.mongo-primary.mongoUri", "$.spacesConnections.s3-primary.endpoint")
                .doesNotContain("hunter2");
    }

    @Test
    void databases_are_kept_apart_by_their_names_as_prefixes_whatever_others_there_are() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");
        ChronosConfig config = read(GOOD);
        ChronosConfig alone = read(GOOD.replaceAll("(?s),\\s*\\{\"tenantId\": \"b\".*?\\}", ""));

        assertThat(alone.databases().keySet()).doesNotContain(Route.runtime("b"));
        assertThat(prefix(alone, Route.runtime("a"))).isEqualTo("runtime.a/");
        assertThat(prefix(config, Route.runtime("a"))).isEqualTo("runtime.a/");
        assertThat(prefix(config, Route.runtime("b"))).isEqualTo("runtime.b/");
        assertThat(prefix(config, Route.generic(DatabaseType.METADATA))).isEqualTo("metadata.generic/");
    }

    @Test
    void a_prefix_can_be_chosen_and_can_be_none() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");

        for (String[] chosen : new String[][] {{"", ""}, {"x", "x/"}, {"x/y.z/", "x/y.z/"}}) {
            ChronosConfig config = read(GOOD.replace(
                    "\"bucket\": \"metadata\"", "\"bucket\": \"metadata\", \"prefix\": \"" + chosen[0] + "\""));
            assertThat(prefix(config, Route.generic(DatabaseType.METADATA))).isEqualTo(chosen[1]);
        }
        for (String bad : List.of("/", "a//b", "../a", ".chronos", "a b", "a/./b", "x".repeat(201))) {
            assertThat(problems(GOOD.replace("\"dbName\": \"md\"", "\"dbName\": \"md\", \"prefix\": \"" + bad + "\"")))
                    .singleElement()
                    .asString()
                    .startsWith("$.databases.metadata.genericDatabase.prefix: expected");
        }
    }

    @Test
    void no_prefix_begins_anothers_in_one_bucket() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");

        for (String inTheWay : List.of("", "runtime.b", "runtime.b/deeper")) {
            assertThat(problems(GOOD.replace(
                            "\"tenantId\": \"a\"", "\"tenantId\": \"a\", \"prefix\": \"" + inTheWay + "\"")))
                    .singleElement()
                    .asString()
                    .contains("$.databases: two databases share a bucket", "runtime.a", "runtime.b");
        }
        assertThat(read(GOOD.replace("\"tenantId\": \"a\"", "\"tenantId\": \"a\", \"prefix\": \"runtime.bc\"")))
                .isNotNull();
    }

    @Test
    void write_optimization_and_fallback_go_to_the_roles_and_have_defaults() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");
        ChronosConfig tuned = read(GOOD.replace("\"transactions\"", """
                "writeOptimization": {"batchSize": 17, "debounceMs": 250, "compressionEnabled": true},
                "fallback": {"enabled": false, "maxRetries": 2, "retryDelayMs": 30, "maxDelayMs": 4000,
                  "deadLetterCollection": "letters"},
                "transactions\""""));
        ChronosConfig plain = read(GOOD);

        LoopLimits limits = tuned.loopLimits(Duration.ofMillis(10));
        assertThat(limits.batchEventsMax()).isEqualTo(17);
        assertThat(limits.gather()).isEqualTo(Duration.ofMillis(250));
        assertThat(limits.fallback())
                .isEqualTo(new Fallback(false, 2, Duration.ofMillis(30), Duration.ofMillis(4_000)));
        assertThat(tuned.countersInterval()).isEqualTo(Duration.ofMillis(250));
        assertThat(tuned.compression().enabled()).isTrue();
        assertThat(tuned.compression().plainBytesMax()).isEqualTo(tuned.kafka().messageBytesMax());
        assertThat(tuned.deadLetterCollection()).isEqualTo("letters");
        assertThat(plain.loopLimits(Duration.ofMillis(10))).isEqualTo(LoopLimits.DEFAULT);
        assertThat(plain.countersInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(plain.compression().enabled()).isFalse();
        assertThat(plain.deadLetterCollection()).isEqualTo("chronos_fallback_dead");
        assertThat(read(GOOD.replace(
                                "\"transactions\"", "\"writeOptimization\": {\"debounceMs\": 0}, \"transactions\""))
                        .countersInterval())
                .isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void write_optimization_and_fallback_have_bounds() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");

        assertThat(problems(GOOD.replace("\"transactions\"", """
                "writeOptimization": {"batchSize": 0, "debounceMs": 5001, "compressionEnabled": 1, "batch": 1},
                "fallback": {"maxRetries": -1, "retryDelayMs": 0, "maxDelayMs": 600001, "deadLetterCollection": "users_head"},
                "transactions\"""")))
                .extracting(ConfigException.Problem::path)
                .containsExactlyInAnyOrder(
                        "$.writeOptimization.batchSize",
                        "$.writeOptimization.debounceMs",
                        "$.writeOptimization.compressionEnabled",
                        "$.writeOptimization.batch",
                        "$.fallback.maxRetries",
                        "$.fallback.retryDelayMs",
                        "$.fallback.maxDelayMs",
                        "$.fallback.deadLetterCollection");
        assertThat(problems(GOOD.replace(
                        "\"transactions\"",
                        "\"fallback\": {\"retryDelayMs\": 500, \"maxDelayMs\": 100}, \"transactions\"")))
                .extracting(ConfigException.Problem::path)
                .containsExactly("$.fallback.maxDelayMs");
    }

    @Test
    void every_problem_is_reported_at_once_with_its_path_and_what_was_expected() {
        assertThat(problems("""
                        {
                          "kafka": {"bootstrapServer": "localhost:9092", "partitions": 0},
                          "dbConnections": {"m": {"mongoUri": "mongodb://localhost"}},
                          "databases": {"runtime": {"tenantDatabases": [
                            {"tenantId": "bad name", "dbConnRef": "n", "spaceConnRef": "s", "bucket": "UPPER", "dbName": "a b"}]}},
                          "colectionMaps": {},
                          "routing": {"hashAlgo": "md5", "chooseKey": "collection:oops"},
                          "logicalDelete": {"enabled": 0}
                        }"""))
                .extracting(ConfigException.Problem::path)
                .contains(
                        "$.kafka.bootstrapServers",
                        "$.kafka.bootstrapServer",
                        "$.kafka.partitions",
                        "$.databases.runtime.tenantDatabases[0].dbConnRef",
                        "$.databases.runtime.tenantDatabases[0].spaceConnRef",
                        "$.databases.runtime.tenantDatabases[0].bucket",
                        "$.databases.runtime.tenantDatabases[0].dbName",
                        "$.databases.runtime.tenantDatabases[0]",
                        "$.colectionMaps",
                        "$.routing.hashAlgo",
                        "$.routing.chooseKey",
                        "$.logicalDelete.enabled");
    }

    @Test
    void an_unknown_key_is_answered_with_the_nearest_known_one() {
        assertThat(problems("{\"colectionMaps\": {}, \"kafka\": {\"bootstrapServer\": \"x\"}}"))
                .extracting(ConfigException.Problem::toString)
                .anyMatch(text -> text.contains("did you mean \"collectionMaps\"?"))
                .anyMatch(text -> text.contains("did you mean \"bootstrapServers\"?"));
    }

    @Test
    void databases_that_would_get_into_each_others_way_are_refused() {
        String twice = GOOD.replace("\"dbName\": \"b\"", "\"dbName\": \"a\"");
        String topics = GOOD.replace("\"tenantId\": \"a\"", "\"tenantId\": \"x_y\"")
                .replace("\"tenantId\": \"b\"", "\"tenantId\": \"x_y\"");

        assertThat(problems(twice)).asString().contains("same dbName");
        assertThat(problems(topics)).asString().contains("configured twice");
        assertThat(problems(GOOD.replace("\"tenantId\": \"a\"", "\"tenantId\": \"generic\"")))
                .asString()
                .contains("reserved");
    }

    @Test
    void a_file_that_is_no_json_or_not_there_is_one_clear_problem() throws Exception {
        assertThat(problems("{")).hasSize(1);
        assertThat(catchThrowableOfType(ConfigException.class, () -> ChronosConfig.read(dir.resolve("none"))))
                .hasMessageContaining("cannot be read");
    }

    private String prefix(ChronosConfig config, Database database) {
        return config.archive(config.database(database)).prefix();
    }

    private List<String> found(String json) {
        return problems(json).stream()
                .map(problem -> problem.path() + ": " + problem.message())
                .toList();
    }

    private List<ConfigException.Problem> problems(String json) {
        return catchThrowableOfType(ConfigException.class, () -> read(json)).problems();
    }

    private ChronosConfig read(String json) throws IOException {
        Path file = dir.resolve("chronos.json");
        Files.writeString(file, json);
        return ChronosConfig.read(file);
    }
}
