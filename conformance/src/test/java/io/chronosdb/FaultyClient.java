package io.chronosdb;

import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.client.ClientSettings;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Query;
import io.chronosdb.event.Ov;
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
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A client like {@link Chronos}, over real servers, with a {@link Fault} between. */
public final class FaultyClient implements AutoCloseable {
    private final Chronos chronos;
    private final Fault fault;

    public FaultyClient(ChronosConfig config, Fault fault) {
        this.chronos = new Chronos(config, ClientSettings.DEFAULT, this::faulty);
        this.fault = fault;
    }

    public ItemCollection with(Route route) {
        return chronos.with(
                fault.route(route), index -> new FaultyIndex(index, fault), totals -> new FaultyTotals(totals, fault));
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
        chronos.close();
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
        public void replace(Part part) {
            real.replace(part);
        }

        @Override
        public void clear() {
            real.clear();
        }

        @Override
        public void parts(Consumer<Part> found) {
            real.parts(found);
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
