package io.chronosdb.mongo;

import com.mongodb.client.MongoClient;
import io.chronosdb.address.Database;
import io.chronosdb.mongo.ProgressStore.Stored;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.util.function.Function;

/**
 * Up to where a database's copies were found to agree with its log: documents {@code verifier/<partition>} of {@code chronos_progress}, so
 * that an index that is dropped or rebuilt takes them along.
 */
public final class MongoVerified {
    private static final String KIND = "verifier";

    private final Function<Database, IndexSettings> settings;
    private final Function<Database, MongoClient> clients;

    public MongoVerified(Function<Database, IndexSettings> settings, Function<Database, MongoClient> clients) {
        this.settings = settings;
        this.clients = clients;
    }

    public Progress progress(DatabasePartition partition) {
        return store(partition).read(partition.number()).progress();
    }

    /** @return the progress that is stored then: {@code after}, unless it was not {@code before} */
    public Progress move(DatabasePartition partition, Progress before, Progress after) {
        ProgressStore store = store(partition);
        boolean moved = before.equals(after)
                || store.move(null, partition.number(), new Stored(before, ""), new Stored(after, ""));
        return moved ? after : progress(partition);
    }

    /** Nothing is known to agree any more. */
    public void forget(DatabasePartition partition) {
        store(partition).forget(partition.number());
    }

    private ProgressStore store(DatabasePartition partition) {
        Database database = partition.database();
        return new ProgressStore(
                new IndexDatabase(
                        clients.apply(database), settings.apply(database).dbName()),
                KIND);
    }
}
