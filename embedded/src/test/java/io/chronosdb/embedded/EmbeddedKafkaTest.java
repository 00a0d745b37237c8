package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayNameGeneration(ReplaceUnderscores.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedKafkaTest {
    private final Path dataDir = Workspace.fresh("embedded kafka with a space");
    private EmbeddedKafka kafka = EmbeddedKafka.start(dataDir);

    @AfterAll
    void stop() {
        kafka.close();
    }

    @Test
    void what_was_produced_is_consumed_by_position_and_by_a_group_that_fails_over_in_3_s() throws Exception {
        KafkaTopic topic = KafkaTopic.create(kafka.bootstrapServers(), "greetings");

        topic.append("hello");

        assertThat(topic.read(1)).containsExactly("hello");
        assertThat(topic.readAsGroup("readers", 1)).containsExactly("hello");
    }

    @Test
    void a_transaction_works() throws Exception {
        KafkaTopic topic = KafkaTopic.create(kafka.bootstrapServers(), "transactions");

        try (Producer<String, String> producer = topic.producer(Map.of("transactional.id", "writer"))) {
            producer.initTransactions();
            producer.beginTransaction();
            var sent = producer.send(new ProducerRecord<>(topic.name(), "committed"));
            producer.commitTransaction();
            sent.get(10, TimeUnit.SECONDS);
        }

        assertThat(topic.read(1)).containsExactly("committed");
    }

    @Test
    void a_record_of_16_MiB_is_taken_and_one_over_the_limit_is_refused() throws Exception {
        KafkaTopic topic = KafkaTopic.create(kafka.bootstrapServers(), "large");
        String large = "x".repeat(16 * 1024 * 1024);

        topic.append(large);

        assertThat(topic.read(1)).hasSize(1).allMatch(large::equals);
        assertThatThrownBy(() -> topic.append("x".repeat(KafkaSettings.MAX_MESSAGE_BYTES)))
                .hasRootCauseInstanceOf(RecordTooLargeException.class);
    }

    @Test
    void a_restart_in_the_same_jvm_on_the_same_directory_and_other_ports_keeps_the_data() throws Exception {
        KafkaTopic before = KafkaTopic.create(kafka.bootstrapServers(), "kept");
        before.append("kept");
        int portBefore = kafka.port();

        kafka.close();
        kafka.close();
        kafka = EmbeddedKafka.start(dataDir);

        assertThat(kafka.port()).isNotEqualTo(portBefore);
        assertThat(new KafkaTopic(kafka.bootstrapServers(), "kept").read(1)).containsExactly("kept");
    }

    @Test
    void a_directory_in_use_and_a_taken_port_are_refused_and_the_jvm_lives_on() {
        assertThatThrownBy(() -> EmbeddedKafka.start(dataDir))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageStartingWith("another broker uses this directory, dataDir=");
        assertThatThrownBy(() -> KafkaProcess.start(dataDir))
                .hasMessageStartingWith("another broker uses this directory, dataDir=");
        assertThatThrownBy(() -> EmbeddedKafka.start(
                        Workspace.fresh("embedded-kafka-port"),
                        KafkaSettings.defaults().onPort(kafka.port())))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessage("port is taken, server=kafka address=127.0.0.1:" + kafka.port());
        assertThatThrownBy(() -> EmbeddedKafka.start(Workspace.fresh("embedded,kafka")))
                .hasMessageStartingWith("kafka can't use a path with a comma");
    }

    @Test
    void a_broker_that_cannot_start_is_an_exception_and_not_a_halt_of_the_jvm() {
        KafkaSettings misspelt = KafkaSettings.defaults().with("num.io.threads", "none");
        KafkaSettings fatal = KafkaSettings.defaults().with("authorizer.class.name", "no.such.Authorizer");

        assertThatThrownBy(() -> EmbeddedKafka.start(Workspace.fresh("embedded-kafka-misspelt"), misspelt))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageStartingWith("could not configure the broker, dataDir=")
                .hasRootCauseMessage("Invalid value none for configuration num.io.threads: Not a number of type INT");
        assertThatThrownBy(() -> EmbeddedKafka.start(Workspace.fresh("embedded-kafka-fatal"), fatal))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageStartingWith("could not start kafka in this JVM, address=127.0.0.1:");
    }
}
