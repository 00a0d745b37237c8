package io.chronosdb.bench;

import static io.chronosdb.bench.Figures.PER_SECOND;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.address.Topics;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Produced;

/**
 * The counters over a backlog, until a reader sees the last event in the totals. Each round of Chronos has a backlog of its own, for what was
 * counted once is not counted again; the floor counts the same one under another name.
 */
final class Counting implements Contest {
    static final Scenario SCENARIO = new Scenario(
            "counters",
            "events/s into the totals that readers see",
            "Kafka Streams, exactly once, groupBy the collection and count, committing every 100 ms; values are dropped first",
            List.of(Goal.ratioAtLeast(PER_SECOND, 0.8)),
            Counting::new);

    private static final int EVENTS = 200_000;
    private static final int EVENTS_LEAST = 400;
    private static final byte[] NOTHING = {};

    private final Lab lab;
    private final ChronosConfig ofFloor;
    private final int events;
    private int rounds;

    private Counting(Lab lab, Effort effort) throws Exception {
        this.lab = lab;
        this.events = effort.amount(EVENTS, EVENTS_LEAST);
        this.ofFloor = backlog(events);
    }

    private ChronosConfig backlog(int amount) throws Exception {
        ChronosConfig config = lab.config(SCENARIO.name() + "-" + rounds++, Backlog.COLLECTIONS, json -> {});
        Backlog.ofItems(config, amount);
        return config;
    }

    @Override
    public Figures chronos(Effort effort) throws Exception {
        int amount = effort.amount(EVENTS, EVENTS_LEAST);
        ChronosConfig config = backlog(amount);
        try (Parts running = new Parts()) {
            Chronos chronos = Chronos.open(config);
            running.add(chronos::close);
            List<ItemCollection> counted = Backlog.collections(chronos);
            running.add(Node.start(config, EnumSet.of(Role.COUNTERS))::close);
            return Pursuit.watch(
                    amount,
                    () -> counted.stream()
                            .map(collection -> collection.getTotals().created())
                            .toList());
        }
    }

    @Override
    public Figures floor(Effort effort) throws Exception {
        String name = SCENARIO.name() + "-bare-" + rounds++;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", lab.kafka()))) {
            admin.createTopics(List.of(new NewTopic(name, Lab.PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        Map<String, Long> totals = new ConcurrentHashMap<>();
        Backlog.COLLECTIONS.forEach(collection -> totals.put(collection, 0L));
        try (Parts running = new Parts()) {
            running.add(Listener.start(
                    name,
                    new BareTopics(lab.kafka(), name).consumer(name, Map.of("isolation.level", "read_committed")),
                    record -> totals.put(
                            text(record.key()), ByteBuffer.wrap(record.value()).getLong())));
            running.add(new BareStreams(
                    name,
                    lab.kafka(),
                    lab.folder(name),
                    topology(new Topics(ofFloor.kafka().topicPrefix()).events(Lab.DATABASE), name),
                    Map.of(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100))::close);
            return Pursuit.watch(events, () -> List.copyOf(totals.values()));
        }
    }

    private static Topology topology(String from, String to) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.<byte[], byte[]>stream(from)
                .filter((key, event) -> text(key).contains("/")) // The others are settings.
                .mapValues(event -> NOTHING)
                .groupBy((key, nothing) -> collection(key), Grouped.with(Serdes.String(), Serdes.ByteArray()))
                .count()
                .toStream()
                .to(to, Produced.with(Serdes.String(), Serdes.Long()));
        return builder.build();
    }

    /** An event's key begins with it. */
    private static String collection(byte[] key) {
        return text(key).split("/", 2)[0];
    }

    private static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }
}
