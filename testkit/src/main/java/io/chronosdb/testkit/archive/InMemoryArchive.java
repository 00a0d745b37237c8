package io.chronosdb.testkit.archive;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** An archive in a map. Answers at once, on the caller's thread; forgets everything with this object. */
public final class InMemoryArchive implements Archive {
    private final Map<ObjectKey, byte[]> objects = new ConcurrentHashMap<>();
    private final Map<URI, Presigned> presigned = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private volatile boolean down;

    private record Presigned(ObjectKey key, Instant until) {}

    public InMemoryArchive() {
        this(InstantSource.system());
    }

    /** @param clock says when a presigned URL is over */
    public InMemoryArchive(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType) {
        return answer(() -> objects.putIfAbsent(key, body.clone()) == null);
    }

    @Override
    public CompletableFuture<Void> put(ObjectKey key, byte[] body) {
        return answer(() -> objects.put(key, body.clone())).thenApply(ignored -> null);
    }

    @Override
    public CompletableFuture<Optional<byte[]>> get(ObjectKey key) {
        return answer(() -> Optional.ofNullable(objects.get(key)).map(byte[]::clone));
    }

    @Override
    public CompletableFuture<Boolean> delete(ObjectKey key) {
        return answer(() -> objects.remove(key) != null);
    }

    @Override
    public void list(String bucket, String prefix, Consumer<ObjectKey> found) {
        if (down) {
            throw new Unavailable("archive", "the test took it down", null);
        }
        objects.keySet().stream()
                .filter(key -> key.bucket().equals(bucket) && key.key().startsWith(prefix))
                .forEach(found);
    }

    /** Good for {@link #fetch} of this very archive, as long as its clock says. */
    @Override
    public URI presign(ObjectKey key, Duration ttl) {
        Instant until = clock.instant().plus(Archive.requirePresignable(ttl).truncatedTo(ChronoUnit.SECONDS));
        URI url = URI.create("memory:" + UUID.randomUUID());
        presigned.put(url, new Presigned(key, until));
        return url;
    }

    /** What whoever has a presigned URL gets; nothing if it is over, of another archive, or of no object. */
    public Optional<byte[]> fetch(URI url) {
        return Optional.ofNullable(presigned.get(url))
                .filter(found -> clock.instant().isBefore(found.until()))
                .map(found -> objects.get(found.key()))
                .map(byte[]::clone);
    }

    /** The keys of everything stored, in order. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        objects.keySet().forEach(key -> keys.add(key.toString()));
        return Collections.unmodifiableSet(keys);
    }

    /** Removes everything, as if someone had deleted the bucket. */
    public void clear() {
        objects.clear();
    }

    /** Until {@link #comeBack()}, every call is answered with {@link Unavailable}. */
    public void goDown() {
        down = true;
    }

    public void comeBack() {
        down = false;
    }

    /** Does nothing: the objects are there for whoever looks at them after the test. */
    @Override
    public void close() {}

    private <T> CompletableFuture<T> answer(Supplier<T> call) {
        return down
                ? CompletableFuture.failedFuture(new Unavailable("archive", "the test took it down", null))
                : CompletableFuture.completedFuture(call.get());
    }
}
