package io.chronosdb.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoServerException;
import com.mongodb.ReadPreference;
import com.mongodb.TransactionOptions;
import com.mongodb.client.ClientSession;
import io.chronosdb.mongo.ProgressStore.Stored;
import java.util.Collection;
import java.util.Optional;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A batch and its progress in one MongoDB transaction: readers see all of it or nothing. */
final class BatchTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(BatchTransaction.class);

    /**
     * How many events one transaction takes. What it changes has to stay in the server's cache until it ends: a thousand
     * updates under a wildcard index stopped a mongod with a cache of 256 MB for good.
     */
    static final int EVENTS_MAX = 250;

    /** Two partitions of a collection raise the same counter, so that one of them has to try again now and then. */
    private static final int ATTEMPTS_MAX = 3;

    private static final TransactionOptions OPTIONS = TransactionOptions.builder()
            .writeConcern(IndexDatabase.WRITE_CONCERN)
            .readConcern(IndexDatabase.READ_CONCERN)
            .readPreference(ReadPreference.primary())
            .build();

    private final IndexDatabase database;
    private final ProgressStore progress;

    BatchTransaction(IndexDatabase database, ProgressStore progress) {
        this.database = database;
        this.progress = progress;
    }

    /** Whether the server can: a replica set or a sharded cluster. */
    static boolean possible(IndexDatabase database) {
        Document hello = database.call("hello", () -> database.database().runCommand(new Document("hello", 1)));
        return hello.containsKey("setName") || "isdbgrid".equals(hello.getString("msg"));
    }

    /**
     * Writes it all, or nothing.
     *
     * @return whether the progress was as expected and has moved; nothing if no transaction came through, and the same has
     *     to be written without one: a replay of what is partly there, or too many conflicts
     */
    Optional<Boolean> write(int partition, Collection<CollectionBatch> batches, Stored before, Stored after) {
        return database.call("transaction", () -> {
            try (ClientSession session = database.client().startSession()) {
                for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
                    try {
                        return Optional.of(attempt(session, partition, batches, before, after));
                    } catch (MongoOperationTimeoutException | MongoExecutionTimeoutException e) {
                        // It may be too large for the server's cache; single writes are not.
                        LOG.warn("a transaction took too long, partition={} batches={}", partition, batches.size(), e);
                        return Optional.empty();
                    } catch (MongoServerException e) { // Others, such as no server, would meet the next try too.
                        LOG.debug("no transaction, partition={} attempt={}", partition, attempt, e);
                        if (!e.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL)) {
                            return Optional.empty();
                        }
                    } finally {
                        if (session.hasActiveTransaction()) {
                            session.abortTransaction();
                        }
                    }
                }
                return Optional.empty();
            }
        });
    }

    private boolean attempt(
            ClientSession session, int partition, Collection<CollectionBatch> batches, Stored before, Stored after) {
        session.startTransaction(OPTIONS);
        // First, since a process that was replaced then learns it at once.
        if (!progress.move(session, partition, before, after)) {
            return false;
        }
        BatchWriter writer = new BatchWriter(database, BulkWrites.in(session));
        batches.forEach(writer::write);
        session.commitTransaction();
        return true;
    }
}
