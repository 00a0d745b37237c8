package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.Consistency;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Routing;
import io.chronosdb.address.Topics;
import io.chronosdb.archive.ArchiveParking;
import io.chronosdb.document.Json;
import io.chronosdb.event.Op;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Version;
import io.chronosdb.log.EventReader;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.mongo.MongoParking;
import io.chronosdb.node.Node;
import io.chronosdb.node.Stores;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import io.chronosdb.port.Parking;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Totals;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Random records, good and bad, thrown at the topics of a whole installation, on real servers. {@code -Dchronos.fuzz.seconds}
 * says for how long, {@code -Dchronos.fuzz.seed} with which ones.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CommandFuzzTest {
    private static final Database DATABASE = Route.runtime("tenant-a");
    private static final int PARTITIONS = 2;
    private static final int GOOD_EVERY = 100;
    private static final int LITTER_EVERY = 500;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    private final long seed = Long.getLong("chronos.fuzz.seed", System.nanoTime());
    private final Duration duration = Duration.ofSeconds(Long.getLong("chronos.fuzz.seconds", 15));
    private final Random random = new Random(seed);
    private final RandomCommands commands = new RandomCommands(random);
    private final Map<String, Integer> figures = new TreeMap<>();
    private String dbName = "";

    @Test
    void whatever_is_thrown_at_the_topics_good_commands_are_answered_and_everything_converges() throws Exception {
        System.out.println("test=command fuzz seed=" + seed + " seconds=" + duration.toSeconds());
        try (LogWatch watch = new LogWatch();
                TestSystem system = TestSystem.create(CommandFuzzTest::configure);
                KafkaLog log = new KafkaLog(system.config().kafka());
                Log.Appender appender = log.appender()) {
            Node node = system.node();
            log.open(DATABASE);
            dbName = system.config().database(DATABASE).dbName();
            Chronos chronos = system.client();
            List<ItemCollection> good = new ArrayList<>();
            for (int p = 0; p < PARTITIONS; p++) {
                good.add(chronos.with(DATABASE.collection(collectionIn(p))));
            }
            throwAll(log, appender, good);
            report(log);

            assertThat(node.failure()).isNotDone();
            assertThat(watch.failures).as("seed %s", seed).isEmpty();
            List<Version> versions = versions(log);
            System.out.println("test=command fuzz seed=" + seed + " figures=" + figures);
            awaitConvergence(system, log);
            requireNothingParked(system);
            requireReadable(chronos, versions);
            requireCounted(chronos, versions);
            assertThat(figures.get("receipts")).isGreaterThan(100);
            assertThat(figures.get("rejections")).isGreaterThan(100);
            assertThat(watch.failures).as("seed %s", seed).isEmpty();
        }
    }

    private static void configure(ObjectNode config) {
        config.put("payloadBytesMax", 90_000);
        ObjectNode users = config.putObject("collectionMaps").putObject("users");
        users.putArray("indexedProps").add("email").add("n").add("tags[].id").add("a.a.a");
        users.putObject("validation").putArray("requiredIndexed").add("email");
        var rules = config.putObject("counterRules").putArray("rules");
        rules.addObject().put("name", "large").putObject("when").put("email", "large");
        rules.addObject().put("name", "sum").put("sum", "n").putObject("when");
        rules.addObject().put("name", "uniques").put("countUnique", "n").putObject("when");
    }

    /** A collection that lies in the partition. */
    private String collectionIn(int partition) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "good" + i)
                .filter(name -> partition(name) == partition)
                .findFirst()
                .orElseThrow();
    }

    private int partition(String collection) {
        return Routing.DEFAULT.partition(DATABASE, dbName, collection, "", PARTITIONS);
    }

    /** Mostly where it belongs, since to forward a command takes longer than to decide it. */
    private int partition(NewRecord record) {
        String text = new String(record.value(), StandardCharsets.ISO_8859_1);
        return random.nextInt(20) == 0
                ? random.nextInt(PARTITIONS)
                : RandomCommands.COLLECTIONS.stream()
                        .filter(text::contains)
                        .findFirst()
                        .map(this::partition)
                        .orElse(0);
    }

    private void throwAll(KafkaLog log, Log.Appender appender, List<ItemCollection> good) {
        CompletableFuture<?> answer = good(good, 0);
        answer.join(); // The processor has its partitions.
        long end = System.nanoTime() + duration.toNanos();
        List<CompletableFuture<Long>> appends = new ArrayList<>();
        for (int n = 1; System.nanoTime() - end < 0; n++) {
            NewRecord record = commands.next();
            count(RandomCommands.isReadable(record) ? "commands" : "noise");
            appends.add(appender.append(new LogPartition(log.topics().commands(DATABASE), partition(record)), record));
            if (n % LITTER_EVERY == 0) {
                litter(log, appender);
            }
            if (n % GOOD_EVERY == 0) {
                appends.forEach(CompletableFuture::join);
                appends.clear();
                answer.join();
                answer = good(good, n);
            }
        }
        answer.join();
        good(good, Integer.MAX_VALUE).join(); // Everything before it is decided.
    }

    /** One in every partition. */
    private CompletableFuture<?> good(List<ItemCollection> good, int n) {
        return CompletableFuture.allOf(good.stream()
                .map(items -> {
                    count("good");
                    return items.createAsync(Map.of("n", n), Write.PLAIN.withId("good" + n))
                            .orTimeout(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
                })
                .toArray(CompletableFuture[]::new));
    }

    /** Noise on the topics that only Chronos writes to: changed copies of what lies there, and things unheard of. */
    private void litter(KafkaLog log, Log.Appender appender) {
        for (Topics.Kind kind : List.of(Topics.Kind.EVENTS, Topics.Kind.REPLIES, Topics.Kind.TOTALS)) {
            LogPartition partition = new LogPartition(log.topics().name(DATABASE, kind), random.nextInt(PARTITIONS));
            long last = log.end(partition);
            byte[] value = new byte[random.nextInt(100)];
            random.nextBytes(value);
            if (last > 0 && random.nextInt(4) > 0) {
                try (Log.Reader reader = log.read(partition, random.nextInt((int) last))) {
                    List<LogRecord> records = reader.poll(Duration.ofSeconds(1));
                    value = records.isEmpty()
                            ? value
                            : changed(kind, records.get(0).value());
                }
            }
            appender.append(partition, new NewRecord("litter", value, Map.of())).join();
            count("litter");
        }
    }

    /** Totals with other numbers would be true: whoever may write to their topic may write that. */
    private byte[] changed(Topics.Kind kind, byte[] value) {
        return kind == Topics.Kind.TOTALS ? Arrays.copyOf(value, value.length / 2) : commands.mutated(value);
    }

    /** What became of the commands: everybody who asked for an answer got one, the others lie among the dead letters. */
    private void report(KafkaLog log) {
        figures.put("receipts", 0);
        figures.put("rejections", 0);
        for (LogRecord reply : all(log, Topics.Kind.REPLIES, 0)) {
            if (reply.headers().getOrDefault("chronos-correlation", "").startsWith("fuzz:")) {
                ObjectNode json = Json.parseObject(reply.value());
                count(json.has("rejection") ? "rejections" : json.has("progress") ? "signs of progress" : "receipts");
                if (json.has("rejection")) {
                    count("rejected as " + json.path("rejection").path("code").asText());
                }
            }
        }
        figures.put("dead letters", all(log, Topics.Kind.DEAD_LETTERS, 0).size());
    }

    private static List<LogRecord> all(KafkaLog log, Topics.Kind kind, int number) {
        LogPartition partition = new LogPartition(log.topics().name(DATABASE, kind), number);
        long end = log.end(partition);
        List<LogRecord> records = new ArrayList<>();
        try (Log.Reader reader = log.read(partition, 0)) {
            eventually(() -> {
                records.addAll(reader.poll(Duration.ofMillis(100)));
                return reader.position(partition) >= end;
            });
        }
        return records;
    }

    private List<Version> versions(KafkaLog log) {
        List<Version> versions = new ArrayList<>();
        EventReader reader = new EventReader(log, Duration.ofSeconds(10));
        for (int p = 0; p < PARTITIONS; p++) {
            DatabasePartition partition = new DatabasePartition(DATABASE, p);
            reader.replay(
                    partition,
                    Progress.START,
                    reader.end(partition),
                    batch -> batch.forEach(
                            event -> versions.addAll(event.event().fact().versions())));
        }
        figures.put("versions", versions.size());
        return versions;
    }

    private static void awaitConvergence(TestSystem system, KafkaLog log) {
        try (Stores stores = new Stores(system.config())) {
            for (int p = 0; p < PARTITIONS; p++) {
                int partition = p;
                long end = log.end(new LogPartition(log.topics().events(DATABASE), p));
                eventually(() -> stores.index(DATABASE).visibleUpTo(partition) >= end);
                eventually(() -> archived(stores, partition) >= end);
            }
        }
    }

    private static long archived(Stores stores, int partition) {
        return stores.archive(DATABASE)
                .get(stores.location(DATABASE).progress(new DatabasePartition(DATABASE, partition)))
                .join()
                .map(json -> Json.parseObject(json).path("next").longValue())
                .orElse(0L);
    }

    private static void requireNothingParked(TestSystem system) {
        try (Stores stores = new Stores(system.config())) {
            List<Parking> all = List.of(
                    new MongoParking(
                            stores::indexSettings,
                            stores::mongo,
                            system.config().deadLetterCollection()),
                    new ArchiveParking(stores::archive, stores::location, Duration.ofSeconds(10)));
            for (Parking parking : all) {
                for (int p = 0; p < PARTITIONS; p++) {
                    assertThat(parking.parked(new DatabasePartition(DATABASE, p)))
                            .isEmpty();
                }
            }
        }
    }

    private void requireReadable(Chronos chronos, List<Version> versions) {
        Read read = Read.PLAIN.with(Consistency.EVENTUAL);
        for (Version version : versions) {
            if (random.nextInt(versions.size()) > 5_000) {
                continue; // A long run makes more than can be read one by one.
            }
            ItemCollection items =
                    chronos.with(DATABASE.collection(version.item().collection()));
            Item item = items.getVersion(version.item().id(), version.ov(), read)
                    .orElseThrow(() -> new AssertionError("not readable: " + version.item() + "@" + version.ov()));
            assertThat(item.cv()).isEqualTo(version.cv());
            assertThat(item.data()).isEqualTo(version.payload().map(payload -> Json.parseObject(payload.json())));
            assertThat(item.system().path("sha256").textValue())
                    .isEqualTo(version.payload()
                            .map(payload -> payload.sha256().toString())
                            .orElse(null));
            version.payload().ifPresent(CommandFuzzTest::requireStrict);
        }
    }

    /** What is kept is what every language reads. */
    private static void requireStrict(Payload payload) {
        assertThat(Payload.of(payload.json()).json()).isEqualTo(payload.json());
        assertThat(new String(payload.json(), StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
                .isEqualTo(payload.json());
    }

    private static void requireCounted(Chronos chronos, List<Version> versions) {
        for (String collection : RandomCommands.COLLECTIONS) {
            List<Op> ops = versions.stream()
                    .filter(version -> version.item().collection().equals(collection))
                    .map(Version::op)
                    .toList();
            long created = ops.stream().filter(op -> op == Op.CREATE).count();
            long deleted = ops.stream().filter(op -> op == Op.DELETE).count();
            ItemCollection items = chronos.with(DATABASE.collection(collection));
            Totals expected = new Totals(created, ops.size() - created - deleted, deleted, Map.of());
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                Totals totals = items.getTotals();
                assertThat(new Totals(totals.created(), totals.updated(), totals.deleted(), Map.of()))
                        .as(collection)
                        .isEqualTo(expected);
            });
        }
    }

    private void count(String what) {
        figures.merge(what, 1, Integer::sum);
    }

    /** Collects what must not be said. */
    private static final class LogWatch extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        private final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

        LogWatch() {
            start();
            root.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent event) {
            String message = event.getFormattedMessage();
            if (message.contains("joins its group again")
                    || message.contains("cannot be decided")
                    || message.contains("parks an event")
                    || message.contains("stops at an event")
                    || message.contains("read again")
                    || message.contains("was lost")) {
                failures.add(message
                        + (event.getThrowableProxy() == null
                                ? ""
                                : " " + event.getThrowableProxy().getClassName() + " "
                                        + event.getThrowableProxy().getMessage()));
            }
        }

        @Override
        public void close() {
            root.detachAppender(this);
        }
    }
}
