package io.chronosdb.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.bulk.BulkWriteError;
import io.chronosdb.error.ChronosException.Unavailable;
import java.util.Set;
import java.util.function.Supplier;

/** The one place where the driver's exceptions become ours. */
final class MongoErrors {
    /** A document with this key is there already. */
    static final int DUPLICATE_KEY = 11_000;

    /** A value that the server does not take there. */
    static final int BAD_VALUE = 2;

    /** There is no such collection. */
    static final int NAMESPACE_NOT_FOUND = 26;

    /** There is such a collection already. */
    static final int NAMESPACE_EXISTS = 48;

    /**
     * What the server says of a request that it will never take, from anyone. Everything else (no primary, time-outs,
     * conflicts, a database that is being dropped, a full disk, missing rights) can pass, so the same may be tried again:
     * to try in vain is seen and mended, to skip an event for a server's trouble is not.
     */
    private static final Set<Integer> ABOUT_THE_REQUEST = Set.of(
            BAD_VALUE,
            9, // FailedToParse
            14, // TypeMismatch
            15, // Overflow: nested too deeply
            52, // DollarPrefixedFieldName
            67, // CannotCreateIndex
            85, // IndexOptionsConflict
            86, // IndexKeySpecsConflict
            171, // CannotIndexParallelArrays
            388, // TransactionTooLargeForCache: of one document and its index entries
            10_334, // BSONObjectTooLarge
            51_091, // invalid regular expression
            DUPLICATE_KEY,
            NAMESPACE_NOT_FOUND,
            NAMESPACE_EXISTS);

    private MongoErrors() {}

    /**
     * Runs an operation of the driver.
     *
     * @param what the operation and the database, for the message
     * @throws Unavailable if it failed for a reason that lies in the server or on the way to it; a failure that lies in the
     *     request is thrown as the driver did
     */
    static <T> T translating(String what, Supplier<T> operation) {
        try {
            return operation.get();
        } catch (MongoException e) {
            throw translate(what, e);
        }
    }

    static RuntimeException translate(String what, MongoException e) {
        if (e instanceof MongoInterruptedException) {
            Thread.currentThread().interrupt();
        }
        return isAboutTheRequest(e)
                ? e
                // Not the driver's message: it may tell the user's name.
                : new Unavailable(
                        "mongodb",
                        "operation=" + what + " error=" + e.getClass().getSimpleName() + " code=" + e.getCode(),
                        e);
    }

    private static boolean isAboutTheRequest(MongoException e) {
        if (e instanceof MongoBulkWriteException bulk) {
            return bulk.getWriteErrors().stream().map(BulkWriteError::getCode).anyMatch(ABOUT_THE_REQUEST::contains);
        }
        return ABOUT_THE_REQUEST.contains(e.getCode());
    }
}
