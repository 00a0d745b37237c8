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
import io.chronosdb.command.process.ProcessorLimits;
import io.chronosdb.command.state.HeapState;
import io.chronosdb.command.state.PartitionState;
import io.chronosdb.command.state.StateStore;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.port.DatabasePartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A command that is the end of every processor, on Kafka: what they leave to one another lies in their group. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DeadlyCommandSystemTest {
    private static final Database DATABASE =
            Route.runtime("tenant-a").collection("c").database();

    /** No documents at hand, so that an enrichment has to fetch one. */
    private static final ProcessorLimits LIMITS =
            new ProcessorLimits(1_000, 1 << 20, Duration.ofMillis(100), Duration.ofSeconds(1), 0);

    @Test
    void a_command_that_ends_every_processor_is_refused_and_its_partition_goes_on() throws Exception {
        try (TestSystem system = TestSystem.create();
                KafkaLog log = new KafkaLog(system.config().kafka())) {
            DecisionSettings settings =
                    system.config().decisions(system.config().database(DATABASE));
            log.open(DATABASE);
            try (CommandClient client = new CommandClient(
                    log,
                    (database, collection, id, partitions) -> settings.routing(collection)
                            .partition(database, settings.dbName(), collection, id, partitions),
                    new ClientSettings(Duration.ofSeconds(90), Duration.ofSeconds(60), 100))) {
                try (CommandProcessor processor = processor(log, settings)) {
                    processor.start();
                    client.await(client.submit(DATABASE, create("a")));
                }
                CompletableFuture<?> deadly = client.submit(DATABASE, enrich("a"));
                CompletableFuture<?> behind = client.submit(DATABASE, create("b"));

                int ended = 0;
                while (!behind.isDone()) {
                    try (CommandProcessor processor = processor(log, settings)) {
                        processor.start();
                        CompletableFuture.anyOf(processor.failure().exceptionally(e -> null), behind)
                                .get(60, TimeUnit.SECONDS);
                        ended += processor.failure().isDone() ? 1 : 0;
                    }
                }

                assertThatThrownBy(() -> client.await(deadly))
                        .isInstanceOf(Invalid.class)
                        .hasMessageContaining("processes have died of it");
                assertThat(ended).isBetween(3, 6);
            }
        }
    }

    private static CommandProcessor processor(KafkaLog log, DecisionSettings settings) {
        return new CommandProcessor(
                log,
                new Forgetful(),
                database -> Optional.of(settings),
                (partition, wanted) -> {
                    throw new StackOverflowError("the test wants it so");
                },
                LIMITS);
    }

    private static final class Forgetful implements StateStore {
        @Override
        public PartitionState open(DatabasePartition partition) {
            return new HeapState();
        }

        @Override
        public void close() {}
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
