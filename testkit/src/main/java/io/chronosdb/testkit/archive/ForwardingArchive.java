package io.chronosdb.testkit.archive;

import io.chronosdb.port.Archive;
import io.chronosdb.port.ByteRange;
import io.chronosdb.port.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Another archive, as it is: for those that differ from it in a method or two. */
public class ForwardingArchive implements Archive {
    private final Archive archive;

    /** @param archive closed with this one */
    public ForwardingArchive(Archive archive) {
        this.archive = archive;
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType) {
        return archive.putIfAbsent(key, body, contentType);
    }

    @Override
    public CompletableFuture<Void> put(ObjectKey key, byte[] body) {
        return archive.put(key, body);
    }

    @Override
    public CompletableFuture<Optional<byte[]>> get(ObjectKey key) {
        return archive.get(key);
    }

    @Override
    public CompletableFuture<Optional<byte[]>> getRange(ObjectKey key, ByteRange range) {
        return archive.getRange(key, range);
    }

    @Override
    public CompletableFuture<Boolean> delete(ObjectKey key) {
        return archive.delete(key);
    }

    @Override
    public void list(String bucket, String prefix, Consumer<ObjectKey> found) {
        archive.list(bucket, prefix, found);
    }

    @Override
    public URI presign(ObjectKey key, Duration ttl) {
        return archive.presign(key, ttl);
    }

    @Override
    public void close() {
        archive.close();
    }
}
