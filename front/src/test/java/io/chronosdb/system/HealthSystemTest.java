package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Route;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.node.Node;
import io.chronosdb.testkit.archive.S3Server;
import io.chronosdb.testkit.index.MongoServer;
import io.chronosdb.testkit.kafka.SharedKafka;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What a node tells of itself over HTTP, while its stores come and go. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HealthSystemTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private String url = "";

    @Test
    void an_outage_of_mongodb_is_told_by_name_does_not_make_the_process_dead_and_passes() throws Exception {
        try (MongoServer mongo = MongoServer.startStoppable();
                S3Server s3 = S3Server.startStoppable();
                TestSystem system = TestSystem.create(
                        SharedKafka.bootstrapServers(),
                        mongo.uri(),
                        s3,
                        config -> config.putObject("http").put("port", 0).put("stalledAfterMs", 2_000))) {
            Node node = system.node();
            url = "http://127.0.0.1:" + node.http().orElseThrow().getPort();
            ItemCollection items =
                    system.client().with(Route.runtime("tenant-a").collection("health"));

            // Up, and ready once everything has begun.
            items.create(Map.of("n", 0), Write.PLAIN.withId("one"));
            eventually(() -> get("/health/ready").statusCode() == 200);
            assertThat(get("/health/ready").body()).isEqualTo("{\"ready\":true}\n");
            assertThat(get("/health/started").statusCode()).isEqualTo(200);
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
            assertThat(roles()).containsExactly("archiver", "commands", "counters", "projector", "totals");
            eventually(() -> lag("projector") == 0 && lag("counters") == 0 && lag("commands") == 0);
            assertThat(partition("projector").path("state").textValue()).isEqualTo("idle");
            assertThat(partition("projector").path("lagSeconds").doubleValue()).isZero();

            // Metrics: all that are documented, and what happened.
            items.update("one", Map.of("n", 1), ExpectedOv.ANY);
            assertThatThrownBy(() -> items.update("none", Map.of("n", 1), ExpectedOv.ANY))
                    .isInstanceOf(NotFound.class);
            String metrics = get("/metrics").body();
            assertThat(documentedMetrics())
                    .hasSizeGreaterThan(10)
                    .allSatisfy(name -> assertThat(metrics).containsPattern("(?m)^" + name + "(_count)?[{ ]"));
            assertThat(metrics)
                    .contains("chronos_health{check=\"ready\"} 1.0")
                    .contains("chronos_commands_rejected_total{error_type=\"NotFound\"} 1.0")
                    .contains("chronos_commands_decided_total{database=\"runtime.tenant-a\",outcome=\"accepted\"} 2.0")
                    .contains("chronos_partitions{role=\"projector\",state=\"stopped\"} 0.0")
                    .containsPattern("(?m)^chronos_lag_events\\{database=\"runtime.tenant-a\",role=\"projector\"} \\d")
                    .containsPattern("(?m)^messaging_client_consumed_messages_total\\{database=\"runtime.tenant-a\","
                            + "messaging_system=\"kafka\",role=\"archiver\"}");

            // What is not there, and what is not allowed.
            assertThat(get("/").statusCode()).isEqualTo(404);
            assertThat(get("/health").statusCode()).isEqualTo(404);
            HttpResponse<String> posted = HTTP.send(
                    HttpRequest.newBuilder(URI.create(url + "/status"))
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(posted.statusCode()).isEqualTo(405);
            assertThat(posted.headers().firstValue("Allow")).contains("GET");

            mongo.stop();
            for (int i = 1; i <= 20; i++) {
                items.update("one", Map.of("secret", "content-" + i), ExpectedOv.ANY);
            }
            eventually(() -> get("/health/ready").statusCode() == 503);
            eventually(() -> problem("projector").contains("waits:"));
            assertThat(problem("projector"))
                    .contains(
                            "\"at\":\"runtime.tenant-a/",
                            "waits: position=",
                            " cause=mongodb: Mongo",
                            "\"since\":\"20");
            assertThat(lag("projector")).isEqualTo(20);
            double seconds = partition("projector").path("lagSeconds").doubleValue();
            assertThat(seconds).isGreaterThan(1);
            eventually(() -> partition("projector").path("lagSeconds").doubleValue() > seconds);
            eventually(() -> lag("archiver") == 0 && lag("commands") == 0);
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
            assertThat(get("/health/started").statusCode()).isEqualTo(200);
            assertThat(get("/status").body()).doesNotContain("content-", "mongodb://", "27017");

            mongo.restart();
            eventually(() -> get("/health/ready").statusCode() == 200 && lag("projector") == 0);
        }
    }

    private static List<String> documentedMetrics() throws Exception {
        return Files.readString(Path.of("..", "docs", "operations.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("| metric |"))
                .takeWhile(line -> line.startsWith("|"))
                .flatMap(line -> Pattern.compile("`([a-z_]+)`")
                        .matcher(line.split("\\|")[1])
                        .results())
                .map(found -> found.group(1))
                .toList();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode json(String path) throws Exception {
        return Json.MAPPER.readTree(get(path).body());
    }

    private String problem(String role) throws Exception {
        return StreamSupport.stream(json("/health/ready").path("problems").spliterator(), false)
                .filter(problem -> problem.path("role").textValue().equals(role))
                .map(JsonNode::toString)
                .findFirst()
                .orElse("");
    }

    private List<String> roles() throws Exception {
        return StreamSupport.stream(json("/status").path("roles").spliterator(), false)
                .map(role -> role.path("role").textValue())
                .sorted()
                .toList();
    }

    /** The partition of the item's collection: the one that has something in it. */
    private JsonNode partition(String role) throws Exception {
        return StreamSupport.stream(json("/status").path("partitions").spliterator(), false)
                .filter(one -> one.path("role").textValue().equals(role)
                        && one.path("database").textValue().equals("runtime.tenant-a")
                        && one.has("lagEvents"))
                .max(Comparator.comparingLong(one -> one.path("end").longValue()))
                .orElseGet(() -> Json.object().put("lagEvents", -1));
    }

    private long lag(String role) throws Exception {
        return partition(role).path("lagEvents").longValue();
    }
}
