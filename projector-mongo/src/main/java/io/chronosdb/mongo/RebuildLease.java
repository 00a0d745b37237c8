package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.expr;

import com.mongodb.MongoWriteException;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;

/**
 * The right to rebuild a database's index: document {@code rebuild} of {@code chronos_progress}. It is for one process at a
 * time and expires by the server's clock unless it is renewed; once expired, it is lost for good. It keeps projectors out
 * while it is {@link #pause paused}, but correctness doesn't rest on their keeping out: see {@link IndexSwitch}.
 */
final class RebuildLease implements AutoCloseable {
    static final String ID = "rebuild";

    /** What is to be switched: whoever finds it in an expired lease finishes it. */
    static final String SWITCH = "switch";

    static final Duration DURATION = Duration.ofSeconds(15);

    /** The index stands still when its progress has not moved for this long. */
    private static final long STILL_MILLIS = 200;

    /** Longer than any batch takes: it has its own deadline. */
    private static final long STILL_MILLIS_MAX = 2 * MongoConnections.OPERATION_MAX.toMillis();

    private static final int RENEWALS_PER_DURATION = 4;

    private final IndexDatabase database;
    private final String generation;
    private final Duration duration;
    private final ScheduledExecutorService heartbeat = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "chronos-rebuild-lease");
        thread.setDaemon(true);
        return thread;
    });

    private volatile long heldUntilNanos;

    private RebuildLease(IndexDatabase database, Duration duration) {
        this.database = database;
        this.generation = new ObjectId().toHexString();
        this.duration = duration;
    }

    /** @throws Unavailable if another process has it */
    static RebuildLease take(IndexDatabase database, Duration duration) {
        IndexSwitch.finishAbandoned(database);
        RebuildLease lease = new RebuildLease(database, duration);
        long started = System.nanoTime();
        if (!lease.replaceExpired() && !lease.insert()) {
            throw new Unavailable("rebuild", "another one is under way: database=" + database.name(), null);
        }
        lease.heldUntilNanos = started + duration.toNanos();
        long period = duration.toMillis() / RENEWALS_PER_DURATION;
        ScheduledFuture<?> unused =
                lease.heartbeat.scheduleWithFixedDelay(lease::renew, period, period, TimeUnit.MILLISECONDS);
        return lease;
    }

    /** Names the index that this rebuild builds: unique. */
    String generation() {
        return generation;
    }

    /** Keeps projectors out from now on. A batch that is under way goes on. */
    void pause() {
        requireUpdated(Updates.set("pausing", true));
    }

    /**
     * Waits until the index stands still, since a batch that was under way when it was {@link #pause paused} goes on.
     *
     * @param progress reads how far it is
     * @return how far it is then
     * @throws Unavailable if it goes on for longer than a batch can take
     */
    <T> T awaitStill(Supplier<T> progress) {
        T before = progress.get();
        for (long waited = 0; waited < STILL_MILLIS_MAX; waited += STILL_MILLIS) {
            requireHeld();
            sleep();
            T now = progress.get();
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
        throw new Unavailable("rebuild", "the index does not stand still: database=" + database.name(), null);
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(STILL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("rebuild", "interrupted", e);
        }
    }

    /** Records a switch, which somebody will finish from here on, whatever becomes of this process. */
    void record(BsonDocument plan) {
        requireUpdated(Updates.set(SWITCH, plan));
    }

    /** @throws Unavailable if it has expired, or may have */
    void requireHeld() {
        if (System.nanoTime() - heldUntilNanos >= 0) {
            throw new Unavailable("rebuild", "the lease was lost: database=" + database.name(), null);
        }
    }

    private void requireUpdated(Bson update) {
        boolean updated = database.call(
                "lease", () -> database.progress().updateOne(held(), update).getMatchedCount() == 1);
        if (!updated) {
            heldUntilNanos = System.nanoTime();
            requireHeld();
        }
    }

    private void renew() {
        long started = System.nanoTime();
        try {
            boolean renewed = database.call(
                    "lease",
                    () -> database.progress()
                                    .updateOne(
                                            held(),
                                            List.of(new Document("$set", new Document("expiresAt", inAWhile()))))
                                    .getMatchedCount()
                            == 1);
            heldUntilNanos = renewed ? started + duration.toNanos() : started;
        } catch (Unavailable e) {
            // The next renewal may come through before it expires.
        }
    }

    private boolean replaceExpired() {
        return database.call(
                "lease",
                () -> database.progress()
                                .updateOne(
                                        and(
                                                eq("_id", ID),
                                                exists(SWITCH, false),
                                                expr(new Document("$lte", List.of("$expiresAt", "$$NOW")))),
                                        List.of(new Document("$replaceWith", document())))
                                .getMatchedCount()
                        == 1);
    }

    private boolean insert() {
        return database.call("lease", () -> {
            try {
                // By an update, since only that knows the server's time.
                return database.progress()
                                .updateOne(
                                        and(eq("_id", ID), eq("owner", generation)),
                                        List.of(new Document("$replaceWith", document())),
                                        new UpdateOptions().upsert(true))
                                .getUpsertedId()
                        != null;
            } catch (MongoWriteException e) {
                if (e.getCode() != MongoErrors.DUPLICATE_KEY) {
                    throw e;
                }
                return false;
            }
        });
    }

    private Document document() {
        return new Document("_id", ID)
                .append("owner", generation)
                .append("pausing", false)
                .append("expiresAt", inAWhile());
    }

    private Document inAWhile() {
        return new Document("$add", List.of("$$NOW", new BsonInt64(duration.toMillis())));
    }

    private Bson held() {
        return and(
                eq("_id", ID),
                eq("owner", new BsonString(generation)),
                expr(new Document("$gt", List.of("$expiresAt", "$$NOW"))));
    }

    /** Lets projectors in again, unless a switch is under way: then somebody has to finish it first. */
    @Override
    public void close() {
        heartbeat.shutdownNow();
        try {
            database.call(
                    "lease",
                    () -> database.progress()
                            .deleteOne(and(eq("_id", ID), eq("owner", generation), exists(SWITCH, false))));
        } catch (Unavailable e) {
            // It expires.
        }
    }
}
