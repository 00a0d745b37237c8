package io.chronosdb.health;

import io.chronosdb.address.Database;
import java.util.HashMap;
import java.util.Map;

/**
 * The names that databases have in metrics: their own for the first hundred that a process meets, one for all the rest.
 * Every name is a time series of every metric that has it, kept for as long as the process runs. Thread-safe.
 */
final class DatabaseLabels {
    static final int NAMED_MAX = 100;
    static final String REST = "other";

    private final Map<Database, String> named = new HashMap<>();

    synchronized String of(Database database) {
        String name = named.get(database);
        if (name != null) {
            return name;
        }
        if (named.size() >= NAMED_MAX) {
            return REST;
        }
        named.put(database, database.value());
        return database.value();
    }
}
