package io.chronosdb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.error.ChronosException.UnknownRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tenants that no configuration names. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DynamicTenantsTest {
    private static final String GOOD = """
            {
              "kafka": {"bootstrapServers": "localhost:9092"},
              "dbConnections": {"m": {"mongoUri": "mongodb://one"}, "same": {"mongoUri": "mongodb://one"}},
              "spacesConnections": {"s": {"endpoint": "http://localhost:9000", "region": "eu", "accessKey": "a", "secretKey": "b"}},
              "databases": {
                "knowledge": {"dynamicTenants": {"dbConnRef": "m", "spaceConnRef": "s", "bucket": "kn-{tenantId}",
                  "dbName": "kn_{tenantId}", "pattern": ".*"}},
                "runtime": {
                  "tenantDatabases": [
                    {"tenantId": "named", "dbConnRef": "m", "spaceConnRef": "s", "bucket": "its-own", "dbName": "rt_taken"}],
                  "dynamicTenants": {"dbConnRef": "same", "spaceConnRef": "s", "bucket": "shared", "dbName": "rt_{tenantId}",
                    "analyticsDbName": "analytics", "pattern": "[a-z]+|[A-Za-z0-9_-]+"}}}
            }""";

    @TempDir
    Path dir;

    @Test
    void an_id_that_matches_has_a_database_and_a_named_one_wins() throws Exception {
        ChronosConfig config = read(GOOD);

        assertThat(config.database(Route.runtime("new-1")))
                .isEqualTo(new DatabaseConfig(
                        Route.runtime("new-1"), "same", "s", "shared", "runtime.new-1/", "rt_new-1", "analytics"));
        assertThat(config.database(Route.runtime("named")).bucket()).isEqualTo("its-own");
        Database knowledge = Route.tenant(DatabaseType.KNOWLEDGE, "acme");
        assertThat(config.database(knowledge).bucket()).isEqualTo("kn-acme");
        assertThat(config.database(knowledge).analyticsDbName()).isEqualTo("kn_acme");
        assertThat(config.has(knowledge)).isTrue();
    }

    @Test
    void an_id_that_does_not_match_entirely_leads_nowhere() throws Exception {
        ChronosConfig config = read(GOOD.replace("[a-z]+|[A-Za-z0-9_-]+", "[a-z]+"));

        for (Database nowhere : List.of(
                Route.runtime("abc1"),
                Route.runtime("ABC"),
                Route.tenant(DatabaseType.METADATA, "abc"),
                Route.domain(DatabaseType.KNOWLEDGE, "abc"),
                Route.generic(DatabaseType.KNOWLEDGE),
                Route.logs())) {
            assertThatThrownBy(() -> config.database(nowhere)).isInstanceOf(UnknownRoute.class);
            assertThat(config.find(nowhere)).isEmpty();
            assertThat(config.has(nowhere)).isFalse();
        }
        assertThatThrownBy(() -> config.database(Route.runtime("abc1"))).hasMessageContaining("pattern");
    }

    @Test
    void no_two_ids_get_the_same_database_in_mongodb_which_does_not_know_upper_case() throws Exception {
        ChronosConfig config = read(GOOD);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<String, String> ids = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            StringBuilder id = new StringBuilder();
            for (int length = 1 + random.nextInt(5); length > 0; length--) {
                id.append("aAbB_-1".charAt(random.nextInt(7)));
            }
            String name = config.database(Route.runtime(id.toString())).dbName();
            String before = ids.put(name.toLowerCase(Locale.ROOT), id.toString());
            assertThat(before == null || before.contentEquals(id))
                    .as(seed + " " + id + " " + before)
                    .isTrue();
            assertThat(name).matches("[A-Za-z0-9_-]{1,63}");
        }
    }

    @Test
    void an_id_that_makes_a_name_that_there_cannot_be_is_refused_and_says_which() throws Exception {
        ChronosConfig config = read(GOOD);

        refused(config, Route.runtime("x".repeat(61)), "dbName");
        assertThat(config.has(Route.runtime("x".repeat(60)))).isTrue();
        refused(config, Route.runtime("taken"), "dbName"); // The named tenant's, by another name of the server.
        assertThat(config.has(Route.runtime("TAKEN"))).isTrue(); // rt__t_a_k_e_n
        refused(config, Route.tenant(DatabaseType.KNOWLEDGE, "a_b"), "bucket");
        refused(config, Route.tenant(DatabaseType.KNOWLEDGE, "aB"), "bucket");
        refused(config, Route.tenant(DatabaseType.KNOWLEDGE, "ab-"), "bucket");
        refused(config, Route.runtime("domain_x"), "topics");
    }

    private static void refused(ChronosConfig config, Database database, String why) {
        assertThatThrownBy(() -> config.database(database))
                .isInstanceOf(UnknownRoute.class)
                .hasMessageContaining(why);
        assertThat(config.has(database)).isFalse();
    }

    @Test
    void a_tenants_payloads_are_under_its_own_name() throws Exception {
        ChronosConfig config = read(GOOD);

        assertThat(prefix(config, Route.runtime("acme"))).isEqualTo("runtime.acme/");
        assertThat(prefix(config, Route.tenant(DatabaseType.KNOWLEDGE, "acme"))).isEqualTo("knowledge.acme/");
        assertThat(prefix(config, Route.runtime("named"))).isEqualTo("runtime.named/");
    }

    private static String prefix(ChronosConfig config, Database database) {
        return config.archive(config.database(database)).prefix();
    }

    @Test
    void names_that_cannot_keep_tenants_apart_are_problems() {
        String runtime = "$.databases.runtime.dynamicTenants.";
        assertThat(paths("\"rt_{tenantId}\"", "\"rt\"")).contains(runtime + "dbName");
        assertThat(paths("\"rt_{tenantId}\"", "\"{tenantId}{tenantId}\"")).contains(runtime + "dbName");
        assertThat(paths("\"rt_{tenantId}\"", "\"a b{tenantId}\"")).contains(runtime + "dbName");
        assertThat(paths("\"rt_{tenantId}\"", "\"" + "x".repeat(63) + "{tenantId}\""))
                .contains(runtime + "dbName");
        assertThat(paths("\"shared\"", "\"UPPER\"")).contains(runtime + "bucket");
        assertThat(paths("\"analytics\"", "\"a.b\"")).contains(runtime + "analyticsDbName");
        assertThat(paths("[a-z]+|[A-Za-z0-9_-]+", "[a-z")).contains(runtime + "pattern");
        assertThat(paths("\"dbConnRef\": \"same\"", "\"dbConnRef\": \"none\"")).contains(runtime + "dbConnRef");
        for (String meets : List.of("kn_{tenantId}", "KN_{tenantId}", "{tenantId}", "{tenantId}_kn", "k{tenantId}")) {
            assertThat(paths("\"rt_{tenantId}\"", "\"" + meets + "\""))
                    .as(meets)
                    .containsExactly("$.databases");
        }
        for (String apart : List.of("x{tenantId}", "kn{tenantId}x".replace("kn", "kx"), "rt-{tenantId}")) {
            assertThat(paths("\"rt_{tenantId}\"", "\"" + apart + "\""))
                    .as(apart)
                    .isEmpty();
        }
    }

    @Test
    void named_databases_on_one_server_under_two_names_or_in_two_cases_are_problems() {
        String twice =
                "\"dbName\": \"rt_taken\"}, {\"tenantId\": \"b\", \"dbConnRef\": \"same\", \"spaceConnRef\": \"s\","
                        + " \"bucket\": \"its-own\", \"dbName\": \"RT_taken\"}";

        assertThat(paths("\"dbName\": \"rt_taken\"}", twice)).containsExactly("$.databases");
    }

    private List<String> paths(String replace, String by) {
        assertThat(GOOD).contains(replace);
        ConfigException problem = catchThrowableOfType(ConfigException.class, () -> read(GOOD.replace(replace, by)));
        return problem == null
                ? List.of()
                : problem.problems().stream().map(ConfigException.Problem::path).toList();
    }

    private ChronosConfig read(String json) throws IOException {
        Path file = dir.resolve("chronos.json");
        Files.writeString(file, json);
        return ChronosConfig.read(file);
    }
}
