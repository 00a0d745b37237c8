package io.chronosdb.command.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Routing;
import io.chronosdb.address.Topics;
import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.Reply;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.command.state.HeapState;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Version;
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
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Random histories of several owners of one partition, who crash, fall asleep and wake late, lose appends and
 * acknowledgements. Whatever they write, what a reader accepts must be what one owner would have decided alone, and
 * every answer given must be true.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ChainPropertyTest {
    private static final int HISTORIES = 600;
    private static final int COMMANDS = 60;
    private static final int STEPS = 1_500;

    @Test
    void what_readers_accept_equals_the_sequential_model_whatever_owners_do() {
        long first = Long.getLong("chronos.test.seed", 1);
        long count = Long.getLong("chronos.test.histories", HISTORIES);
        long skipped = 0;
        for (long seed = first; seed < first + count; seed++) {
            try {
                skipped += new History(seed).run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "failing seed: -Dchronos.test.seed=" + seed + " -Dchronos.test.histories=1", e);
            }
        }
        assertThat(skipped).as("copies and leftovers that readers skipped").isGreaterThan(count);
    }

    private static final class History {
        private final Random random;
        private final Database database = Route.runtime("t");
        private final DatabasePartition partition = new DatabasePartition(database, 0);
        private final Deque<PendingAppend> arriving = new ArrayDeque<>();
        private final List<Owner> owners = new ArrayList<>();
        private Deque<PendingAppend> sender = arriving;
        private long micros = 1_700_000_000_000_000L;
        private final InMemoryLog log =
                new InMemoryLog(new Topics("chronos"), 1, () -> Instant.EPOCH.plusNanos(micros * 1_000), this::route);
        private final LogPartition commands = new LogPartition(log.topics().commands(database), 0);
        private final LogPartition events = new LogPartition(log.topics().events(database), 0);
        private final LogPartition replies = new LogPartition(log.topics().name(database, Topics.Kind.REPLIES), 0);

        History(long seed) {
            random = new Random(seed);
            log.open(database);
        }

        private void route(PendingAppend append) {
            if (append.partition().equals(events)) {
                sender.add(append);
            } else {
                append.append();
            }
        }

        long run() {
            owners.add(new Owner());
            int sent = 0;
            for (int step = 0; step < STEPS; step++) {
                micros += random.nextInt(2_000);
                if (sent < COMMANDS && random.nextInt(4) == 0) {
                    send(sent++);
                }
                step();
            }
            while (sent < COMMANDS) {
                send(sent++);
            }
            finish();
            return check();
        }

        private void step() {
            Owner owner = owners.get(random.nextInt(owners.size()));
            double dice = random.nextDouble();
            if (dice < 0.55) {
                owner.step(1 + random.nextInt(5));
            } else if (dice < 0.93) {
                owner.network(random);
            } else if (dice < 0.96 && owners.size() < 4) {
                owners.add(new Owner()); // A takeover: the others sleep, or do not know yet.
            } else if (dice < 0.98 && owners.size() > 1) {
                owners.remove(owner); // Dead; what it had sent may still arrive.
                arriving.addAll(owner.sending);
            } else if (!arriving.isEmpty()) {
                arriving.poll().append();
            }
        }

        /** Everyone but one dies, what is under way arrives or not, and the last one goes on to the end. */
        private void finish() {
            Owner last = owners.remove(owners.size() - 1);
            owners.forEach(owner -> arriving.addAll(owner.sending));
            List<PendingAppend> late = new ArrayList<>(arriving);
            java.util.Collections.shuffle(late, random);
            for (PendingAppend append : late) {
                if (random.nextBoolean()) {
                    append.append();
                }
                last.step(3);
                last.deliverAll();
            }
            for (int i = 0; i < 500; i++) {
                last.step(5);
                last.deliverAll();
            }
        }

        private void send(int number) {
            Command command = switch (random.nextInt(12)) {
                case 0 -> Command.of("c", Optional.empty(), restoreCollection());
                case 1, 2 -> Command.of("", Optional.empty(), transaction(number));
                default -> Command.of("c", Optional.of("item" + random.nextInt(4)), onItem(number));
            };
            if (random.nextInt(3) > 0) {
                command = command.withCommandId("id" + random.nextInt(40));
            }
            Map<String, String> headers = new Reply.Address(0, "client:" + number).headers();
            log.appender()
                    .append(commands, new NewRecord("", CommandCodec.encode(command), headers))
                    .join();
        }

        private Action.OnItem onItem(int number) {
            ExpectedOv expected = random.nextBoolean() ? ExpectedOv.ANY : new Ov(random.nextInt(4));
            Payload data = payload("{\"n\":" + number + ",\"tags\":[]}");
            return switch (random.nextInt(9)) {
                case 0, 1 -> new Action.Create(data);
                case 2 -> new Action.Delete(expected);
                case 3 -> new Action.RestoreObject(new RestorePoint.AtOv(new Ov(random.nextInt(5))));
                case 4, 5 ->
                    new Action.Enrich(
                            List.of(patch(), patch()).subList(0, 1 + random.nextInt(2)), "f" + number, expected);
                default -> new Action.Update(data, expected);
            };
        }

        private Payload patch() {
            return payload("{\"tags\":[\"t" + random.nextInt(6) + "\"]}");
        }

        private static Payload payload(String json) {
            return Payload.of(json.getBytes(StandardCharsets.UTF_8));
        }

        private Action transaction(int number) {
            List<Action.Operation> operations = new ArrayList<>();
            for (int item = 0; item < 4; item++) {
                if (random.nextBoolean()) {
                    Action.OnItem action = random.nextInt(5) == 0 ? new Action.Check(ExpectedOv.ANY) : onItem(number);
                    operations.add(new Action.Operation("c", "item" + item, action));
                }
            }
            return new Action.Transact(
                    operations.isEmpty() ? List.of(new Action.Operation("c", "item0", onItem(number))) : operations);
        }

        private Action restoreCollection() {
            RestorePoint.OfCollection to = random.nextBoolean()
                    ? new RestorePoint.AtCv(new Cv(random.nextInt(30)))
                    : RestorePoint.at(Instant.EPOCH.plusNanos((micros - random.nextInt(400_000)) * 1_000));
            return new Action.RestoreCollection(to, random.nextInt(6) == 0, random.nextBoolean());
        }

        private long check() {
            List<String> accepted = new ArrayList<>();
            Map<String, Long> places = new HashMap<>();
            Chain chain = Chain.START;
            List<LogRecord> all = log.all(events);
            for (LogRecord record : all) {
                Event event = EventCodec.decode(record.value());
                if (chain.accepts(event)) {
                    chain = chain.advance(Hash.of(record.value()));
                    for (Version v : event.fact().versions()) {
                        accepted.add(SequentialModel.line(
                                event.link().commandOffset(),
                                v.item().id(),
                                v.ov().value(),
                                v.cv().value(),
                                v.at(),
                                v.payload().map(SequentialModel::text).orElse("null")));
                        places.put(v.item().id() + "@" + v.ov(), record.offset());
                    }
                }
            }
            assertThat(accepted).isEqualTo(SequentialModel.decide(log.all(commands)));
            for (LogRecord record : log.all(replies)) {
                receipts(Reply.decode(database, record.value()))
                        .forEach(receipt -> assertThat(places.get(receipt.id() + "@" + receipt.ov()))
                                .as("an acknowledged version is an accepted one, not behind where the receipt says")
                                .isNotNull()
                                .isLessThanOrEqualTo(receipt.position().offset()));
            }
            return all.size() - chain.next();
        }

        private static List<Receipt> receipts(Reply reply) {
            if (reply instanceof Reply.AcceptedAll all) {
                return all.receipts();
            }
            return reply instanceof Reply.Accepted yes ? List.of(yes.receipt()) : List.of();
        }

        /** An owner with its own view of the group, its own state, and its own connection to the log. */
        private final class Owner {
            private final Deque<PendingAppend> sending = new ArrayDeque<>();
            private final PartitionOwner owner = new PartitionOwner(
                    partition,
                    log,
                    log.appender(),
                    new Replies(log.topics(), log.appender()),
                    new HeapState(),
                    settings(),
                    new ProcessorLimits(8, 1 << 20, Duration.ZERO, Duration.ZERO, 1 << 20),
                    new Documents(partition, new PayloadCache(1 << 10), History.this::fetch),
                    Surroundings.alone(System::nanoTime));
            private long next;

            void step(int count) {
                sender = sending;
                for (int i = 0; i < count; i++) {
                    owner.turn();
                    owner.takeSeek().ifPresent(offset -> next = offset);
                    List<LogRecord> present = log.all(commands);
                    if (owner.wantsCommands() && next < present.size()) {
                        owner.offer(present.get((int) next++));
                    }
                }
                sender = arriving;
            }

            void network(Random dice) {
                PendingAppend append = sending.poll();
                if (append == null) {
                    return;
                }
                double fate = dice.nextDouble();
                if (fate < 0.06) {
                    append.lose(); // The ones behind it still go: a hole.
                } else if (fate < 0.12) {
                    append.appendAndLoseAcknowledgement();
                } else {
                    append.append();
                }
            }

            void deliverAll() {
                while (!sending.isEmpty()) {
                    sending.poll().append();
                }
            }
        }

        private CompletableFuture<List<Optional<Payload>>> fetch(
                DatabasePartition from, List<PayloadSource.Wanted> wanted) {
            return CompletableFuture.completedFuture(wanted.stream()
                    .map(one ->
                            EventCodec.decode(log.all(events)
                                            .get((int) one.offset())
                                            .value())
                                    .fact()
                                    .versions()
                                    .stream()
                                    .filter(version -> version.item().equals(one.item()))
                                    .findFirst()
                                    .flatMap(Version::payload))
                    .toList());
        }

        private static DecisionSettings settings() {
            return new DecisionSettings(
                    Routing.DEFAULT,
                    1,
                    "db",
                    1 << 20,
                    Duration.ofDays(1),
                    new ArchiveLocation("bucket", ""),
                    Keeping.ALL,
                    Map.of());
        }
    }
}
