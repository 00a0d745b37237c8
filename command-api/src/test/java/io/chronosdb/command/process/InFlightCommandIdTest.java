package io.chronosdb.command.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
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
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import io.chronosdb.testkit.log.InMemoryLog;
import io.chronosdb.testkit.log.PendingAppend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A command id that is asked for again while the first one's event is under way is decided as if that were in the log. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class InFlightCommandIdTest {
    private static final Database DATABASE = Route.runtime("t");
    private static final DatabasePartition PARTITION = new DatabasePartition(DATABASE, 0);
    private static final Duration IDS_KEPT = Duration.ofHours(1);

    private final Deque<PendingAppend> underWay = new ArrayDeque<>();
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");
    private final InMemoryLog log = new InMemoryLog(new Topics("chronos"), 1, () -> now, this::route);
    private final LogPartition commands = new LogPartition(log.topics().commands(DATABASE), 0);
    private final LogPartition events = new LogPartition(log.topics().events(DATABASE), 0);
    private final LogPartition replies = new LogPartition(log.topics().name(DATABASE, Topics.Kind.REPLIES), 0);

    private void route(PendingAppend append) {
        if (append.partition().equals(events)) {
            underWay.add(append);
        } else {
            append.append();
        }
    }

    @Test
    void it_is_answered_with_the_first_ones_receipt() {
        PartitionOwner owner = owner();
        send(update().withCommandId("k"));
        send(update().withCommandId("k"));

        decideAll(owner);

        assertThat(answeredVersions()).containsExactly(new Ov(0), new Ov(1), new Ov(1));
    }

    @Test
    void it_is_decided_anew_where_the_first_one_does_not_count_any_more() {
        PartitionOwner owner = owner();
        send(update().withCommandId("k"));
        now = now.plus(IDS_KEPT).plusSeconds(1);
        send(update().withCommandId("k"));

        decideAll(owner);

        assertThat(answeredVersions()).containsExactly(new Ov(0), new Ov(1), new Ov(2));
    }

    private PartitionOwner owner() {
        log.open(DATABASE);
        PartitionOwner owner = new PartitionOwner(
                PARTITION,
                log,
                log.appender(),
                new Replies(log.topics(), log.appender()),
                new HeapState(),
                new DecisionSettings(
                        Routing.DEFAULT,
                        1,
                        "db",
                        1 << 20,
                        IDS_KEPT,
                        new ArchiveLocation("bucket", ""),
                        Keeping.ALL,
                        Map.of()),
                ProcessorLimits.DEFAULT,
                new Documents(
                        PARTITION,
                        new PayloadCache(1 << 10),
                        (partition, wanted) -> CompletableFuture.failedFuture(new AssertionError())),
                Surroundings.alone(System::nanoTime));
        send(Command.of("c", Optional.of("a"), new Action.Create(payload())));
        return owner;
    }

    /** Everything that was sent, before any event arrives. */
    private void decideAll(PartitionOwner owner) {
        while (!owner.wantsCommands()) {
            owner.turn();
        }
        var unused = owner.takeSeek();
        log.all(commands).forEach(owner::offer);
        owner.turn();
        while (!underWay.isEmpty()) {
            underWay.remove().append();
        }
        owner.turn();
    }

    private void send(Command command) {
        int number = log.all(commands).size();
        log.appender()
                .append(
                        commands,
                        new NewRecord(
                                "", CommandCodec.encode(command), new Reply.Address(0, "send" + number).headers()))
                .join();
    }

    private List<Ov> answeredVersions() {
        return log.all(replies).stream()
                .map(LogRecord::value)
                .map(value -> (Reply.Accepted) Reply.decode(DATABASE, value))
                .map(accepted -> accepted.receipt().ov())
                .toList();
    }

    private static Command update() {
        return Command.of("c", Optional.of("a"), new Action.Update(payload(), ExpectedOv.ANY));
    }

    private static Payload payload() {
        return Payload.of("{}".getBytes(StandardCharsets.UTF_8));
    }
}
