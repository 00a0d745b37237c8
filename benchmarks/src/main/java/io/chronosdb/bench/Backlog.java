package io.chronosdb.bench;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.Routing;
import io.chronosdb.command.Receipt;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.Projection;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Events that wait to be read. The real processor has made them, so they are what they are in life. */
final class Backlog {
    /** One in each partition: so all partitions have the same work, and a batch is of one collection. */
    static final List<String> COLLECTIONS =
            IntStream.range(0, Lab.PARTITIONS).mapToObj(Backlog::collectionIn).toList();

    private static final int IN_FLIGHT = 2_000;

    private Backlog() {}

    /** What is written. */
    interface Commands {
        /**
         * Begins the n-th command.
         *
         * @param collections {@link #COLLECTIONS} in their order
         */
        CompletableFuture<?> begin(List<ItemCollection> collections, long n);
    }

    /** Creates items of 1 KB, as many in each collection. */
    static void ofItems(ChronosConfig config, long items) throws Exception {
        of(config, items, Backlog::create);
    }

    /** Creates the n-th item. */
    static CompletableFuture<Receipt> create(List<ItemCollection> collections, long n) {
        return collections.get((int) (n % collections.size())).createAsync(Documents.payload(n), Write.PLAIN);
    }

    /** {@link #COLLECTIONS} of the lab's database. */
    static List<ItemCollection> collections(Chronos chronos) {
        return collections(chronos, Lab.DATABASE);
    }

    static List<ItemCollection> collections(Chronos chronos, Database database) {
        return COLLECTIONS.stream()
                .map(name -> chronos.with(database.collection(name)))
                .toList();
    }

    /** Starts a processor, lets it have the commands, and ends it. */
    static void of(ChronosConfig config, long commands, Commands each) throws Exception {
        try (Parts running = new Parts()) {
            running.add(Node.start(config, EnumSet.of(Role.COMMANDS))::close);
            Chronos chronos = Chronos.open(config);
            running.add(chronos::close);
            List<ItemCollection> collections = collections(chronos);
            Load.all(IN_FLIGHT, commands, n -> each.begin(collections, n));
        }
    }

    /** Starts what projects, lets it have all there is, and ends it. */
    static void project(ChronosConfig config, Role role) throws Exception {
        long records = records(config);
        try (Parts running = new Parts()) {
            Stores stores = new Stores(config);
            running.add(stores::close);
            Projection projection = role == Role.ARCHIVER ? stores.archiver() : stores.projector();
            running.add(Node.start(config, EnumSet.of(role))::close);
            Figures unused = Pursuit.watch(records, () -> positions(projection));
        }
    }

    /** How far it is in each partition. */
    static List<Long> positions(Projection projection) {
        return partitions()
                .map(partition -> projection.progress(partition).next())
                .toList();
    }

    /** Those of the lab's database. */
    static Stream<DatabasePartition> partitions() {
        return IntStream.range(0, Lab.PARTITIONS).mapToObj(p -> new DatabasePartition(Lab.DATABASE, p));
    }

    /** How many records its partitions have, together. */
    static long records(ChronosConfig config) {
        try (KafkaLog log = new KafkaLog(config.kafka())) {
            return IntStream.range(0, Lab.PARTITIONS)
                    .mapToLong(p -> log.end(new LogPartition(log.topics().events(Lab.DATABASE), p)))
                    .sum();
        }
    }

    private static String collectionIn(int partition) {
        return Stream.iterate(0, n -> n + 1)
                .map(n -> "bench" + n)
                .filter(name ->
                        Routing.DEFAULT.partition(Lab.DATABASE, Lab.TENANT, name, "", Lab.PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }
}
