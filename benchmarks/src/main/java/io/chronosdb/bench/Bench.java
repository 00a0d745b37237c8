package io.chronosdb.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Json;
import io.chronosdb.event.Payload;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import io.chronosdb.port.LogPartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Acknowledged writes beside a bare idempotent producer, alternating, and how far the projections are behind at the end.
 * One JVM has the client and the node; the broker and mongod are child processes. Documents are 1 KB with 3 indexed
 * properties.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures acknowledged writes beside a bare Kafka producer doing the same on the same broker.")
public final class Bench implements Callable<Integer> {
    static final int COLLECTIONS = 8;

    private static final int DOCUMENT_BYTES = 1_024;
    private static final String RAW_TOPIC = "raw";
    private static final int RAW_PARTITIONS = 4;
    private static final Duration CATCH_UP_MAX = Duration.ofMinutes(5);

    @Option(names = "--seconds", description = "Of each measurement. Default: ${DEFAULT-VALUE}.")
    int seconds = 5;

    @Option(names = "--warm-up", description = "Seconds before the first measurement. Default: ${DEFAULT-VALUE}.")
    int warmUpSeconds = 20;

    @Option(names = "--rounds", description = "Default: ${DEFAULT-VALUE}.")
    int rounds = 3;

    @Option(names = "--in-flight", split = ",", description = "Default: ${DEFAULT-VALUE}.")
    List<Integer> inFlight = List.of(1, 16, 256);

    @Option(
            names = "--roles",
            description = "What the node does meanwhile: commands,projector,archiver,counters. Default: all of it.")
    String roles = "commands,projector,archiver,counters";

    private final List<ObjectNode> results = new ArrayList<>();

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    static String collection(long n) {
        return "bench" + n % COLLECTIONS;
    }

    @Override
    public Integer call() throws Exception {
        Set<Role> chosen = Role.parse(roles);
        try (BenchSystem system = BenchSystem.start(chosen);
                Chronos chronos = Chronos.open(system.config());
                KafkaProducer<byte[], byte[]> producer = producer(system.config())) {
            List<ItemCollection> collections = new ArrayList<>();
            for (int c = 0; c < COLLECTIONS; c++) {
                collections.add(chronos.with(BenchSystem.DATABASE.collection(collection(c))));
            }
            LongFunction<CompletableFuture<?>> write =
                    n -> collections.get((int) (n % COLLECTIONS)).createAsync(document(n), Write.PLAIN);
            LongFunction<CompletableFuture<?>> raw = n -> send(producer, n);
            say("warming up for " + warmUpSeconds + " s: the compilers need the cores first");
            ClosedLoop.run(256, Duration.ofSeconds(warmUpSeconds), write);
            ClosedLoop.run(256, Duration.ofSeconds(Math.max(1, warmUpSeconds / 4)), raw);
            catchUp(system.config(), chosen);
            for (int round = 1; round <= rounds; round++) {
                for (int places : inFlight) {
                    measure("raw producer", round, places, raw);
                    measure("chronos", round, places, write);
                    catchUp(system.config(), chosen);
                }
            }
            summary();
        }
        return 0;
    }

    private void measure(String what, int round, int places, LongFunction<CompletableFuture<?>> operation)
            throws InterruptedException {
        ClosedLoop.Figures figures = ClosedLoop.run(places, Duration.ofSeconds(seconds), operation);
        ObjectNode json = Json.object();
        json.put("what", what).put("round", round).put("inFlight", places);
        json.put("perSecond", Math.round(figures.perSecond()));
        json.put("p50Millis", figures.p50Millis()).put("p99Millis", figures.p99Millis());
        json.put("errors", figures.errors());
        System.out.println(Json.text(json));
        results.add(json);
    }

    /** How far each projection is behind when the writing stops, in events, and how long it takes to be there. */
    private void catchUp(ChronosConfig config, Set<Role> roles) throws Exception {
        try (Stores stores = new Stores(config);
                KafkaLog log = new KafkaLog(config.kafka())) {
            Index index = stores.index(BenchSystem.DATABASE);
            int partitions = log.open(BenchSystem.DATABASE);
            long[] ends = new long[partitions];
            for (int p = 0; p < partitions; p++) {
                ends[p] = log.end(new LogPartition(log.topics().events(BenchSystem.DATABASE), p));
            }
            Map<String, Callable<Long>> behind = Map.of(
                    "projector",
                            () -> {
                                long sum = 0;
                                for (int p = 0; p < partitions; p++) {
                                    sum += ends[p] - index.visibleUpTo(p);
                                }
                                return sum;
                            },
                    "archiver",
                            () -> {
                                long sum = 0;
                                for (int p = 0; p < partitions; p++) {
                                    sum += ends[p] - archived(stores, p);
                                }
                                return sum;
                            },
                    "counters",
                            () -> {
                                long created = 0;
                                for (int c = 0; c < COLLECTIONS; c++) {
                                    created += stores.totals(BenchSystem.DATABASE)
                                            .read(collection(c))
                                            .created();
                                }
                                long versions = -partitions; // Each partition begins with its settings.
                                for (long end : ends) {
                                    versions += end;
                                }
                                return versions - created;
                            });
            ObjectNode json = Json.object().put("what", "behind");
            long started = System.nanoTime();
            Map<String, Callable<Long>> waiting = new TreeMap<>(behind);
            waiting.keySet().removeIf(name -> !roles.contains(Role.valueOf(name.toUpperCase(Locale.ROOT))));
            for (Map.Entry<String, Callable<Long>> projection : waiting.entrySet()) {
                json.put(projection.getKey() + "Events", projection.getValue().call());
            }
            while (!waiting.isEmpty()) {
                for (Map.Entry<String, Callable<Long>> projection : List.copyOf(waiting.entrySet())) {
                    if (projection.getValue().call() <= 0) {
                        json.put(
                                projection.getKey() + "Seconds",
                                Math.round((System.nanoTime() - started) / 1e7) / 100.0);
                        waiting.remove(projection.getKey());
                    }
                }
                if (System.nanoTime() - started > CATCH_UP_MAX.toNanos()) {
                    throw new IllegalStateException("projections do not catch up: " + waiting.keySet());
                }
                Thread.sleep(20);
            }
            System.out.println(Json.text(json));
        }
    }

    private static long archived(Stores stores, int partition) {
        DatabasePartition of = new DatabasePartition(BenchSystem.DATABASE, partition);
        return stores.archive(BenchSystem.DATABASE)
                .get(stores.location(BenchSystem.DATABASE).progress(of))
                .join()
                .map(bytes -> Json.parseObject(bytes).path("next").longValue())
                .orElse(0L);
    }

    private void summary() {
        System.out.printf(
                Locale.ROOT,
                "%n%9s %14s %14s %7s %20s %20s%n",
                "in flight",
                "raw /s",
                "chronos /s",
                "ratio",
                "raw p50/p99 ms",
                "chronos p50/p99 ms");
        for (int places : inFlight) {
            System.out.printf(
                    Locale.ROOT,
                    "%9d %,14.0f %,14.0f %7.2f %11.2f /%7.2f %11.2f /%7.2f%n",
                    places,
                    median("raw producer", places, "perSecond"),
                    median("chronos", places, "perSecond"),
                    median("chronos", places, "perSecond") / median("raw producer", places, "perSecond"),
                    median("raw producer", places, "p50Millis"),
                    median("raw producer", places, "p99Millis"),
                    median("chronos", places, "p50Millis"),
                    median("chronos", places, "p99Millis"));
        }
    }

    private double median(String what, int places, String figure) {
        List<Double> values = new ArrayList<>();
        for (ObjectNode result : results) {
            if (result.path("what").asText().equals(what)
                    && result.path("inFlight").asInt() == places) {
                values.add(result.path(figure).asDouble());
            }
        }
        Collections.sort(values);
        return values.get(values.size() / 2);
    }

    private static Payload document(long n) {
        String start = "{\"email\":\"user" + n + "@example.org\",\"status\":\"" + (n % 3 == 0 ? "idle" : "active")
                + "\",\"n\":" + n + ",\"text\":\"";
        String text = "x".repeat(DOCUMENT_BYTES - start.length() - 2);
        return Payload.of((start + text + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private static CompletableFuture<?> send(KafkaProducer<byte[], byte[]> producer, long n) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        var unused = producer.send(
                new ProducerRecord<>(
                        RAW_TOPIC, (int) (n % RAW_PARTITIONS), null, document(n).json()),
                (metadata, error) -> {
                    if (error == null) {
                        sent.complete(null);
                    } else {
                        sent.completeExceptionally(error);
                    }
                });
        return sent;
    }

    /** A plain idempotent producer with the same settings as Chronos's. */
    private static KafkaProducer<byte[], byte[]> producer(ChronosConfig config) throws Exception {
        String servers = config.kafka().bootstrapServers();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(RAW_TOPIC, RAW_PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        servers,
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "linger.ms",
                        0,
                        "batch.size",
                        128 << 10),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void say(String text) {
        System.err.println(text);
    }
}
