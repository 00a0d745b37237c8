package io.chronosdb.port;

import io.chronosdb.error.ChronosException.Invalid;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Objects by key: what the core asks of S3 or a file system. Futures complete exceptionally with
 * {@link io.chronosdb.error.ChronosException.Unavailable} if the store cannot be reached within the deadline.
 */
public interface Archive extends AutoCloseable {
    /** What most objects are. */
    String JSON = "application/json";

    /** What is read in parts: an archive stores it as it is, whatever it compresses otherwise. */
    String PACK = "application/vnd.chronos.pack";

    /** The longest that a URL is good for: what S3 signs for at most. */
    Duration PRESIGNED_MAX = Duration.ofDays(7);

    /**
     * @return the time as it is
     * @throws Invalid unless it is from one second to {@link #PRESIGNED_MAX}
     */
    static Duration requirePresignable(Duration ttl) {
        if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(PRESIGNED_MAX) > 0) {
            throw new Invalid("a URL is good for 1 second to 7 days: ttl=" + ttl);
        }
        return ttl;
    }

    /**
     * Stores an object unless there is one with this key. Whole or not at all, durable once it completes.
     *
     * @param contentType for whoever fetches it by a URL; an archive that has no place for it, such as a folder, drops it
     * @return whether it was stored; false where there was one, which stays as it is
     */
    CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType);

    /** The same for JSON. */
    default CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body) {
        return putIfAbsent(key, body, JSON);
    }

    /** Stores an object, whatever was there. Whole or not at all, durable once it completes. */
    CompletableFuture<Void> put(ObjectKey key, byte[] body);

    /** An object's bytes, or nothing where there is none. */
    CompletableFuture<Optional<byte[]>> get(ObjectKey key);

    /**
     * Some bytes of an object that was put as a {@link #PACK}, or nothing where there is none. What is beyond its end is left out. An archive
     * that can do without reading all of it does.
     */
    default CompletableFuture<Optional<byte[]>> getRange(ObjectKey key, ByteRange range) {
        return get(key).thenApply(body -> body.map(range::of));
    }

    /**
     * Removes an object for good. Durable once it completes.
     *
     * @return whether there was one; two who remove it at once may both be told so
     */
    CompletableFuture<Boolean> delete(ObjectKey key);

    /**
     * Finds the objects whose keys begin with a prefix: each once, in no particular order, in bounded memory. One that is stored or removed
     * meanwhile may be among them or not. Blocks.
     *
     * @param prefix empty, or ends with a slash
     * @param found called on the caller's thread; what it throws ends the search
     * @throws io.chronosdb.error.ChronosException.Unavailable if the store cannot be reached
     */
    void list(String bucket, String prefix, Consumer<ObjectKey> found);

    /**
     * A URL that gives this object, and no other, to whoever has it. Computed here: nobody is asked, and there need be no
     * object.
     *
     * @param ttl how long it is good for, in whole seconds; an archive that has no one to refuse, such as a folder, gives
     *     one that lasts
     * @throws Invalid unless {@link #requirePresignable} takes the time
     */
    URI presign(ObjectKey key, Duration ttl);

    @Override
    void close();
}
