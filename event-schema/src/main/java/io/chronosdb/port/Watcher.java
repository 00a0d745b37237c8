package io.chronosdb.port;

import io.chronosdb.address.Database;
import io.chronosdb.error.Rejection;
import java.time.Duration;

/**
 * Is told what roles do, to count it. Called by the threads that do it, several at once: it must be quick, and must not
 * throw.
 */
public interface Watcher {
    /** Counts nothing. */
    Watcher NONE = new Watcher() {};

    /** A command was accepted, also one that changes nothing or was accepted before. */
    default void accepted(Database database) {}

    /** A command was rejected. */
    default void rejected(Database database, Rejection.Code code) {}

    /** An event is in the log. */
    default void appended(Database database) {}

    /**
     * A projection has done a batch.
     *
     * @param records of the log, also those that continue no chain
     */
    default void projected(String role, Database database, int records, Duration took) {}
}
