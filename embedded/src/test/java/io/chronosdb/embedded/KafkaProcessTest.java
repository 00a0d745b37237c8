package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KafkaProcessTest {
    @Test
    void a_broker_that_is_suspended_and_then_killed_with_kill_9_loses_nothing_and_comes_back_on_its_port()
            throws Exception {
        Path dataDir = Workspace.fresh("kafka process with a space");
        String acknowledged = "acknowledged before the kill";

        try (KafkaProcess kafka = KafkaProcess.start(dataDir);
                Producer<String, String> producer =
                        KafkaTopic.create(kafka.bootstrapServers(), "topic").producer(Map.of())) {
            long firstPid = kafka.pid();
            producer.send(new ProducerRecord<>("topic", acknowledged)).get(10, TimeUnit.SECONDS);

            kafka.suspend();
            Future<?> unanswered = producer.send(new ProducerRecord<>("topic", "sent while suspended"));
            assertThatThrownBy(() -> unanswered.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(kafka.isAlive()).isTrue();
            kafka.resume();
            unanswered.get(20, TimeUnit.SECONDS);

            kafka.kill();
            assertThat(Processes.isAlive(firstPid)).isFalse();
            kafka.restart();
            assertThat(kafka.pid()).isNotEqualTo(firstPid);
            producer.send(new ProducerRecord<>("topic", "sent after the restart"))
                    .get(20, TimeUnit.SECONDS);
        }

        try (EmbeddedKafka kafka = EmbeddedKafka.start(dataDir)) {
            assertThat(new KafkaTopic(kafka.bootstrapServers(), "topic").read(3))
                    .containsExactly(acknowledged, "sent while suspended", "sent after the restart");
        }
    }

    @Test
    void a_broker_that_cannot_start_says_why_and_is_gone() {
        Path dataDir = Workspace.fresh("kafka-process-impossible");

        assertThatThrownBy(() ->
                        KafkaProcess.start(dataDir, KafkaSettings.defaults().with("num.io.threads", "none")))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("kafka ended by itself, exit=1")
                .hasMessageContaining("Invalid value none for configuration num.io.threads");
        Processes.assertNoneNames(dataDir);
    }
}
