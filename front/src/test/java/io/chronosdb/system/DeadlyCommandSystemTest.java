package io.chronosdb.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.client.ClientSettings;
import io.chronosdb.command.client.CommandClient;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.process.CommandProcessor;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import io.chronosdb.log.KafkaLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A command that is the end of every processor, on Kafka: what they leave to one another lies in their group. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DeadlyCommandSystemTest {
    private static final Database DATABASE =
            Route.runtime("tenant-a").collection("c").database();

    @Test
    void a_command_that_ends_every_processor_is_refused_and_its_partition_goes_on() throws Exception {
        refusedAfterSome((system, log, settings, behind) -> {
            try (CommandProcessor processor = DeadlyProcessor.on(log, settings, (partition, wanted) -> {
                throw new StackOverflowError("the test wants it so");
            })) {
                processor.start();
                CompletableFuture.anyOf(processor.failure().exceptionally(e -> null), behind)
                        .get(60, TimeUnit.SECONDS);
                return processor.failure().isDone();
            }
        });
    }

    @Test
    @Tag("soak")
    void a_command_that_halts_every_process_is_refused_and_its_partition_goes_on() throws Exception {
        refusedAfterSome((system, log, settings, behind) -> {
            try (ChildJvm process = ChildJvm.start(
                    system.dir(),
                    "deadly",
                    DeadlyProcessor.class.getName(),
                    system.configFile().toString(),
                    DATABASE.value())) {
                TestSystem.eventually(() -> behind.isDone() || !process.isAlive());
                return !process.isAlive() && process.exitStatus() == DeadlyProcessor.STATUS;
            }
        });
    }

    /** The life of one processor. */
    private interface Life {
        /** Until the command is answered that is behind the deadly one, or it comes to its end, which it says. */
        boolean ends(TestSystem system, KafkaLog log, DecisionSettings settings, CompletableFuture<?> behind)
                throws Exception;
    }

    private static void refusedAfterSome(Life life) throws Exception {
        try (TestSystem system = TestSystem.create();
                KafkaLog log = new KafkaLog(system.config().kafka())) {
            DecisionSettings settings =
                    system.config().decisions(system.config().database(DATABASE));
            log.open(DATABASE);
            try (CommandClient client = client(log, settings)) {
                try (CommandProcessor processor = DeadlyProcessor.on(log, settings, (partition, wanted) -> {
                    throw new AssertionError("all is at hand");
                })) {
                    processor.start();
                    client.await(client.submit(DATABASE, create("a")));
                }
                CompletableFuture<?> deadly = client.submit(DATABASE, enrich("a"));
                CompletableFuture<?> behind = client.submit(DATABASE, create("b"));

                int ended = 0;
                while (!behind.isDone()) {
                    ended += life.ends(system, log, settings, behind) ? 1 : 0;
                }

                assertThat(behind).isCompleted();
                assertThatThrownBy(() -> client.await(deadly))
                        .isInstanceOf(Invalid.class)
                        .hasMessageContaining("processes have died of it");
                assertThat(ended).isBetween(3, 6);
            }
        }
    }

    private static CommandClient client(KafkaLog log, DecisionSettings settings) {
        return new CommandClient(
                log,
                (database, collection, id, partitions) ->
                        settings.routing(collection).partition(database, settings.dbName(), collection, id, partitions),
                new ClientSettings(Duration.ofSeconds(150), Duration.ofSeconds(120), 100));
    }

    private static Command create(String id) {
        return Command.of("c", Optional.of(id), new Action.Create(payload()));
    }

    private static Command enrich(String id) {
        return Command.of("c", Optional.of(id), new Action.Enrich(List.of(payload()), "f", ExpectedOv.ANY));
    }

    private static Payload payload() {
        return Payload.of("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    }
}
