package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.Chronos;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Route;
import io.chronosdb.command.client.ClientSettings;
import io.chronosdb.error.ChronosException;
import io.chronosdb.event.Ov;
import io.chronosdb.node.LogRebuilder;
import io.chronosdb.node.Node;
import io.chronosdb.node.Pace;
import io.chronosdb.node.Role;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Kafka loses a database's events while everything else stays. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LostLogTest {
    private static final Route ROUTE = Route.runtime("tenant-a").collection("users");

    @Test
    void nobody_begins_a_new_history_beside_the_copies_of_the_old_one_until_the_log_is_made_again() throws Exception {
        try (TestSystem system = TestSystem.create()) {
            try (Node node = Node.start(system.config(), Role.byDefault());
                    Chronos chronos = Chronos.open(system.configFile())) {
                assertThat(node.failure()).isNotDone();
                ItemCollection users = chronos.with(ROUTE);
                users.create(Map.of("n", 1), Write.PLAIN.withId("ann"));
                eventually(() -> users.getLatest("ann").isPresent());
            }
            system.loseEvents(ROUTE.database());

            try (Node node = Node.start(system.config(), Role.byDefault());
                    Chronos chronos = Chronos.open(system.config(), patience())) {
                assertThat(node.failure()).isNotDone();
                ItemCollection users = chronos.with(ROUTE);
                assertThatThrownBy(() -> users.create(Map.of("n", 2), Write.PLAIN.withId("ann")))
                        .as("nobody decides it")
                        .isInstanceOf(ChronosException.class);
            }

            try (LogRebuilder rebuilder = new LogRebuilder(system.config())) {
                LogRebuilder.Result made = rebuilder.rebuild(
                        ROUTE.database(),
                        new LogRebuilder.Options(false, false, Pace.unlimited()),
                        (what, done, total) -> {});
                assertThat(made.versions()).isEqualTo(1);
            }
            try (Node node = Node.start(system.config(), Role.byDefault());
                    Chronos chronos = Chronos.open(system.configFile())) {
                assertThat(node.failure()).isNotDone();
                ItemCollection users = chronos.with(ROUTE);
                users.update("ann", Map.of("n", 3), new Ov(0));
                Item ann = users.getLatest("ann").orElseThrow();
                assertThat(ann.ov().value()).isEqualTo(1);
            }
        }
    }

    private static ClientSettings patience() {
        return new ClientSettings(Duration.ofSeconds(8), Duration.ofSeconds(3), 10);
    }
}
