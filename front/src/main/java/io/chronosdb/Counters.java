package io.chronosdb;

import io.chronosdb.address.Database;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.Window;
import io.chronosdb.port.WindowTotals;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Function;

/**
 * What was counted, by the {@code dbName} of a configured database rather than by its route. The numbers follow the
 * writes by moments. Every method throws {@link UnknownRoute} where no configured database has the name, and where
 * several on different servers have it; {@link Invalid} where the collection's name is none.
 */
public final class Counters {
    private final ChronosConfig config;
    private final Function<Database, TotalsStore> stores;

    Counters(ChronosConfig config, Function<Database, TotalsStore> stores) {
        this.config = config;
        this.stores = stores;
    }

    /** What was counted in a collection so far. */
    public Totals getTotals(String dbName, String collection) {
        return store(dbName, collection).read(collection);
    }

    /** What was counted by day, week or month: {@link ItemCollection#getTotals(Window)}. */
    public List<WindowTotals> getTotals(String dbName, String collection, Window window) {
        return getTotals(dbName, collection, window, TotalsStore.FIRST_DAY, TotalsStore.LAST_DAY);
    }

    /** The same in a range of days: {@link ItemCollection#getTotals(Window, LocalDate, LocalDate)}. */
    public List<WindowTotals> getTotals(String dbName, String collection, Window window, LocalDate from, LocalDate to) {
        return read(store(dbName, collection), collection, window, from, to);
    }

    private TotalsStore store(String dbName, String collection) {
        Database database = config.database(dbName);
        return stores.apply(database.collection(collection).database()); // Refuses a bad name.
    }

    /** Nothing is counted before the first or after the last day that a store knows. */
    static List<WindowTotals> read(TotalsStore store, String collection, Window window, LocalDate from, LocalDate to) {
        return store.read(
                collection,
                window,
                from.isBefore(TotalsStore.FIRST_DAY) ? TotalsStore.FIRST_DAY : from,
                to.isAfter(TotalsStore.LAST_DAY) ? TotalsStore.LAST_DAY : to);
    }
}
