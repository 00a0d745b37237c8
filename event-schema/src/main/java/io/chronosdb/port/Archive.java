package io.chronosdb.port;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Objects by key: what the core asks of S3 or a file system. Futures complete exceptionally with
 * {@link io.chronosdb.error.ChronosException.Unavailable} if the store cannot be reached within the deadline.
 */
public interface Archive extends AutoCloseable {
    /**
     * Stores an object unless there is one with this key. Whole or not at all, durable once it completes.
     *
     * @return whether it was stored; false where there was one, which stays as it is
     */
    CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body);

    /** Stores an object, whatever was there. Whole or not at all, durable once it completes. */
    CompletableFuture<Void> put(ObjectKey key, byte[] body);

    /** An object's bytes, or nothing where there is none. */
    CompletableFuture<Optional<byte[]>> get(ObjectKey key);

    @Override
    void close();
}
