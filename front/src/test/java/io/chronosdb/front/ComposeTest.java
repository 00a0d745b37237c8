package io.chronosdb.front;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.config.DatabaseConfig;
import io.chronosdb.document.Json;
import io.chronosdb.testkit.index.MongoServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.bson.Document;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the compose file can be tried without containers. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ComposeTest {
    private static final Path DOCKER = Installed.ROOT.resolve("docker");

    @TempDir
    Path dir;

    @Test
    void its_configuration_is_one_that_chronos_accepts_and_its_buckets_are_made() throws Exception {
        String json = Files.readString(DOCKER.resolve("chronos.json"))
                .replace("/run/secrets/", DOCKER.resolve("secrets") + "/");
        Path file = dir.resolve("chronos.json");
        Files.writeString(file, json);

        ChronosConfig config = ChronosConfig.read(file);

        String compose = Files.readString(Installed.ROOT.resolve("docker-compose.yml"));
        assertThat(config.inOrder())
                .extracting(DatabaseConfig::bucket)
                .allMatch(bucket -> compose.contains("s3/" + bucket));
        assertThat(compose.lines().filter(line -> line.contains("image:")))
                .allMatch(line -> line.matches(".*image: \\S+:[\\w.-]+$"))
                .noneMatch(line -> line.endsWith(":latest"));
    }

    @Test
    void its_broker_has_the_settings_that_the_tests_run_against() throws Exception {
        Properties broker = new Properties();
        try (var in = Files.newInputStream(DOCKER.resolve("kafka/server.properties"))) {
            broker.load(in);
        }

        assertThat(broker)
                .containsEntry("auto.create.topics.enable", "false")
                .containsEntry("group.min.session.timeout.ms", "3000")
                .containsKey("message.max.bytes");
    }

    @Test
    void its_replica_set_is_one_that_a_real_mongod_knows() throws Exception {
        ObjectNode initiation = Json.parseObject(Files.readAllBytes(DOCKER.resolve("mongo/replica-set.json")));
        try (MongoClient client = MongoClients.create(MongoServer.shared().uri())) {
            // Already initiated, by the same command with the name of this set: the server says so or that it is the
            // same.
            Document answer;
            try {
                answer = client.getDatabase("admin")
                        .runCommand(new Document("replSetInitiate", Document.parse(initiation.toString())));
            } catch (com.mongodb.MongoCommandException e) {
                assertThat(e.getErrorCodeName()).isEqualTo("AlreadyInitialized");
                answer = client.getDatabase("admin").runCommand(new Document("replSetGetConfig", 1));
            }
            assertThat(answer.getDouble("ok")).isEqualTo(1.0);
            assertThat(initiation.path("_id").asText()).isEqualTo("rs0");
            assertThat(List.of(new String(
                            Files.readAllBytes(DOCKER.resolve("mongo/initiate.js")), StandardCharsets.UTF_8)))
                    .singleElement()
                    .asString()
                    .contains("replica-set.json");
        }
    }
}
