package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import kafka.server.KafkaConfig;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KafkaSettingsTest {
    private static final KafkaSettings DEFAULTS = KafkaSettings.defaults();

    @Test
    void values_that_no_broker_could_run_with_are_refused_by_name() {
        assertThatThrownBy(() -> DEFAULTS.onPort(0)).hasMessage("not a port, port=0");
        assertThatThrownBy(() -> DEFAULTS.onPort(65_536)).hasMessage("not a port, port=65536");
        assertThatThrownBy(() -> DEFAULTS.withMaxMessageBytes(0)).hasMessage("too small, maxMessageBytes=0 min=1024");
    }

    @Test
    void what_holds_the_broker_together_cannot_be_overridden() {
        assertThatThrownBy(() -> DEFAULTS.with("listeners", "PLAINTEXT://0.0.0.0:9092"))
                .hasMessage("can't be overridden, property=listeners");
    }

    @Test
    void an_override_wins_over_what_the_module_chose() {
        KafkaSettings settings = DEFAULTS.withMaxMessageBytes(2_000_000)
                .with("num.io.threads", "7")
                .with("log.flush.interval.messages", "1");

        Properties properties =
                BrokerProperties.of(Path.of("/data"), new BrokerPorts(1, 2), settings, Duration.ofSeconds(60));

        assertThat(properties)
                .containsEntry("num.io.threads", "7")
                .containsEntry("log.flush.interval.messages", "1")
                .containsEntry("message.max.bytes", "2000000")
                .containsEntry("replica.fetch.max.bytes", "2000000");
    }

    @Test
    void every_property_is_one_that_this_kafka_knows_for_it_ignores_the_others_silently() {
        Properties properties =
                BrokerProperties.of(Path.of("/data"), new BrokerPorts(1, 2), DEFAULTS, Duration.ofSeconds(60));

        assertThat(KafkaConfig.configDef().names()).containsAll(properties.stringPropertyNames());
    }
}
