package io.chronosdb.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.document.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** That it runs, so that it does not rot. What it measures here is worth nothing. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BenchTest {
    @Test
    void every_scenario_runs_on_real_servers_and_leaves_the_figures_that_it_is_judged_by(@TempDir Path dir)
            throws Exception {
        Path json = dir.resolve("figures.json");

        int status = new CommandLine(new Bench()).execute("--smoke", "--json", json.toString());

        assertThat(status).isZero();
        JsonNode scenarios = Json.parseObject(Files.readAllBytes(json)).path("scenarios");
        for (Scenario scenario : Scenarios.ALL) {
            JsonNode figures = scenarios.path(scenario.name());
            assertThat(figures.path("chronos").size()).as(scenario.name()).isEqualTo(1);
            assertThat(figures.path("floor").path(0).isEmpty())
                    .as(scenario.name())
                    .isEqualTo(scenario.floor().isEmpty());
            assertThat(figures.path("goals").size())
                    .as(scenario.name())
                    .isEqualTo(scenario.goals().size());
        }
    }

    @Test
    void the_inner_loops_run() {
        assertThat(new CommandLine(new Bench()).execute("--micro", "--smoke")).isZero();
    }

    @Test
    void a_scenario_that_there_is_not_is_said() {
        assertThat(new CommandLine(new Bench()).execute("nonsense")).isEqualTo(2);
    }
}
