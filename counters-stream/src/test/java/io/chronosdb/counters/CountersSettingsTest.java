package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Invalid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CountersSettingsTest {
    private static final Duration TICK = Duration.ofMillis(100);

    @Test
    void values_that_no_stream_can_run_with_are_refused() {
        assertThatThrownBy(() -> settings(0, TICK, Map.of()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("threads=0");
        assertThatThrownBy(() -> settings(CountersSettings.THREADS_MAX + 1, TICK, Map.of()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("threads=65");
        assertThatThrownBy(() -> settings(1, Duration.ofMillis(9), Map.of()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("commitIntervalMs=9");
    }

    @Test
    void client_properties_may_add_security_but_not_take_promises_away() {
        CountersSettings secured = settings(1, TICK, Map.of("sasl.jaas.config", "hunter2", "metadata.max.age.ms", "7"));

        assertThat(secured.streamsProperties())
                .containsEntry("sasl.jaas.config", "hunter2")
                .containsEntry("metadata.max.age.ms", "7")
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("application.id", "chronos.counters");
        assertThat(secured.toString()).doesNotContain("hunter2");
        assertThatThrownBy(() -> settings(1, TICK, Map.of("processing.guarantee", "at_least_once")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("property=processing.guarantee");
    }

    private static CountersSettings settings(int threads, Duration commitInterval, Map<String, String> properties) {
        return new CountersSettings(
                new Topics("chronos"),
                List.of(),
                CountersSettings.Maps.EVERYTHING,
                CounterRetention.DEFAULT,
                Path.of("state"),
                threads,
                commitInterval,
                "localhost:9092",
                properties);
    }
}
