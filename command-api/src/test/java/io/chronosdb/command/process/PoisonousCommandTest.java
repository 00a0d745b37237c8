package io.chronosdb.command.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Routing;
import io.chronosdb.address.Topics;
import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.Reply;
import io.chronosdb.command.client.ClientSettings;
import io.chronosdb.command.client.CommandClient;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.command.state.HeapState;
import io.chronosdb.command.state.PartitionState;
import io.chronosdb.command.state.StateStore;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import io.chronosdb.testkit.log.InMemoryLog;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A command that the processor has no answer to, on the log in memory: it is refused, and those behind it are decided. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PoisonousCommandTest {
    private static final Database DATABASE = Route.runtime("t");
    private static final Topics TOPICS = new Topics("chronos");
    private static final LogPartition COMMANDS = new LogPartition(TOPICS.commands(DATABASE), 0);
    private static final LogPartition DEAD = new LogPartition(TOPICS.name(DATABASE, Topics.Kind.DEAD_LETTERS), 0);
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    @Test
    void what_fails_by_a_bug_is_refused_with_the_reason_and_the_partition_goes_on() {
        InMemoryLog log = new InMemoryLog(TOPICS, 1);
        try (CommandProcessor processor = processor(log, new States(new IllegalStateException("a bug")));
                CommandClient client = client(log);
                Log.Appender appender = log.appender()) {
            client.await(client.submit(DATABASE, create("before")));

            assertThatThrownBy(() -> client.await(client.submit(DATABASE, create("poison"))))
                    .isInstanceOf(Invalid.class)
                    .hasMessage("the command cannot be decided: error=IllegalStateException");
            appender.append(COMMANDS, new NewRecord("", CommandCodec.encode(create("poison")), Map.of()))
                    .join();

            assertThat(client.await(client.submit(DATABASE, create("behind")))
                            .cv()
                            .value())
                    .isEqualTo(1);
            assertThat(log.all(DEAD)).hasSize(1);
            assertThat(log.all(DEAD).get(0).headers())
                    .containsEntry("chronos-reason", "the command cannot be decided: error=IllegalStateException");
            assertThat(processor.failure()).isNotDone();
        }
    }

    @Test
    void what_ends_every_process_is_refused_by_a_later_one_and_all_that_is_behind_it_is_decided() throws Exception {
        InMemoryLog log = new InMemoryLog(TOPICS, 2);
        int ended = 0;
        try (CommandClient client = client(log)) {
            log.open(DATABASE);
            List<CompletableFuture<?>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(client.submit(DATABASE, create("before" + i)));
            }
            CompletableFuture<?> poison = client.submit(DATABASE, create("poison"));
            for (int i = 0; i < 20; i++) {
                answers.add(client.submit(DATABASE, create("behind" + i)));
                answers.add(client.submit(DATABASE, createIn("elsewhere", "other" + i)));
            }
            CompletableFuture<?> all = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
            while (!all.isDone()) {
                try (CommandProcessor processor = processor(log, new States(new StackOverflowError("a bug")))) {
                    CompletableFuture.anyOf(processor.failure().exceptionally(e -> null), all)
                            .get(30, TimeUnit.SECONDS);
                    ended += processor.failure().isDone() ? 1 : 0;
                }
            }

            assertThatThrownBy(() -> client.await(poison))
                    .isInstanceOf(Invalid.class)
                    .hasMessage("the command cannot be decided: processes have died of it");
            all.get(1, TimeUnit.SECONDS);
        }
        assertThat(ended).isBetween(Attempts.TRIES_MAX + 1, 1 + Attempts.TAKEOVERS_MAX + Attempts.TRIES_MAX);
    }

    @Test
    void while_a_suspected_command_is_under_way_no_other_partition_of_the_process_decides_anything() throws Exception {
        InMemoryLog log = new InMemoryLog(TOPICS, 2);
        DecisionSettings settings = settings(log.open(DATABASE));
        String first = collectionIn(0);
        String second = collectionIn(1);
        CompletableFuture<List<Optional<Payload>>> document = new CompletableFuture<>();
        CountDownLatch fetching = new CountDownLatch(1);
        PayloadSource slow = (partition, wanted) -> {
            fetching.countDown();
            return document;
        };
        try (CommandClient client = client(log)) {
            try (CommandProcessor before = processor(log, settings, slow)) {
                before.start();
                client.await(client.submit(DATABASE, createIn(first, "a")));
            }
            try (Log.GroupReader member = log.join("chronos.commands", Topics.Kind.COMMANDS, NOBODY)) {
                var unused = member.poll(Duration.ZERO);
                member.note(COMMANDS, 1, "events=2 takeovers=3 command=1 tries=1", Duration.ofSeconds(1));
            }

            CompletableFuture<?> suspected = client.submit(
                    DATABASE,
                    Command.of(first, Optional.of("a"), new Action.Enrich(List.of(payload()), "f", ExpectedOv.ANY)));
            try (CommandProcessor processor = processor(log, settings, slow)) {
                processor.start();
                assertThat(fetching.await(20, TimeUnit.SECONDS)).isTrue();
                CompletableFuture<?> other = client.submit(DATABASE, createIn(second, "b"));
                assertThatThrownBy(() -> other.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                assertThat(suspected).isNotDone();

                document.complete(List.of(Optional.of(payload())));

                other.get(20, TimeUnit.SECONDS);
                suspected.get(20, TimeUnit.SECONDS);
            }
        }
    }

    private static String collectionIn(int partition) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "c" + i)
                .filter(name -> Routing.DEFAULT.partition(DATABASE, "", name, "", 2) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static final Log.Ownership NOBODY = new Log.Ownership() {
        @Override
        public void assigned(Set<LogPartition> partitions) {}

        @Override
        public void revoked(Set<LogPartition> partitions) {}
    };

    private static CommandProcessor processor(InMemoryLog log, DecisionSettings settings, PayloadSource payloads) {
        return new CommandProcessor(
                log,
                new States(new IllegalStateException()),
                database -> Optional.of(settings),
                payloads,
                new ProcessorLimits(100, 1 << 20, Duration.ofMillis(100), Duration.ofSeconds(1), 0));
    }

    @Test
    void while_the_state_cannot_be_read_a_command_waits_and_is_not_refused() {
        InMemoryLog log = new InMemoryLog(TOPICS, 1);
        States states = new States(new Unavailable("state", "a bad disk", null));
        try (CommandProcessor processor = processor(log, states);
                CommandClient client = client(log)) {
            client.await(client.submit(DATABASE, create("before")));
            states.failuresLeft.set(3);

            assertThat(client.await(client.submit(DATABASE, create("poison")))
                            .cv()
                            .value())
                    .isEqualTo(1);
            assertThat(states.failuresLeft).hasValue(0);
            assertThat(processor.failure()).isNotDone();
        }
    }

    @Test
    void a_command_with_a_time_or_a_number_that_nothing_can_hold_is_refused() {
        InMemoryLog log = new InMemoryLog(TOPICS, 2);
        try (CommandProcessor processor = processor(log, new States(new IllegalStateException()));
                CommandClient client = client(log);
                Log.Appender appender = log.appender()) {
            client.await(client.submit(DATABASE, create("before")));
            for (int partition = 0; partition < 2; partition++) { // One of them would forward it.
                for (String bad : List.of(
                        "{\"command\":\"restoreObject\",\"collection\":\"c\",\"id\":\"before\",\"at\":\"+999999999-01-01T00:00:00Z\"}",
                        "{\"command\":\"enrich\",\"collection\":\"c\",\"id\":\"before\",\"patch\":{\"a\":[100e2147483647,1]}}",
                        "{\"command\":\"enrich\",\"collection\":\"c\",\"id\":\"before\",\"patch\":{\"a\":"
                                + "7".repeat(10_000) + "}}")) {
                    appender.append(
                                    new LogPartition(COMMANDS.topic(), partition),
                                    new NewRecord("", bad.getBytes(StandardCharsets.UTF_8), JSON))
                            .join();
                }
            }
            for (int i = 0; i < 4; i++) {
                client.await(client.submit(DATABASE, create("behind" + i)));
            }
            awaitDead(log, 6);
            assertThat(log.all(DEAD))
                    .allSatisfy(record -> assertThat(record.headers()).containsEntry("chronos-code", "Invalid"));
            assertThat(processor.failure()).isNotDone();
        }
    }

    @Test
    void settings_that_make_too_large_an_event_are_refused() {
        InMemoryLog log = new InMemoryLog(TOPICS, 1);
        try (CommandProcessor processor = processor(log, new States(new IllegalStateException()));
                CommandClient client = client(log);
                Log.Appender appender = log.appender()) {
            client.await(client.submit(DATABASE, create("before")));
            StringBuilder collections = new StringBuilder();
            for (int i = 0; i < 100_000; i++) {
                collections.append(i == 0 ? "" : ",").append("\"c").append(i).append("\":{}");
            }
            String settings =
                    "{\"hashAlgo\":\"rendezvous\",\"chooseKey\":\"collection\",\"partitions\":1,\"dbName\":\"\","
                            + "\"payloadBytesMax\":1048576,\"commandIdsKeptSeconds\":60,\"collections\":{" + collections
                            + "}}";
            Command configure = Command.of("", Optional.empty(), new Action.Configure(settings));
            appender.append(COMMANDS, new NewRecord("", CommandCodec.encode(configure), Map.of()))
                    .join();

            client.await(client.submit(DATABASE, create("behind")));
            assertThat(log.all(DEAD).get(0).headers()).containsEntry("chronos-code", "PayloadTooLarge");
            assertThat(processor.failure()).isNotDone();
        }
    }

    @Test
    void settings_with_a_command_id_answer_no_other_command() {
        InMemoryLog log = new InMemoryLog(TOPICS, 1);
        try (CommandProcessor processor = processor(log, new States(new IllegalStateException()));
                CommandClient client = client(log);
                Log.Appender appender = log.appender()) {
            client.await(client.submit(DATABASE, create("before")));
            Command configure = Command.of(
                            "",
                            Optional.empty(),
                            new Action.Configure(settings(1).toJson()))
                    .withCommandId("same");
            appender.append(COMMANDS, new NewRecord("", CommandCodec.encode(configure), Map.of()))
                    .join();
            Command transact = Command.of(
                            "",
                            Optional.empty(),
                            new Action.Transact(List.of(new Action.Operation("c", "a", new Action.Create(payload())))))
                    .withCommandId("same");

            assertThat(client.await(client.transact(DATABASE, transact))).hasSize(1);
            assertThat(processor.failure()).isNotDone();
        }
    }

    @Test
    void a_dead_letter_that_its_topic_does_not_take_is_kept_without_its_command() {
        InMemoryLog log = new InMemoryLog(TOPICS, 1, InstantSource.system(), append -> {
            if (append.partition().equals(DEAD) && append.record().value().length > 0) {
                append.lose();
            } else {
                append.append();
            }
        });
        try (CommandProcessor processor = processor(log, new States(new IllegalStateException()));
                CommandClient client = client(log);
                Log.Appender appender = log.appender()) {
            client.await(client.submit(DATABASE, create("before")));
            appender.append(COMMANDS, new NewRecord("", new byte[] {1, 2, 3}, Map.of("large", "x".repeat(1 << 20))))
                    .join();

            awaitDead(log, 1);
            LogRecord letter = log.all(DEAD).get(0);
            assertThat(letter.value()).isEmpty();
            assertThat(letter.headers())
                    .containsOnlyKeys("chronos-code", "chronos-reason", "chronos-source")
                    .containsEntry("chronos-code", "Invalid");
            assertThat(processor.failure()).isNotDone();
        }
    }

    @Test
    void garbage_among_the_answers_keeps_no_answer_back() {
        AtomicInteger replies = new AtomicInteger();
        InMemoryLog log = new InMemoryLog(TOPICS, 1, InstantSource.system(), append -> append.append());
        try (CommandProcessor processor = processor(log, new States(new IllegalStateException()));
                CommandClient client = client(log);
                Log.Appender appender = log.appender()) {
            client.await(client.submit(DATABASE, create("before")));
            LogPartition answers = new LogPartition(TOPICS.name(DATABASE, Topics.Kind.REPLIES), 0);
            String mine = log.all(answers).get(0).headers().getOrDefault(Reply.Address.CORRELATION_HEADER, "");
            String clientId = mine.substring(0, mine.indexOf(':'));
            for (int i = 0; i < 50; i++) {
                for (String correlation :
                        List.of(clientId + ":", clientId + ":x", clientId + ":99999999999999999999", "", ":")) {
                    appender.append(
                                    answers,
                                    new NewRecord(
                                            "",
                                            "{".getBytes(StandardCharsets.UTF_8),
                                            Map.of(Reply.Address.CORRELATION_HEADER, correlation)))
                            .join();
                }
                CompletableFuture<?> receipt = client.submit(DATABASE, create("item" + i));
                client.await(receipt, Duration.ofSeconds(10));
                replies.incrementAndGet();
            }
            assertThat(replies).hasValue(50);
            assertThat(log.end(COMMANDS)).as("nothing was sent twice").isEqualTo(51);
            assertThat(processor.failure()).isNotDone();
        }
    }

    private static void awaitDead(InMemoryLog log, int count) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (log.all(DEAD).size() < count && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        assertThat(log.all(DEAD)).hasSize(count);
    }

    private static Payload payload() {
        return Payload.of("{}".getBytes(StandardCharsets.UTF_8));
    }

    private static Command create(String id) {
        return createIn("c", id);
    }

    private static Command createIn(String collection, String id) {
        return Command.of(collection, Optional.of(id), new Action.Create(payload()));
    }

    private static DecisionSettings settings(int partitions) {
        return new DecisionSettings(
                Routing.DEFAULT,
                partitions,
                "",
                1 << 20,
                Duration.ofDays(1),
                new ArchiveLocation("bucket", ""),
                Keeping.ALL,
                Map.of());
    }

    private static CommandProcessor processor(InMemoryLog log, StateStore states) {
        DecisionSettings settings = settings(log.open(DATABASE));
        CommandProcessor processor = new CommandProcessor(
                log,
                states,
                database -> Optional.of(settings),
                (partition, wanted) -> CompletableFuture.failedFuture(new IllegalStateException("all is at hand")),
                ProcessorLimits.DEFAULT);
        processor.start();
        return processor;
    }

    private static CommandClient client(InMemoryLog log) {
        return new CommandClient(
                log,
                (database, collection, id, partitions) ->
                        Routing.DEFAULT.partition(database, "", collection, id, partitions),
                new ClientSettings(Duration.ofSeconds(20), Duration.ofSeconds(5), 100));
    }

    /** States that fail when they are asked for the item {@code poison}: always, or as often as said. */
    private static final class States implements StateStore {
        private final Throwable failure;
        private final AtomicInteger failuresLeft = new AtomicInteger(Integer.MAX_VALUE);

        States(Throwable failure) {
            this.failure = failure;
        }

        @Override
        public PartitionState open(DatabasePartition partition) {
            HeapState state = new HeapState();
            return (PartitionState) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {PartitionState.class}, (proxy, method, arguments) -> {
                        if (method.getReturnType() == Optional.class
                                && arguments != null
                                && arguments[0] instanceof ItemKey item
                                && item.id().equals("poison")
                                && failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                            throw failure;
                        }
                        try {
                            return method.invoke(state, arguments);
                        } catch (java.lang.reflect.InvocationTargetException e) {
                            throw e.getTargetException();
                        }
                    });
        }

        @Override
        public void close() {}
    }
}
