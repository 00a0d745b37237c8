package io.chronosdb;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.changes.ChangeRequest;
import io.chronosdb.changes.ChangeSource;
import io.chronosdb.command.client.ClientSettings;
import io.chronosdb.command.client.CommandClient;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.config.ConfigException;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.log.EventReader;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.node.IndexedProgress;
import io.chronosdb.node.Stores;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import io.chronosdb.port.Log;
import io.chronosdb.port.TotalsStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A client of a Chronos installation: opens a configuration, gives handles to collections. Connects on first use, so
 * that a part that is down shows in the call that needs it. Thread-safe; keep one per process.
 *
 * <pre>{@code
 * try (Chronos chronos = Chronos.open(Path.of("chronos.json"))) {
 *     ItemCollection users = chronos.with(Route.runtime("tenant-a").collection("users"));
 *     Receipt created = users.create(Map.of("email", "a@x.io"), "signup", "new user");
 * }
 * }</pre>
 */
public final class Chronos implements AutoCloseable {
    private static final Duration LOG_READ_MAX = Duration.ofSeconds(10);

    private final ChronosConfig config;
    private final KafkaLog log;
    private final Stores stores;
    private final CommandClient client;
    private final EventReader events;
    private final Map<Database, DecisionSettings> decisions = new ConcurrentHashMap<>();

    /** @param commandLog what writes go through, made of the log: itself, except in tests */
    Chronos(ChronosConfig config, ClientSettings patience, UnaryOperator<Log> commandLog) {
        this.config = config;
        this.log = new KafkaLog(config.kafka());
        this.stores = new Stores(config);
        this.events = new EventReader(log, LOG_READ_MAX);
        this.client = new CommandClient(commandLog.apply(log), this::partition, patience);
    }

    /** @throws ConfigException if the file cannot be used, with every reason */
    public static Chronos open(Path configFile) {
        return open(ChronosConfig.read(configFile));
    }

    public static Chronos open(ChronosConfig config) {
        return open(config, ClientSettings.DEFAULT);
    }

    /** @param patience deadlines and bounds of writes */
    public static Chronos open(ChronosConfig config, ClientSettings patience) {
        return new Chronos(config, patience, UnaryOperator.identity());
    }

    /**
     * A handle to a collection, with a session of its own: its reads see its writes.
     *
     * @throws UnknownRoute if no configured database has this address
     */
    public ItemCollection with(Route route) {
        return with(route, UnaryOperator.identity(), UnaryOperator.identity());
    }

    /** The same with what the handle reads made of the index and the totals: themselves, except in tests. */
    ItemCollection with(Route route, UnaryOperator<Index> index, UnaryOperator<TotalsStore> totals) {
        Database database = route.database();
        config.database(database);
        return new ItemCollection(
                route,
                client,
                index.apply(stores.index(database)),
                totals.apply(stores.totals(database)),
                new PayloadReader(
                        stores.reader(database, PayloadReader.ARCHIVE_MAX),
                        events,
                        new BlobReader(
                                stores.archive(database),
                                stores.location(database),
                                events,
                                stores.index(database),
                                config.map(route.collection()).base64Props())),
                config.map(route.collection()),
                new Session(decisions(database).keeping(route.collection()).deleted()),
                config.payloadBytesMax(),
                decisions(database).routing(route.collection()).byItem(),
                new ItemCollection.Ends() {
                    @Override
                    public int partitions() {
                        return log.open(database);
                    }

                    @Override
                    public long end(int partition) {
                        return events.end(new DatabasePartition(database, partition));
                    }
                });
    }

    /** What was counted, by the names of databases. */
    public Counters counters() {
        return new Counters(config, stores::totals);
    }

    /**
     * A database's changes, to refine and open: everything that is written to it, in order, resumable by token.
     *
     * @throws UnknownRoute if no configured database has this address
     */
    public ChangeRequest changes(Database database) {
        config.database(database);
        return new ChangeRequest(new ChangeSource(log, new IndexedProgress(stores)), database);
    }

    /** What this client was opened with. */
    public ChronosConfig config() {
        return config;
    }

    private int partition(Database database, String collection, String id, int partitions) {
        DecisionSettings settings = decisions(database);
        return settings.routing(collection).partition(database, settings.dbName(), collection, id, partitions);
    }

    private DecisionSettings decisions(Database database) {
        return decisions.computeIfAbsent(database, d -> config.decisions(config.database(d)));
    }

    /** Writes without an answer end as outcome unknown. */
    @Override
    public void close() {
        client.close();
        events.close();
        log.close();
        stores.close();
    }
}
