package io.chronosdb.mongo;

import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Field;
import com.mongodb.client.model.Filters;
import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Keeps the projection out while a rebuild compares and switches. Thread-safe. */
final class RebuildGate {
    /** How long an answer counts: the price of a batch must not be another query. */
    private static final Duration CHECKED_FOR = Duration.ofMillis(250);

    private final IndexDatabase database;
    private volatile Checked last = new Checked(System.nanoTime() - CHECKED_FOR.toNanos(), false);

    private record Checked(long nanoTime, boolean closed) {}

    RebuildGate(IndexDatabase database) {
        this.database = database;
    }

    /** @throws Unavailable if a rebuild wants nobody to write */
    void requireOpen() {
        if (System.nanoTime() - last.nanoTime() >= CHECKED_FOR.toNanos()) {
            last = new Checked(System.nanoTime(), isClosed());
        }
        if (last.closed()) {
            throw new Unavailable("index", "paused for a rebuild: database=" + database.name(), null);
        }
    }

    private boolean isClosed() {
        BsonDocument lease = read(database);
        if (lease == null) {
            return false;
        }
        if (!lease.getBoolean("live").getValue()) {
            IndexSwitch.finishAbandoned(database);
            return false;
        }
        return lease.getBoolean("pausing").getValue();
    }

    /** The lease, with {@code live}: whether it counts, by the server's clock. Null if there is none. */
    static @Nullable BsonDocument read(IndexDatabase database) {
        return database.call(
                "lease",
                () -> database.progress()
                        .aggregate(List.of(
                                Aggregates.match(Filters.eq("_id", RebuildLease.ID)),
                                Aggregates.addFields(
                                        new Field<>("live", new Document("$gt", List.of("$expiresAt", "$$NOW"))))))
                        .first());
    }
}
