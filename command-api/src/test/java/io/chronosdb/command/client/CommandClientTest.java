package io.chronosdb.command.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Routing;
import io.chronosdb.address.Topics;
import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.command.process.CommandProcessor;
import io.chronosdb.command.process.PayloadSource;
import io.chronosdb.command.process.ProcessorLimits;
import io.chronosdb.command.state.HeapState;
import io.chronosdb.command.state.PartitionState;
import io.chronosdb.command.state.StateStore;
import io.chronosdb.error.ChronosException.AlreadyExists;
import io.chronosdb.error.ChronosException.OutcomeUnknown;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.testkit.log.InMemoryLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The client and the processor together, on the log in memory. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CommandClientTest {
    private static final Database DATABASE = Route.runtime("t");
    private static final Topics TOPICS = new Topics("chronos");
    private static final ArchiveLocation LOCATION = new ArchiveLocation("bucket", "");
    private static final PayloadSource NOTHING_STORED =
            (partition, wanted) -> CompletableFuture.failedFuture(new IllegalStateException("everything is at hand"));
    private static final ClientSettings PATIENCE =
            new ClientSettings(Duration.ofSeconds(20), Duration.ofMillis(300), 100);

    @Test
    void commands_are_answered_in_order_and_rejections_are_exceptions() {
        InMemoryLog log = new InMemoryLog(TOPICS, 2);
        try (CommandProcessor processor = processor(log);
                CommandClient client = client(log, PATIENCE)) {
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                receipts.add(client.submit(DATABASE, create("item" + i)));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(client.await(receipts.get(i)).cv().value()).isEqualTo(i);
            }
            assertThatThrownBy(() -> client.await(client.submit(DATABASE, create("item7"))))
                    .isInstanceOf(AlreadyExists.class);
            assertThat(processor.failure()).isNotDone();
        }
    }

    @Test
    void what_gets_no_answer_is_sent_again_and_never_makes_a_second_version() {
        AtomicInteger replies = new AtomicInteger();
        InMemoryLog log = new InMemoryLog(TOPICS, 1, InstantSource.system(), append -> {
            boolean reply = append.partition().topic().endsWith("replies");
            if (reply && replies.incrementAndGet() == 1) {
                append.lose(); // The first answer is lost.
            } else {
                append.append();
            }
        });
        try (CommandProcessor processor = processor(log);
                CommandClient client = client(log, PATIENCE)) {
            Receipt receipt = client.await(client.submit(DATABASE, create("item")));

            assertThat(receipt.ov().value()).isZero();
            assertThat(log.end(new LogPartition(TOPICS.commands(DATABASE), 0))).isGreaterThanOrEqualTo(2);
            assertThat(log.end(new LogPartition(TOPICS.events(DATABASE), 0))).isEqualTo(2);
            assertThat(processor.failure()).isNotDone();
        }
    }

    @Test
    void a_rejection_counts_only_when_no_later_copy_of_the_command_can_still_be_accepted() throws Exception {
        InMemoryLog log = new InMemoryLog(TOPICS, 1);
        LogPartition commands = new LogPartition(TOPICS.commands(DATABASE), 0);
        ClientSettings neverAgain = new ClientSettings(Duration.ofSeconds(20), Duration.ofSeconds(20), 100);
        try (CommandClient client = client(log, PATIENCE);
                CommandClient other = client(log, neverAgain)) {
            CompletableFuture<Receipt> update = client.submit(DATABASE, update("item")); // There is no such item yet,
            CompletableFuture<Receipt> create = other.submit(DATABASE, create("item")); // and there is
            awaitEnd(log, commands, 3); // when the update is sent again.
            try (CommandProcessor processor = processor(log)) {
                assertThat(other.await(create).ov().value()).isZero();
                assertThat(client.await(update).ov().value()).isEqualTo(1);
                assertThat(processor.failure()).isNotDone();
            }
        }
    }

    @Test
    void that_nothing_had_to_be_changed_counts_only_when_no_later_copy_can_still_change_something() throws Exception {
        InMemoryLog log = new InMemoryLog(TOPICS, 1);
        LogPartition commands = new LogPartition(TOPICS.commands(DATABASE), 0);
        ClientSettings neverAgain = new ClientSettings(Duration.ofSeconds(20), Duration.ofSeconds(20), 100);
        try (CommandClient client = client(log, PATIENCE);
                CommandClient other = client(log, neverAgain)) {
            CompletableFuture<Receipt> create = other.submit(DATABASE, create("item"));
            CompletableFuture<Receipt> back =
                    client.submit(DATABASE, command("item", new Action.RestoreObject(RestorePoint.ov(0))));
            CompletableFuture<Receipt> update = other.submit(DATABASE, update("item"));
            awaitEnd(log, commands, 4);
            try (CommandProcessor processor = processor(log)) {
                assertThat(other.await(create).ov().value()).isZero();
                assertThat(other.await(update).ov().value()).isEqualTo(1);
                assertThat(client.await(back).ov().value()).isEqualTo(2);
                assertThat(processor.failure()).isNotDone();
            }
        }
    }

    /** It waited for a place first, so that its own deadline passes before it gives up on the log. */
    @Test
    void what_was_given_up_before_it_was_sent_is_never_sent() throws Exception {
        InMemoryLog log = new InMemoryLog(TOPICS, 1);
        Database late = Route.runtime("late");
        ClientSettings onePlace = new ClientSettings(Duration.ofMillis(1_500), Duration.ofSeconds(20), 1);
        AtomicReference<CompletableFuture<Receipt>> second = new AtomicReference<>();
        try (CommandClient client = client(log, onePlace)) {
            CompletableFuture<Receipt> first = client.submit(DATABASE, create("item"));
            Thread caller = new Thread(() -> second.set(client.submit(late, create("item"))));
            Thread.sleep(500); // So that the second one gets the first one's place in time.
            synchronized (log) { // It opens nothing meanwhile.
                caller.start();
                assertThatThrownBy(() -> client.await(first)).isInstanceOf(OutcomeUnknown.class);
                Thread.sleep(1_000); // The client gives the second one up by now, and the log some time later.
            }
            caller.join(20_000);
            assertThatThrownBy(() -> client.await(Objects.requireNonNull(second.get())))
                    .isInstanceOf(Unavailable.class);
            log.open(late);
            assertThat(log.end(new LogPartition(TOPICS.commands(late), 0))).isZero();
        }
    }

    private static void awaitEnd(InMemoryLog log, LogPartition partition, long end) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (log.end(partition) < end && System.nanoTime() - deadline < 0) {
            Thread.sleep(10);
        }
        assertThat(log.end(partition)).isGreaterThanOrEqualTo(end);
    }

    @Test
    void without_an_answer_the_outcome_is_unknown_and_the_command_id_says_how_to_go_on() {
        InMemoryLog log = new InMemoryLog(TOPICS, 1);
        try (CommandClient client =
                client(log, new ClientSettings(Duration.ofMillis(500), Duration.ofMillis(200), 10))) {
            assertThatThrownBy(() ->
                            client.await(client.submit(DATABASE, create("item").withCommandId("my-id"))))
                    .isInstanceOf(OutcomeUnknown.class)
                    .hasMessageContaining("my-id");
        }
    }

    @Test
    void a_processor_whose_routing_is_not_the_recorded_one_refuses_to_serve() {
        InMemoryLog log = new InMemoryLog(TOPICS, 1);
        try (CommandProcessor first = processor(log);
                CommandClient client = client(log, PATIENCE)) {
            client.await(client.submit(DATABASE, create("item")));
            assertThat(first.failure()).isNotDone();
        }
        DecisionSettings other = new DecisionSettings(
                new Routing(Routing.Hash.JUMP, "collection"),
                1,
                "",
                1 << 20,
                Duration.ofDays(1),
                LOCATION,
                Keeping.ALL,
                Map.of());

        try (CommandProcessor disagreeing = new CommandProcessor(
                log, new HeapStates(), database -> Optional.of(other), NOTHING_STORED, ProcessorLimits.DEFAULT)) {
            disagreeing.start();
            assertThatThrownBy(() -> disagreeing.failure().get(20, java.util.concurrent.TimeUnit.SECONDS))
                    .hasMessageContaining("recorded: hashAlgo=rendezvous")
                    .hasMessageContaining("configured: hashAlgo=jump");
        }
    }

    private static CommandProcessor processor(InMemoryLog log) {
        DecisionSettings settings = new DecisionSettings(
                Routing.DEFAULT, log.open(DATABASE), "", 1 << 20, Duration.ofDays(1), LOCATION, Keeping.ALL, Map.of());
        CommandProcessor processor = new CommandProcessor(
                log, new HeapStates(), database -> Optional.of(settings), NOTHING_STORED, ProcessorLimits.DEFAULT);
        processor.start();
        return processor;
    }

    private static CommandClient client(InMemoryLog log, ClientSettings settings) {
        return new CommandClient(
                log,
                (database, collection, id, partitions) ->
                        Routing.DEFAULT.partition(database, "", collection, id, partitions),
                settings);
    }

    private static Command create(String id) {
        return command(id, new Action.Create(payload("{}")));
    }

    private static Command update(String id) {
        return command(id, new Action.Update(payload("{\"n\":1}"), ExpectedOv.ANY));
    }

    private static Command command(String id, Action action) {
        return Command.of("c", Optional.of(id), action);
    }

    private static Payload payload(String json) {
        return Payload.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static final class HeapStates implements StateStore {
        @Override
        public PartitionState open(DatabasePartition partition) {
            return new HeapState();
        }

        @Override
        public void close() {}
    }
}
