package io.chronosdb.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.changes.Change;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.client.ClientSettings;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.error.ChronosException;
import io.chronosdb.event.Op;
import io.chronosdb.faults.History.Call;
import io.chronosdb.faults.History.ItemId;
import io.chronosdb.faults.History.Logged;
import io.chronosdb.faults.History.Made;
import io.chronosdb.faults.History.Part;
import io.chronosdb.faults.Nemesis.Killed;
import io.chronosdb.verify.Verification;
import io.chronosdb.verify.VerifyOptions;
import io.chronosdb.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Clients, faults, and the judgement in the end. {@code -Dchronos.faults.seconds} says for how long there are faults, {@code -Dchronos.faults.seed}
 * repeats a schedule; what happened when on a machine is never quite the same again.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FaultsTest {
    private static final long SECONDS = Long.getLong("chronos.faults.seconds", 20);
    private static final long SEED = Long.getLong("chronos.faults.seed", System.nanoTime() & 0xffffff);
    /** Longer runs have more processes, and fewer operations a second. */
    private static final boolean LONG = SECONDS >= 120;

    private static final int NODES = LONG ? 3 : 2;
    /** What nodes take where the brokers allow it, as the cluster's do. */
    private static final Duration SESSION = Duration.ofSeconds(3);

    private static final Duration OUTAGE =
            SECONDS >= 1_200 ? Duration.ofMinutes(5) : Duration.ofSeconds(Math.max(3, SECONDS / 10));
    private static final long PAUSE_NANOS = Duration.ofMillis(LONG ? 80 : 10).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final ClientSettings CLIENT =
            new ClientSettings(Duration.ofSeconds(5), Duration.ofSeconds(2), 1_000);

    private final Random random = new Random(SEED);
    private final History history = new History();
    private final Answers answers = new Answers();
    private final List<Pulse> pulses = new ArrayList<>();
    private final List<Database> databases =
            Cluster.TENANTS.stream().map(tenant -> Route.runtime(tenant)).toList();
    private volatile boolean running = true;
    private volatile long giveUp = Long.MAX_VALUE;

    @Test
    void what_was_acknowledged_is_there_once_and_every_answer_stays_true_whatever_breaks() throws Exception {
        System.out.println("seconds=" + SECONDS + " seed=" + SEED + " smallDisks=" + Disk.possible());
        long begun = System.nanoTime();
        Path dir = Path.of("target", "faults", UUID.randomUUID().toString());
        try (Cluster cluster = Cluster.start(dir, NODES, LONG ? 800 : 150)) {
            ChronosConfig config = ChronosConfig.read(cluster.clientConfig());
            try (Chronos one = Chronos.open(config, CLIENT);
                    Chronos two = Chronos.open(config, CLIENT);
                    Convergence convergence = new Convergence(config, databases)) {
                ExecutorService clients = startClients(one, two);
                System.out.println("started ms=" + (System.nanoTime() - begun) / 1_000_000);
                Nemesis nemesis = new Nemesis(cluster, random, convergence, SESSION, OUTAGE);
                try {
                    nemesis.runFor(Duration.ofSeconds(SECONDS));
                } finally {
                    System.out.println(nemesis.diary());
                    cluster.heal();
                    stop(clients);
                }
                convergence.await();
                judge(config, two, nemesis);
            }
        }
        delete(dir); // Of what went wrong everything stays.
        System.out.println("in all ms=" + (System.nanoTime() - begun) / 1_000_000);
    }

    private static void delete(Path dir) throws IOException {
        try (Stream<Path> tree = Files.walk(dir)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private ExecutorService startClients(Chronos one, Chronos two) {
        ExecutorService threads = Executors.newCachedThreadPool();
        BooleanSupplier goesOn = () -> running;
        BooleanSupplier patient = () -> System.nanoTime() - giveUp < 0;
        int session = 0;
        for (String tenant : Cluster.TENANTS) {
            for (ItemId item : itemInEachPartition(one, tenant, session)) {
                ItemCollection items = one.with(Route.runtime(tenant).collection(Cluster.BY_ITEM));
                Pulse pulse = new Pulse(session++, items, item, history, goesOn, patient);
                pulses.add(pulse);
                threads.execute(pulse);
            }
            for (String collection :
                    List.of("orders", Cluster.BY_ITEM, "orders", "invoices", "invoices", Cluster.BY_ITEM)) {
                threads.execute(new Client(
                        session,
                        session++ % 2 == 0 ? one : two,
                        tenant,
                        collection,
                        new Random(random.nextLong()),
                        history,
                        answers,
                        PAUSE_NANOS,
                        goesOn,
                        patient));
            }
        }
        return threads;
    }

    /** For the pulses. */
    private List<ItemId> itemInEachPartition(Chronos chronos, String tenant, int session) {
        ItemCollection items = chronos.with(Route.runtime(tenant).collection(Cluster.BY_ITEM));
        List<ItemId> found = new ArrayList<>();
        Set<Integer> partitions = new HashSet<>();
        for (int n = 0; partitions.size() < 2; n++) {
            ItemId item = new ItemId(tenant, Cluster.BY_ITEM, "pulse-" + n);
            String command = "first-" + tenant + n;
            Write write = Write.by(command, "pulse").withCommandId(command).withId(item.id());
            long invoked = System.nanoTime();
            Receipt receipt = create(items, write);
            Made made = new Made(receipt.ov().value(), receipt.cv().value(), receipt.at());
            List<Part> parts = List.of(new Part(item, Op.CREATE, OptionalLong.empty()));
            history.calls.add(Call.ok(command, session, parts, invoked, System.nanoTime(), List.of(made)));
            if (partitions.add(receipt.position().partition())) {
                found.add(item);
            }
        }
        return found;
    }

    /** Topics are made, and groups come together. */
    private static Receipt create(ItemCollection items, Write write) {
        for (int attempt = 1; ; attempt++) {
            try {
                return items.create(Map.of(), write);
            } catch (ChronosException.Unavailable | ChronosException.OutcomeUnknown e) {
                if (attempt == 12) {
                    throw e;
                }
            }
        }
    }

    private void stop(ExecutorService clients) throws InterruptedException {
        running = false;
        giveUp = System.nanoTime() + PATIENCE.toNanos();
        clients.shutdown();
        assertThat(clients.awaitTermination(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("everything healed, and clients still wait")
                .isTrue();
    }

    // ---- the judgement

    private void judge(ChronosConfig config, Chronos chronos, Nemesis nemesis) {
        List<Logged> log = new ArrayList<>();
        databases.forEach(database -> log.addAll(read(chronos, database)));
        report(nemesis, log.size());

        assertThat(history.problems).isEmpty();
        assertThat(Checker.check(
                        history.calls(),
                        history.reads(),
                        log,
                        item -> item.collection().equals(Cluster.BY_ITEM)))
                .isEmpty();
        for (Answers.Question question : answers.all()) {
            assertThat(answers.ask(question, chronos)).isEmpty();
        }
        try (Verification verification = new Verification(config)) {
            for (Database database : databases) {
                VerifyReport report = verification.verify(database, VerifyOptions.PLAIN, (what, done, total) -> {});
                assertThat(report.differences()).as(database.toString()).isEmpty();
                assertThat(report.agrees()).isTrue();
            }
        }
    }

    private static List<Logged> read(Chronos chronos, Database database) {
        List<Logged> log = new ArrayList<>();
        try (ChangeIterator changes = chronos.changes(database).untilNow().open()) {
            while (changes.hasNext()) {
                Change change = changes.next();
                String tenant = Cluster.TENANTS.stream()
                        .filter(t -> database.equals(Route.runtime(t)))
                        .findFirst()
                        .orElseThrow();
                log.add(new Logged(
                        new ItemId(tenant, change.collection(), change.id()),
                        change.ov().value(),
                        change.cv().value(),
                        change.at(),
                        change.op(),
                        change.actor().orElse("")));
            }
        }
        return log;
    }

    private void report(Nemesis nemesis, int versions) {
        List<Call> calls = history.calls();
        System.out.println("commands=" + calls.size() + " acknowledged="
                + calls.stream().filter(Call::ok).count() + " rejected="
                + calls.stream().filter(call -> !call.rejected().isEmpty()).count() + " attemptsWithUnknownOutcome="
                + history.unknown + " unavailable=" + history.unavailable + " reads="
                + history.reads().size() + " versions=" + versions + " questions="
                + answers.all().size() + " askedAgain=" + answers.askedAgain);
        long first = calls.stream().mapToLong(Call::invoked).min().orElse(0);
        System.out.println("acknowledged by second="
                + calls.stream()
                        .filter(Call::ok)
                        .collect(Collectors.groupingBy(
                                call -> (call.returned() - first) / 1_000_000_000,
                                TreeMap::new,
                                Collectors.counting())));
        System.out.println("faults=" + nemesis.injected() + " kinds=" + nemesis.kinds());
        nemesis.kills().stream()
                .collect(Collectors.groupingBy(
                        Killed::how, TreeMap::new, Collectors.mapping(this::silence, Collectors.toList())))
                .forEach((how, times) -> System.out.println("takeover after=" + how + " ms=" + times));
        nemesis.converged()
                .forEach((after, times) -> System.out.println("converged after=" + after + " ms="
                        + times.stream().map(Duration::toMillis).toList()));
    }

    /** Until every partition answers again. */
    private long silence(Killed killed) {
        return pulses.stream()
                .mapToLong(pulse -> pulse.silentAfter(killed.nanoTime()).toMillis())
                .max()
                .orElseThrow();
    }
}
