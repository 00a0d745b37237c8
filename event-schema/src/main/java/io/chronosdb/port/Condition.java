package io.chronosdb.port;

import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * The state of a role at a partition, since when it is in it, and why.
 *
 * @param cause what kind of failure it was: classes and parts, never a message, which might have something of a document
 *     or an address in it
 */
public record Condition(State state, Instant since, Optional<String> cause) {
    public enum State {
        /** Finds out where it stands. */
        STARTING,
        /** Does what there is to do. */
        FOLLOWING,
        /** Something that it needs is not there; it tries again for ever. */
        WAITING,
        /** Has given up here: a person has to look. */
        STOPPED
    }

    public static Condition starting(Instant now) {
        return new Condition(State.STARTING, now, Optional.empty());
    }

    /** In this state from now on, or still. */
    public Condition now(State other, Optional<String> why, Instant now) {
        return new Condition(other, other == state ? since : now, why);
    }

    /** What of a failure anybody may see: {@code mongodb: MongoTimeoutException}. */
    public static String kind(Throwable failure) {
        Throwable inner = failure;
        while ((inner instanceof Unavailable || inner instanceof CompletionException) && inner.getCause() != null) {
            inner = inner.getCause();
        }
        String name = inner.getClass().getSimpleName();
        return failure instanceof Unavailable unavailable
                ? unavailable.details().getOrDefault("of", "") + ": " + name
                : name;
    }
}
