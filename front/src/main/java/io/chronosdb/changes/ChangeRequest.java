package io.chronosdb.changes;

import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import java.util.Optional;
import java.util.concurrent.Flow;

/**
 * A request for the changes of a database: by default all of them, from the beginning, for ever. Immutable: each method
 * gives another one.
 *
 * <pre>{@code
 * try (ChangeIterator changes = chronos.changes(Route.runtime("tenant-a"))
 *         .collection("users").from(From.token(kept)).open()) {
 *     while (changes.hasNext()) {
 *         Change change = changes.next();
 *         apply(change);
 *         keep(change.token()); // In one step with the effect, and it happens exactly once.
 *     }
 * }
 * }</pre>
 */
public final class ChangeRequest {
    private final ChangeSource source;
    private final Database database;
    private final Optional<String> collection;
    private final From from;
    private final boolean untilNow;

    public ChangeRequest(ChangeSource source, Database database) {
        this(source, database, Optional.empty(), From.beginning(), false);
    }

    private ChangeRequest(
            ChangeSource source, Database database, Optional<String> collection, From from, boolean untilNow) {
        this.source = source;
        this.database = database;
        this.collection = collection;
        this.from = from;
        this.untilNow = untilNow;
    }

    /** @throws Invalid if it cannot be a collection's name */
    public ChangeRequest collection(String only) {
        return new ChangeRequest(
                source, database, Optional.of(database.collection(only).collection()), from, untilNow);
    }

    public ChangeRequest from(From where) {
        return new ChangeRequest(source, database, collection, where, untilNow);
    }

    /** The feed ends behind what is in the log when it is opened. */
    public ChangeRequest untilNow() {
        return new ChangeRequest(source, database, collection, from, true);
    }

    /**
     * Begins to read.
     *
     * @throws Invalid if it should begin at a token that is none, is of another database, or does not fit the log, or if
     *     the log has dropped what follows
     * @throws Unavailable if the log cannot be reached
     */
    public ChangeIterator open() {
        return new ChangeIterator(source, Versions::of, database, collection, from, untilNow);
    }

    /**
     * The changes as a publisher: each subscriber gets a feed and a thread of its own, which begins when it subscribes and
     * never has more under way than was asked for. Errors of {@link #open()} and of reading end it by {@code onError}; a
     * new subscription from the last token goes on.
     */
    public Flow.Publisher<Change> publisher() {
        return subscriber -> new ChangeSubscription(subscriber, this::open).start();
    }
}
