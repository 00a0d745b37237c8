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
    void scenarios_of_each_kind_run_on_real_servers_and_leave_figures_of_both_sides(@TempDir Path dir)
            throws Exception {
        Path json = dir.resolve("figures.json");

        int status = new CommandLine(new Bench())
                .execute("--smoke", "throughput", "embedded-1", "streams", "--json", json.toString());

        assertThat(status).isZero();
        JsonNode scenarios = Json.parseObject(Files.readAllBytes(json)).path("scenarios");
        assertThat(scenarios.size()).isEqualTo(3);
        for (JsonNode scenario : scenarios) {
            assertThat(scenario.path("chronos").path(0).path(Figures.PER_SECOND).asDouble())
                    .isPositive();
            assertThat(scenario.path("floor").path(0).path(Figures.PER_SECOND).asDouble())
                    .isPositive();
            assertThat(scenario.path("goals").path(0).path("median").asDouble()).isPositive();
        }
    }

    @Test
    void a_scenario_that_there_is_not_is_said() {
        assertThat(new CommandLine(new Bench()).execute("nonsense")).isEqualTo(2);
    }
}
