package io.chronosdb.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.testkit.kafka.SharedKafka;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SessionTimeoutTest {
    @Test
    void it_is_as_short_as_the_brokers_accept() {
        assertThat(shortest(SharedKafka.bootstrapServers())).isEqualTo(SessionTimeout.MIN);
    }

    @Test
    void brokers_that_do_not_answer_are_taken_for_stock_ones() {
        assertThat(shortest("127.0.0.1:1")).isEqualTo(SessionTimeout.STOCK_BROKERS);
    }

    private static Duration shortest(String bootstrapServers) {
        Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        try {
            return SessionTimeout.shortest(admin);
        } finally {
            admin.close(Duration.ZERO); // It would wait a minute for brokers that do not answer.
        }
    }
}
