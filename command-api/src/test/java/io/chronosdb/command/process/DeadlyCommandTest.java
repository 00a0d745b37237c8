package io.chronosdb.command.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Routing;
import io.chronosdb.address.Topics;
import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.Reply;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.command.state.HeapState;
import io.chronosdb.command.state.PartitionState;
import io.chronosdb.error.Rejection;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Version;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import io.chronosdb.testkit.log.InMemoryLog;
import io.chronosdb.testkit.log.PendingAppend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * A command that is the end of every process which decides it. Processes end here as by a signal: they close nothing and take
 * nothing back, and what they had sent may be lost with them.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DeadlyCommandTest {
    private static final Database DATABASE = Route.runtime("t");
    private static final DatabasePartition PARTITION = new DatabasePartition(DATABASE, 0);
    private static final String DEADLY = "deadly";

    /** Of the one that did not know, of those that began anew, and of those that were careful. */
    private static final int DEATHS_MAX = 1 + Attempts.TAKEOVERS_MAX + Attempts.TRIES_MAX;

    private final Deque<PendingAppend> underWay = new ArrayDeque<>();
    private final InMemoryLog log =
            new InMemoryLog(new Topics("chronos"), 1, InstantSource.system(), append -> route(append));
    private final LogPartition commands = new LogPartition(log.topics().commands(DATABASE), 0);
    private final LogPartition events = new LogPartition(log.topics().events(DATABASE), 0);
    private final LogPartition replies = new LogPartition(log.topics().name(DATABASE, Topics.Kind.REPLIES), 0);
    private final LogPartition dead = new LogPartition(log.topics().name(DATABASE, Topics.Kind.DEAD_LETTERS), 0);
    private final Map<LogPartition, String> noted = new HashMap<>();
    private int deaths;

    DeadlyCommandTest() {
        log.open(DATABASE);
    }

    private void route(PendingAppend append) {
        if (append.partition().equals(events)) {
            underWay.add(append);
        } else {
            append.append();
        }
    }

    @Test
    void it_is_refused_after_a_bounded_number_of_deaths_and_all_others_are_decided_in_order() {
        Owner owner = new Owner();
        send(create("a"));
        owner.decideAll();
        send(create("b"));
        send(create(DEADLY));
        send(create("c"));
        send(create("d"));

        decideAll(owner, Arriving.ALL);

        assertThat(deaths).isEqualTo(DEATHS_MAX);
        assertThat(accepted()).containsExactly("a", "b", "c", "d");
        assertThat(refusals()).containsOnlyKeys(2L);
        assertThat(refusals().values()).allMatch(it -> it.message().contains("processes have died of it"));
        assertThat(answers()).hasSize(5);
    }

    @Test
    void it_is_never_decided_again_once_it_is_refused() {
        send(create(DEADLY));
        decideAll(new Owner(), Arriving.ALL);
        assertThat(deaths).isPositive();
        deaths = 0;
        noted.clear();

        for (int i = 0; i < 3; i++) {
            decideAll(new Owner(), Arriving.ALL);
        }

        assertThat(deaths).isZero();
        assertThat(refusals()).hasSize(1);
    }

    @Test
    void a_copy_of_it_costs_no_more_deaths_and_one_that_asked_for_no_answer_is_a_dead_letter() {
        Command deadly = create(DEADLY).withCommandId("again");
        send(deadly);
        send(create("a"));
        send(deadly);
        log.appender()
                .append(commands, new NewRecord("", CommandCodec.encode(deadly), Map.of()))
                .join();
        send(create("b"));

        decideAll(new Owner(), Arriving.ALL);

        assertThat(deaths).isLessThanOrEqualTo(DEATHS_MAX);
        assertThat(accepted()).containsExactly("a", "b");
        assertThat(refusals()).containsOnlyKeys(0L, 2L);
        assertThat(log.all(dead))
                .singleElement()
                .satisfies(letter ->
                        assertThat(letter.headers().get("chronos-reason")).contains("processes have died of it"));
    }

    @Test
    void it_is_found_among_others_that_make_no_event_and_whatever_is_lost_with_the_dead() {
        for (int seed = 1; seed <= 300; seed++) {
            new DeadlyCommandTest().history(seed);
        }
    }

    private void history(int seed) {
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        int deadly = 0;
        for (int i = 0; i < 40; i++) {
            int dice = random.nextInt(20);
            if (dice == 0) {
                deadly++;
                send(update(DEADLY, i));
            } else if (dice < 8) {
                send(update("nobody", i)); // Refused: there is no such item.
            } else {
                expected.add("i" + i);
                send(create("i" + i));
            }
        }

        decideAll(new Owner(), count -> random.nextInt(count + 1));

        assertThat(accepted()).as("seed %s", seed).isEqualTo(expected);
        assertThat(refusals()).as("seed %s", seed).hasSize(deadly);
        assertThat(deaths)
                .as("seed %s", seed)
                .isLessThanOrEqualTo(deadly * 4 * DEATHS_MAX); // An event before it begins the count anew.
        assertThat(answers()).as("seed %s", seed).hasSize(40);
    }

    @Test
    void as_many_deaths_of_another_cause_refuse_nothing() {
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            send(i % 3 == 0 ? update("nobody", i) : create("i" + i));
        }

        int inTheMidst = 0;
        for (int i = 0; i < 2_000; i++) {
            Owner owner = new Owner();
            for (int turns = random.nextInt(20); turns > 0; turns--) {
                owner.turn();
                arrive(random.nextInt(40) == 0 ? 1 : 0);
            }
            if (owner.owner.wantsToBeAlone() && noted.getOrDefault(commands, "").endsWith("tries=2")) {
                arrive(underWay.size()); // Not twice in the midst of the same command.
                owner.turn();
            }
            inTheMidst += owner.owner.wantsToBeAlone() ? 1 : 0;
            underWay.clear();
        }
        decideAll(new Owner(), Arriving.ALL);

        assertThat(inTheMidst)
                .as("deaths in the midst of a command that was tried")
                .isPositive();
        assertThat(refusals()).isEmpty();
        assertThat(accepted())
                .isEqualTo(IntStream.range(0, 60)
                        .filter(i -> i % 3 != 0)
                        .mapToObj(i -> "i" + i)
                        .toList());
    }

    @Test
    void owners_that_hand_over_in_good_order_are_not_counted() {
        send(update("nobody", 1));

        for (int i = 0; i < 10; i++) {
            Owner owner = new Owner();
            owner.decideAll();
            owner.owner.close();
        }

        assertThat(noted.get(commands)).contains("takeovers=0 ");
    }

    @Test
    void an_owner_whose_event_for_it_was_not_accepted_acknowledges_nothing() {
        Owner decides = new Owner(new HeapState());
        Deque<PendingAppend> decided = survivesTheSecond(decides);

        Owner givesUp = new Owner();
        givesUp.decideAll();
        decided.forEach(PendingAppend::append);
        decides.decideAll();

        assertThat(decided).hasSize(1);
        assertThat(deaths).isZero();
        assertThat(accepted()).containsExactly("a");
        assertThat(refusals()).containsOnlyKeys(1L);
        assertThat(answers()).hasSize(2);
    }

    @Test
    void an_owner_that_gave_it_up_refuses_nothing_where_another_one_has_decided_it() {
        Owner decides = new Owner(new HeapState());
        Deque<PendingAppend> decided = survivesTheSecond(decides);

        Owner givesUp = new Owner();
        givesUp.turns(5);
        Deque<PendingAppend> refused = takeUnderWay();
        decided.forEach(PendingAppend::append);
        refused.forEach(PendingAppend::append);
        givesUp.decideAll();
        decides.decideAll();

        assertThat(refused).hasSize(1);
        assertThat(accepted()).containsExactly("a", DEADLY);
        assertThat(refusals()).isEmpty();
        assertThat(answers()).hasSize(2);
    }

    /** An owner that decides two commands, of which the second one is given up by whoever comes next: its append, held back. */
    private Deque<PendingAppend> survivesTheSecond(Owner decides) {
        send(create("a"));
        decides.decideAll();
        send(create(DEADLY));
        decides.turns(5);
        noted.put(commands, "events=2 takeovers=3 command=1 tries=2");
        return takeUnderWay();
    }

    private Deque<PendingAppend> takeUnderWay() {
        Deque<PendingAppend> taken = new ArrayDeque<>(underWay);
        underWay.clear();
        return taken;
    }

    // ---- what happens

    /** What becomes of the appends that were under way when their sender died. */
    private interface Arriving {
        Arriving ALL = count -> count;

        /** How many of them arrive, the first ones. */
        int of(int count);
    }

    /** One owner after the other, until one has nothing more to do. */
    private void decideAll(Owner first, Arriving arriving) {
        Owner owner = first;
        for (int lives = 0; lives < 200; lives++) {
            try {
                owner.decideAll();
                return;
            } catch (StackOverflowError e) {
                deaths++;
                arrive(arriving.of(underWay.size()));
                underWay.clear();
                owner = new Owner();
            }
        }
        throw new AssertionError("nobody gets past the command");
    }

    private void arrive(int count) {
        for (int i = 0; i < count && !underWay.isEmpty(); i++) {
            underWay.remove().append();
        }
    }

    private final class Owner {
        private final PartitionOwner owner;
        private long next;

        Owner() {
            this(deadly());
        }

        Owner(PartitionState state) {
            owner = new PartitionOwner(
                    PARTITION,
                    log,
                    log.appender(),
                    new Replies(log.topics(), log.appender()),
                    state,
                    new DecisionSettings(
                            Routing.DEFAULT,
                            1,
                            "db",
                            1 << 20,
                            Duration.ofHours(1),
                            new ArchiveLocation("bucket", ""),
                            Keeping.ALL,
                            Map.of()),
                    ProcessorLimits.DEFAULT,
                    new Documents(
                            PARTITION,
                            new PayloadCache(1 << 10),
                            (partition, wanted) -> CompletableFuture.failedFuture(new AssertionError())),
                    Surroundings.alone(System::nanoTime, Optional.ofNullable(noted.get(commands)), notes()));
        }

        /** Until there is nothing more to do; what it sends arrives when it can do no more without. */
        void decideAll() {
            for (int idle = 0; idle < 3; ) {
                boolean busy = turn();
                boolean arrived = !busy && !underWay.isEmpty();
                arrive(busy ? 0 : underWay.size());
                idle = busy || arrived || !owner.wantsCommands() || next < log.end(commands) ? 0 : idle + 1;
            }
        }

        void turns(int count) {
            for (int i = 0; i < count; i++) {
                turn();
            }
        }

        boolean turn() {
            boolean busy = owner.turn();
            owner.takeSeek().ifPresent(offset -> next = offset);
            if (owner.wantsCommands()) {
                for (LogRecord command : log.some(commands, next, 10)) {
                    owner.offer(command);
                    next = command.offset() + 1;
                }
            }
            return busy;
        }
    }

    private Log.Notes notes() {
        return new Log.Notes() {
            @Override
            public Map<LogPartition, String> noted(Collection<LogPartition> partitions) {
                throw new UnsupportedOperationException("it was told");
            }

            @Override
            public void note(LogPartition partition, long offset, String text, Duration max) {
                noted.put(partition, text);
            }
        };
    }

    /** Whoever asks it for the item overflows its stack. */
    private static PartitionState deadly() {
        HeapState state = new HeapState();
        return (PartitionState) Proxy.newProxyInstance(
                DeadlyCommandTest.class.getClassLoader(),
                new Class<?>[] {PartitionState.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("item")
                            && method.getReturnType() == Optional.class
                            && arguments[0] instanceof ItemKey item
                            && item.id().equals(DEADLY)) {
                        throw new StackOverflowError("the test wants it so");
                    }
                    try {
                        return method.invoke(state, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    private static Command create(String id) {
        return Command.of("c", Optional.of(id), new Action.Create(payload(id)));
    }

    private static Command update(String id, int number) {
        return Command.of("c", Optional.of(id), new Action.Update(payload("" + number), ExpectedOv.ANY));
    }

    private static Payload payload(String text) {
        return Payload.of(("{\"a\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private void send(Command command) {
        String correlation = "client:" + log.end(commands);
        log.appender()
                .append(
                        commands,
                        new NewRecord("", CommandCodec.encode(command), new Reply.Address(0, correlation).headers()))
                .join();
    }

    // ---- what has come of it

    /** The items of the accepted versions, in the log's order. */
    private List<String> accepted() {
        List<String> items = new ArrayList<>();
        Chain chain = Chain.START;
        for (LogRecord record : log.all(events)) {
            Event event = EventCodec.decode(record.value());
            if (chain.accepts(event)) {
                chain = chain.advance(Hash.of(record.value()));
                event.fact().versions().stream()
                        .map(Version::item)
                        .map(ItemKey::id)
                        .forEach(items::add);
            }
        }
        return items;
    }

    /** By the offset of the command; the last one counts, and all have to be of one kind. */
    private Map<Long, Reply> answers() {
        Map<Long, Reply> answers = new TreeMap<>();
        for (LogRecord record : log.all(replies)) {
            String correlation = record.headers().getOrDefault(Reply.Address.CORRELATION_HEADER, "");
            Reply reply = Reply.decode(DATABASE, record.value());
            Reply before = answers.put(Long.parseLong(correlation.substring("client:".length())), reply);
            if (before != null) {
                assertThat(reply.getClass()).isEqualTo(before.getClass());
            }
        }
        return answers;
    }

    /** What was refused for being deadly, by the offset of the command. */
    private Map<Long, Rejection> refusals() {
        Map<Long, Rejection> refusals = new TreeMap<>();
        answers().forEach((offset, reply) -> {
            if (reply instanceof Reply.Rejected no && no.rejection().code() == Rejection.Code.Invalid) {
                refusals.put(offset, no.rejection());
            }
        });
        return refusals;
    }
}
