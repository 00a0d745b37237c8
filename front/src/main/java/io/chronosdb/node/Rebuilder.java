package io.chronosdb.node;

import com.mongodb.client.MongoClient;
import io.chronosdb.address.Database;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.log.EventReader;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.mongo.EventSource;
import io.chronosdb.mongo.IndexFingerprint;
import io.chronosdb.mongo.IndexRebuild;
import io.chronosdb.mongo.RebuildResult;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Rebuilds a database's index from its topics: the wiring between the log and the index. */
public final class Rebuilder implements AutoCloseable {
    private static final Duration LOG_READ_MAX = Duration.ofSeconds(30);

    private final ChronosConfig config;
    private final KafkaLog log;
    private final EventReader events;
    private final Stores stores;

    public Rebuilder(ChronosConfig config) {
        this.config = config;
        this.log = new KafkaLog(config.kafka());
        this.events = new EventReader(log, LOG_READ_MAX);
        this.stores = new Stores(config);
    }

    /**
     * Builds the index anew beside the one that serves, proves that they are equal, and switches.
     *
     * @param collection the one to rebuild; empty: all of the database's
     * @throws Unavailable if a server cannot be reached or another rebuild is under way
     */
    public RebuildResult rebuild(
            Database database,
            Optional<String> collection,
            IndexRebuild.IfDifferent ifDifferent,
            IndexRebuild.Watcher watcher) {
        return rebuild(database, collection, ifDifferent, Pace.unlimited(), watcher);
    }

    /** The same at a rate of events. */
    public RebuildResult rebuild(
            Database database,
            Optional<String> collection,
            IndexRebuild.IfDifferent ifDifferent,
            Pace pace,
            IndexRebuild.Watcher watcher) {
        return new IndexRebuild(database, stores.indexSettings(database), stores.mongo(database), new Topics(pace))
                .run(collection, ifDifferent, watcher);
    }

    /** A hash over all documents of the index as it is now. */
    public IndexFingerprint fingerprint(Database database) {
        return IndexFingerprint.of(stores.mongo(database), dbName(database));
    }

    /** Deletes the database's index, whole. The log has everything that was in it. */
    public void drop(Database database) {
        stores.mongo(database).getDatabase(dbName(database)).drop();
    }

    /** Whether there is an index. */
    public boolean exists(Database database) {
        MongoClient client = stores.mongo(database);
        List<String> names = client.listDatabaseNames().into(new ArrayList<>());
        return names.contains(dbName(database));
    }

    private String dbName(Database database) {
        return config.database(database).dbName();
    }

    @Override
    public void close() {
        events.close();
        log.close();
        stores.close();
    }

    /** The topics as the rebuild reads them. */
    private final class Topics implements EventSource {
        private final Pace pace;

        private Topics(Pace pace) {
            this.pace = pace;
        }

        @Override
        public int partitions(Database database) {
            return log.open(database);
        }

        @Override
        public long end(DatabasePartition partition) {
            return events.end(partition);
        }

        @Override
        public Progress replay(
                DatabasePartition partition, Progress from, long toOffset, Consumer<List<LoggedEvent>> batches) {
            return events.replay(partition, from, toOffset, batch -> {
                pace.take(batch.size());
                batches.accept(batch);
            });
        }
    }
}
