package io.chronosdb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.counters.CounterRetention;
import io.chronosdb.error.ChronosException.UnknownRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
              "retention": {"ver": {"days": 90}},
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
        assertThat(config.notes()).singleElement().asString().contains("$.retention");
    }

    @Test
    void counters_are_kept_as_long_as_is_configured_and_otherwise_as_long_as_is_documented() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");

        assertThat(read(GOOD).counterRetention()).isEqualTo(new CounterRetention(400, 160, 120));

        ChronosConfig config =
                read(GOOD.replace("\"ver\": {\"days\": 90}", "\"counters\": {\"days\": 30, \"months\": 24}"));
        assertThat(config.counterRetention()).isEqualTo(new CounterRetention(30, 160, 24));
        assertThat(config.notes()).isEmpty();
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
    void databases_that_share_a_bucket_are_kept_apart_by_a_prefix() throws Exception {
        Files.writeString(dir.resolve("secret.txt"), "s");
        ChronosConfig config = read(GOOD);

        assertThat(prefix(config, Route.runtime("a"))).isEqualTo("runtime.a/");
        assertThat(prefix(config, Route.runtime("b"))).isEqualTo("runtime.b/");
        assertThat(prefix(config, Route.generic(DatabaseType.METADATA))).isEmpty();
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
                          "logicalDelete": {"enabled": false}
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

    private List<ConfigException.Problem> problems(String json) {
        return catchThrowableOfType(ConfigException.class, () -> read(json)).problems();
    }

    private ChronosConfig read(String json) throws IOException {
        Path file = dir.resolve("chronos.json");
        Files.writeString(file, json);
        return ChronosConfig.read(file);
    }
}
