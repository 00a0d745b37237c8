package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import io.chronosdb.testkit.archive.S3Server;
import io.chronosdb.testkit.index.MongoServer;
import io.chronosdb.testkit.kafka.SharedKafka;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The append is the commit: every other store may be down, and catches up. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class OutageTest {
    @Test
    void writes_go_on_while_mongodb_and_s3_are_down_and_everything_converges_when_they_are_back() throws Exception {
        try (MongoServer mongo = MongoServer.startStoppable();
                S3Server s3 = S3Server.startStoppable();
                TestSystem system = TestSystem.create(SharedKafka.bootstrapServers(), mongo.uri(), s3, config -> {})) {
            system.node();
            Chronos chronos = system.client();
            ItemCollection items = chronos.with(Route.runtime("tenant-a").collection("outage"));
            items.create(Map.of("n", 0), Write.PLAIN.withId("before"));
            eventually(() -> items.getLatest("before").isPresent());

            mongo.stop();
            s3.stop();
            Receipt last = items.create(Map.of("n", 1), Write.PLAIN.withId("during"));
            for (int i = 2; i < 50; i++) {
                last = items.update("during", Map.of("n", i), ExpectedOv.ANY);
            }
            assertThat(last.ov().value()).isEqualTo(48);
            assertThatThrownBy(() -> items.getLatest("during")).isInstanceOf(Unavailable.class);
            mongo.restart();
            s3.restart();

            eventually(() -> {
                try {
                    return items.getLatest("during")
                                    .orElseThrow()
                                    .data()
                                    .orElseThrow()
                                    .path("n")
                                    .intValue()
                            == 49;
                } catch (Unavailable e) {
                    return false;
                }
            });
            assertThat(items.history("during")).hasSize(49);
            eventually(() -> items.getTotals().updated() == 48);
        }
    }

    @Test
    void a_payload_that_is_not_archived_yet_is_read_from_the_log() throws Exception {
        try (TestSystem system = TestSystem.create();
                Node withoutArchiver =
                        Node.start(system.config(), java.util.EnumSet.of(Role.COMMANDS, Role.PROJECTOR))) {
            ItemCollection items =
                    system.client().with(Route.runtime("tenant-a").collection("unarchived"));
            Receipt created = items.create(Map.of("n", 1), "ann", "why");

            var item = items.getLatest(created.id()).orElseThrow();

            assertThat(item.data().orElseThrow().path("n").intValue()).isEqualTo(1);
            assertThat(item.system().path("actor").textValue()).isEqualTo("ann");
            assertThat(withoutArchiver.failure()).isNotDone();
        }
    }

    @Test
    void a_command_id_is_remembered_across_a_restart_also_where_the_state_is_lost() throws Exception {
        try (TestSystem system = TestSystem.create()) {
            ItemCollection items =
                    system.client().with(Route.runtime("tenant-a").collection("again"));
            Write once = Write.PLAIN.withCommandId("only-once");

            Receipt first;
            try (Node node = Node.start(system.config(), java.util.EnumSet.of(Role.COMMANDS))) {
                first = items.create(Map.of("n", 1), once);
                assertThat(items.create(Map.of("n", 1), once)).isEqualTo(first);
                assertThat(node.failure()).isNotDone();
            }
            // Each node has a fresh state folder: the second one knows only what the log says.
            system.node();

            assertThat(items.create(Map.of("n", 1), once)).isEqualTo(first);
            assertThat(items.history(first.id())).hasSize(1);
        }
    }
}
