package io.chronosdb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program: its options, its output and its exit status. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConformanceCommandTest {
    @TempDir
    Path dir;

    @Test
    void a_list_has_every_promise_and_needs_no_installation() {
        CommandLine run = CommandLine.run("--list");

        assertThat(run.status()).isZero();
        assertThat(run.lines()).hasSize(Promises.ALL.size());
        assertThat(CommandLine.run("--list", "--only", "R8").lines())
                .containsExactly("a difference is the JSON Patch between two versions  [R8]");
    }

    @Test
    void results_are_lines_of_json_where_that_is_asked_for() {
        CommandLine run = run("--json", "--seed", "7", "--only", "R8");

        assertThat(run.status()).isZero();
        JsonNode result = json(run.lines().get(0));
        assertThat(result.path("outcome").asText()).isEqualTo("kept");
        assertThat(result.path("rules").toString()).isEqualTo("[\"R8\"]");
        JsonNode summary = json(run.lines().get(1));
        assertThat(summary.path("kept").asInt()).isEqualTo(1);
        assertThat(summary.path("seed").asInt()).isEqualTo(7);
        assertThat(run.err()).contains("runtime.tenant-a, runtime.tenant-b", "they stay there");
    }

    @Test
    void the_databases_can_be_chosen() {
        assertThat(run("--only", "R8", "--tenant", "tenant-b").err()).contains("runtime.tenant-b, runtime.tenant-a");
        assertThat(run("--only", "R8", "--database", "knowledge", "--tenant", "tenant-b,tenant-a")
                        .err())
                .contains("knowledge.tenant-b, knowledge.tenant-a");
        assertThat(run("--only", "R8", "--database", "logs").err()).contains("databases=logs, ");
    }

    @Test
    void what_the_installation_is_not_configured_for_is_said_and_is_no_failure() throws Exception {
        Path config = changed("collectionMaps");

        CommandLine run = CommandLine.run("--config", config.toString(), "--only", "V2");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("needs collectionMaps.conformance-strict", "2 not held here");
    }

    @Test
    void wrong_usage_and_a_wrong_configuration_end_with_2() throws Exception {
        assertThat(run("--only", "nothing has this").status()).isEqualTo(2);
        assertThat(run("--tenant", "nobody").status()).isEqualTo(2);
        assertThat(run("--no-such-option").status()).isEqualTo(2);
        assertThat(CommandLine.run("--config", dir.resolve("none.json").toString())
                        .status())
                .isEqualTo(2);
        CommandLine wrong = CommandLine.run("--config", changed("kafka").toString());
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("bootstrapServers");
    }

    @Test
    void where_nothing_answers_it_ends_with_3() throws Exception {
        ObjectNode config = Json.parseObject(Files.readAllBytes(OneMachine.configFile()));
        config.withObjectProperty("kafka").put("bootstrapServers", "127.0.0.1:1");

        CommandLine run = CommandLine.run(
                "--config",
                Files.write(dir.resolve("chronos.json"), Json.bytes(config)).toString());

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.err()).contains("\"code\":\"Unavailable\"");
        assertThat(run.out()).isEmpty();
    }

    private static CommandLine run(String... args) {
        String[] all = java.util.Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--config";
        all[args.length + 1] = OneMachine.configFile().toString();
        return CommandLine.run(all);
    }

    private Path changed(String without) throws IOException {
        ObjectNode config = Json.parseObject(Files.readAllBytes(OneMachine.configFile()));
        config.remove(without);
        return Files.write(OneMachine.configFile().resolveSibling("without-" + without + ".json"), Json.bytes(config));
    }

    private static JsonNode json(String line) {
        return Json.parse(line.getBytes(StandardCharsets.UTF_8));
    }
}
