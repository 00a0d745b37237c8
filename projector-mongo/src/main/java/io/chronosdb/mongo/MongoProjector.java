package io.chronosdb.mongo;

import com.mongodb.client.MongoClient;
import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Writes the read index. Thread-safe; the partitions of a database may be projected at once, here and elsewhere.
 *
 * <p>While a rebuild compares and switches, {@link #project} throws {@link Unavailable} naming it. A caller that goes on from
 * what {@link #progress} says needs to know nothing else of rebuilds.
 */
public final class MongoProjector implements Projection {
    private final Function<Database, IndexSettings> settings;
    private final Function<Database, MongoClient> clients;
    private final Map<Database, DatabaseProjector> databases = new ConcurrentHashMap<>();

    /**
     * Asks for settings and client of a database once, when it is first needed. Clients stay open: they belong to the
     * caller.
     */
    public MongoProjector(Function<Database, IndexSettings> settings, Function<Database, MongoClient> clients) {
        this.settings = settings;
        this.clients = clients;
    }

    @Override
    public String name() {
        return "projector";
    }

    @Override
    public Progress progress(DatabasePartition partition) {
        return projector(partition).progress(partition.number());
    }

    @Override
    public Progress project(DatabasePartition partition, List<LoggedEvent> events, Progress before, Progress after) {
        return projector(partition).project(partition.number(), events, before, after);
    }

    private DatabaseProjector projector(DatabasePartition partition) {
        return databases.computeIfAbsent(
                partition.database(),
                database -> new DatabaseProjector(settings.apply(database), clients.apply(database)));
    }
}
