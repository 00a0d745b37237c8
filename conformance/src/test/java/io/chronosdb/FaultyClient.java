package io.chronosdb;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.client.ClientSettings;
import io.chronosdb.command.client.CommandClient;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Query;
import io.chronosdb.event.Ov;
import io.chronosdb.log.EventReader;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.node.Stores;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.Window;
import io.chronosdb.port.WindowTotals;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A client like {@link Chronos}, over real servers, with a {@link Fault} between. */
public final class FaultyClient implements AutoCloseable {
    private final ChronosConfig config;
    private final Fault fault;
    private final KafkaLog log;
    private final Stores stores;
    private final EventReader events;
    private final CommandClient client;

    public FaultyClient(ChronosConfig config, Fault fault) {
        this.config = config;
        this.fault = fault;
        this.log = new KafkaLog(config.kafka());
        this.stores = new Stores(config);
        this.events = new EventReader(log, Duration.ofSeconds(10));
        this.client = new CommandClient(faulty(log), this::partition, ClientSettings.DEFAULT);
    }

    public ItemCollection with(Route wanted) {
        Route route = fault.route(wanted);
        Database database = route.database();
        return new ItemCollection(
                route,
                client,
                new FaultyIndex(stores.index(database), fault),
                new FaultyTotals(stores.totals(database), fault),
                new PayloadReader(
                        stores.archive(database),
                        stores.location(database),
                        events,
                        new BlobReader(
                                stores.archive(database),
                                stores.location(database),
                                events,
                                stores.index(database),
                                config.map(route.collection()).base64Props())),
                config.map(route.collection()),
                new Session(settings(database).keeping(route.collection()).deleted()),
                config.payloadBytesMax(),
                settings(database).routing(route.collection()).byItem(),
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

    private DecisionSettings settings(Database database) {
        return config.decisions(config.database(database));
    }

    private int partition(Database database, String collection, String id, int partitions) {
        DecisionSettings settings = settings(database);
        return settings.routing(collection).partition(database, settings.dbName(), collection, id, partitions);
    }

    /** The log, whose appender is another one. */
    private Log faulty(Log real) {
        return (Log) Proxy.newProxyInstance(
                Log.class.getClassLoader(),
                new Class<?>[] {Log.class},
                (proxy, method, args) ->
                        method.getName().equals("appender") ? appender(real.appender()) : call(real, method, args));
    }

    private static Object call(Object real, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(real, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Log.Appender appender(Log.Appender real) {
        return new Log.Appender() {
            @Override
            public CompletableFuture<Long> append(LogPartition partition, NewRecord record) {
                byte[] changed =
                        CommandCodec.encode(fault.command(CommandCodec.decode(record.value(), record.headers())));
                return real.append(partition, new NewRecord(record.key(), changed, record.headers()));
            }

            @Override
            public void close() {
                real.close();
            }
        };
    }

    @Override
    public void close() {
        client.close();
        log.close();
        stores.close();
    }

    private record FaultyIndex(Index real, Fault fault) implements Index {
        @Override
        public Optional<IndexEntry> head(ItemKey item) {
            return fault.head(real, item);
        }

        @Override
        public Optional<IndexEntry> version(ItemKey item, Ov ov) {
            return fault.version(real, item, ov);
        }

        @Override
        public Optional<IndexEntry> asOf(ItemKey item, Instant time) {
            return fault.asOf(real, item, time);
        }

        @Override
        public List<IndexEntry> history(ItemKey item, Optional<Ov> before, int limit) {
            return fault.history(real, item, before, limit);
        }

        @Override
        public Page list(String collection, Query query) {
            return fault.list(real, collection, query);
        }

        @Override
        public Ov firstKept(ItemKey item) {
            return real.firstKept(item);
        }

        @Override
        public long visibleUpTo(int partition) {
            return fault.visibleUpTo(real, partition);
        }
    }

    private record FaultyTotals(TotalsStore real, Fault fault) implements TotalsStore {
        @Override
        public void store(List<Part> parts) {
            real.store(parts);
        }

        @Override
        public Totals read(String collection) {
            return fault.totals(real.read(collection));
        }

        @Override
        public List<WindowTotals> read(String collection, Window window, LocalDate from, LocalDate to) {
            return real.read(collection, window, from, to);
        }
    }
}
