package io.chronosdb.mongo;

import com.mongodb.client.MongoClient;
import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Duration;
import java.util.Optional;

/**
 * Builds the index of a database anew from the log, beside the one that serves, compares the two, and puts the new one in the
 * old one's place. Reads go on all the time; the projection goes on, too, except while it compares and switches.
 *
 * <p>It can be killed at any moment and started again. What was begun and not switched is dropped by the next one; a switch
 * that was begun is finished by whoever comes first.
 */
public final class IndexRebuild {
    private final Database database;
    private final IndexSettings settings;
    private final MongoClient client;
    private final EventSource source;
    private final Duration lease;

    /** What is done with an old index that differs. */
    public enum IfDifferent {
        /** It keeps serving, and the new one is kept beside it, for a person to look at. */
        KEEP_OLD,
        /** The new one takes its place all the same: after what is indexed has changed, or damage. */
        SWITCH
    }

    /** Learns how far it is. */
    public interface Watcher {
        /**
         * Called after every batch, by one thread at a time.
         *
         * @param done how many of the log's records are in the new index
         * @param total how many there are to do, as far as is known: the log may grow
         */
        void replayed(long done, long total);
    }

    /** @param client stays open: it belongs to the caller */
    public IndexRebuild(Database database, IndexSettings settings, MongoClient client, EventSource source) {
        this(database, settings, client, source, RebuildLease.DURATION);
    }

    IndexRebuild(Database database, IndexSettings settings, MongoClient client, EventSource source, Duration lease) {
        this.database = database;
        this.settings = settings;
        this.client = client;
        this.source = source;
        this.lease = lease;
    }

    /**
     * Rebuilds.
     *
     * @param collection the one to rebuild; empty: all
     * @throws Unavailable if another rebuild of the database is under way, a server cannot be reached, or the projection did
     *     not stand still; nothing was switched then, or the switch will be finished by itself
     */
    public RebuildResult run(Optional<String> collection, IfDifferent ifDifferent, Watcher watcher) {
        IndexDatabase live = new IndexDatabase(client, settings.dbName());
        try (RebuildLease held = RebuildLease.take(live, lease)) {
            ShadowIndex.dropLeftovers(live);
            ShadowIndex shadow = new ShadowIndex(live, settings, collection, held.generation());
            return new RebuildRun(database, live, shadow, collection, source, held, watcher).run(ifDifferent);
        }
    }
}
