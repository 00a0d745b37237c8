package io.chronosdb.bench;

import static io.chronosdb.bench.Figures.P50;
import static io.chronosdb.bench.Figures.P99;
import static io.chronosdb.bench.Figures.PER_SECOND;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** From a command to its receipt. */
final class WritePath {
    /** So many that every partition has some. */
    private static final List<String> COLLECTIONS =
            IntStream.range(0, 16).mapToObj(c -> "bench" + c).toList();

    private static final long READY_SECONDS_MAX = 60;
    private static final String LOOP =
            "consume, append with an idempotent producer, reply after the acknowledgement; no state, no chain";

    private WritePath() {}

    static List<Scenario> scenarios() {
        List<Scenario> scenarios = new ArrayList<>();
        scenarios.add(new Scenario(
                "throughput",
                "acknowledged creations with 2,000 in flight, client and processor in two processes",
                LOOP,
                List.of(Goal.ratioAtLeast(PER_SECOND, 0.75)),
                (lab, effort) -> new Commands(lab, "throughput", 2_000, true, Loops.BARE)));
        scenarios.add(new Scenario(
                "throughput-producer",
                "the same",
                "a plain idempotent producer, acks=all, one append per document",
                List.of(Goal.ratioAtLeast(PER_SECOND, 0.3)),
                (lab, effort) -> new Commands(lab, "throughput-producer", 2_000, true, Loops.PRODUCER)));
        for (int inFlight : List.of(1, 16, 64, 256)) {
            String name = "latency-" + inFlight;
            scenarios.add(new Scenario(
                    name,
                    "acknowledged creations with " + inFlight + " in flight, client and processor in two processes",
                    LOOP,
                    List.of(Goal.ratioAtMost(P50, 1.25), Goal.ratioAtMost(P99, 1.5)),
                    (lab, effort) -> new Commands(lab, name, inFlight, true, Loops.BARE)));
        }
        for (int inFlight : List.of(1, 16, 64, 256)) {
            String name = "embedded-" + inFlight;
            scenarios.add(new Scenario(
                    name,
                    "the same with client and processor in one JVM",
                    LOOP + "; in one JVM",
                    List.of(Goal.ratioAtMost(P50, 1.25)),
                    (lab, effort) -> new Commands(lab, name, inFlight, false, Loops.BARE)));
        }
        scenarios.add(new Scenario(
                "streams",
                "acknowledged creations with 64 in flight, client and processor in one JVM",
                "Kafka Streams, exactly once, one state store, committing every 10 ms",
                List.of(Goal.ratioAtLeast(PER_SECOND, 3)),
                (lab, effort) -> new Commands(lab, "streams", 64, false, Loops.STREAMS)));
        scenarios.add(new Scenario(
                "enrich",
                "acknowledged enrichments of one item with 64 in flight",
                "acknowledged creations of Chronos, 64 in flight",
                List.of(Goal.ratioAtLeast(PER_SECOND, 0.7)),
                (lab, effort) -> new Commands(lab, "enrich", 64, true, Loops.CREATIONS)));
        return scenarios;
    }

    private enum Loops {
        BARE,
        PRODUCER,
        STREAMS,
        /** Chronos itself, while the other side enriches. */
        CREATIONS
    }

    /** Creations through the public API, and the same documents through one of the loops. */
    private static final class Commands implements Contest {
        private final int inFlight;
        private final Parts parts = new Parts();
        private final List<ItemCollection> collections = new ArrayList<>();
        private final LongFunction<CompletableFuture<?>> subject;
        private final LongFunction<CompletableFuture<?>> floor;
        private final String hot;
        private long numbers;

        Commands(Lab lab, String name, int inFlight, boolean twoProcesses, Loops loop) throws Exception {
            this.inFlight = inFlight;
            ChronosConfig config = lab.config(name, COLLECTIONS, json -> {});
            parts.add(twoProcesses ? lab.node(name, "commands") : node(config)::close);
            Chronos chronos = Chronos.open(config);
            parts.add(chronos::close);
            for (String collection : COLLECTIONS) {
                collections.add(chronos.with(Lab.DATABASE.collection(collection)));
            }
            BareTopics topics = new BareTopics(lab.kafka(), "bare-" + name);
            topics.make();
            subject = loop == Loops.CREATIONS ? this::enrich : this::create;
            switch (loop) {
                case CREATIONS -> floor = this::create;
                case PRODUCER -> floor = plain(topics);
                case STREAMS -> {
                    parts.add(new StreamsLoop(topics, lab.folder("streams"))::close);
                    floor = client(topics, Map.of("isolation.level", "read_committed"));
                }
                default -> {
                    parts.add(
                            twoProcesses
                                    ? lab.jvm(
                                            "bare-loop",
                                            1_024,
                                            BareLoop.class.getName(),
                                            List.of(topics.servers(), topics.prefix()),
                                            BareLoop.READY)
                                    : BareLoop.start(topics)::close);
                    floor = client(topics, Map.of());
                }
            }
            hot = collections.get(0).create(Documents.payload(0), Write.PLAIN).id();
            for (int n = 0; n < COLLECTIONS.size(); n++) { // So that topics, groups and settings are there.
                subject.apply(n).get(READY_SECONDS_MAX, TimeUnit.SECONDS);
                bare(n).get(READY_SECONDS_MAX, TimeUnit.SECONDS);
            }
        }

        private static Node node(ChronosConfig config) {
            return Node.start(config, EnumSet.of(Role.COMMANDS));
        }

        private LongFunction<CompletableFuture<?>> client(BareTopics topics, Map<String, Object> consumer) {
            BareClient client = new BareClient(topics, consumer);
            parts.add(client::close);
            return client::send;
        }

        private LongFunction<CompletableFuture<?>> plain(BareTopics topics) {
            KafkaProducer<byte[], byte[]> producer = topics.producer();
            parts.add(producer::close);
            return n -> {
                CompletableFuture<Void> sent = new CompletableFuture<>();
                var unused = producer.send(
                        new ProducerRecord<>(topics.events(), (int) (n % Lab.PARTITIONS), null, Documents.json(n)),
                        (metadata, error) -> {
                            if (error == null) {
                                sent.complete(null);
                            } else {
                                sent.completeExceptionally(error);
                            }
                        });
                return sent;
            };
        }

        @Override
        public void warmUp(Effort effort) throws Exception {
            // Many in flight, whatever is measured then: the compilers need the calls.
            Load.closed(256, effort.warmUpTime(), subject);
            Load.closed(256, effort.warmUpTime(), this::bare);
        }

        @Override
        public Figures chronos(Effort effort) throws Exception {
            return Load.closed(inFlight, effort.time(), subject);
        }

        @Override
        public Figures floor(Effort effort) throws Exception {
            return Load.closed(inFlight, effort.time(), this::bare);
        }

        private CompletableFuture<?> create(long n) {
            long number = numbers++;
            return collections
                    .get((int) (number % collections.size()))
                    .createAsync(Documents.payload(number), Write.PLAIN);
        }

        /** Each one changes a number. */
        private CompletableFuture<?> enrich(long n) {
            return collections.get(0).enrichAsync(hot, Map.of("n", numbers++), ExpectedOv.ANY, Write.PLAIN);
        }

        private CompletableFuture<?> bare(long n) {
            return floor.apply(numbers++);
        }

        @Override
        public void close() throws IOException {
            parts.close();
        }
    }
}
