package io.chronosdb.archive;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ByteRange;
import io.chronosdb.port.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Objects in an S3 store. Every call completes within {@link S3Limits#call()}. A bucket that is not there has no
 * objects, and is created by the first put.
 *
 * <p>A put that failed as unavailable may have been stored all the same, or be stored a moment later. For the same
 * reason {@link #putIfAbsent} may answer false where the object is its own: the first attempt was stored, its answer was
 * lost, and the SDK's second attempt found it.
 *
 * <p>Bodies are not copied and must not be changed before the call completes. Continuations run on the client's
 * threads and must not block.
 */
public final class S3Archive implements Archive {
    private static final Logger LOG = LoggerFactory.getLogger(S3Archive.class);
    private static final String GZIP = "gzip";
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    /**
     * A server may refuse a put and close the connection before it has read the body. The refusal is lost then if the
     * body is larger than what the sockets hold: so for such a body it is looked whether it will be refused, first if the
     * last one would have been, else when there was no answer.
     */
    private static final int LARGE_BYTES = 64 << 10;

    /** How often a conditional put is repeated that met another one of the same key. */
    private static final int CONFLICTS_MAX = 8;

    /** How much longer than a call's own deadline is waited for it. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration CONFLICT_DELAY = Duration.ofMillis(20);

    private final S3Connection connection;
    private final S3AsyncClient client;
    private final S3Limits limits;
    private final Compression compression;
    private final String name;
    private final IntFunction<CompletableFuture<Void>> pause;
    private final Map<String, CompletableFuture<Void>> bucketsBeingMade = new ConcurrentHashMap<>();

    /** Whether a large body is likely to be refused. An archiver that begins may repeat what another one has done. */
    private volatile boolean looksFirst = true;

    /** Stores bodies as they are. */
    public S3Archive(S3Settings settings, S3Limits limits) {
        this(settings, limits, Compression.NONE);
    }

    /** Connects with the first call, so this succeeds while the server is away. */
    public S3Archive(S3Settings settings, S3Limits limits, Compression compression) {
        this(
                S3Connection.open(settings, limits),
                limits,
                compression,
                settings.endpoint().map(Object::toString).orElse("aws:" + settings.region()),
                S3Archive::pause);
    }

    /** @param pause completes when a put that met so many conflicts may be repeated */
    S3Archive(
            S3Connection connection,
            S3Limits limits,
            Compression compression,
            String name,
            IntFunction<CompletableFuture<Void>> pause) {
        this.connection = connection;
        this.client = connection.client();
        this.limits = limits;
        this.compression = compression;
        this.name = name;
        this.pause = pause;
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType) {
        byte[] stored = stored(body, contentType);
        return call(
                "put if absent",
                key,
                () -> lookingIfLarge(
                        key,
                        stored,
                        there -> there
                                ? CompletableFuture.completedFuture(false)
                                : putIfAbsent(key, stored, contentType, 0)));
    }

    @Override
    public CompletableFuture<Void> put(ObjectKey key, byte[] body) {
        byte[] stored = stored(body, JSON);
        return call(
                "put",
                key,
                () -> lookingIfLarge(
                        key,
                        stored,
                        there -> sent(key, stored, request(key, JSON).build())));
    }

    private byte[] stored(byte[] body, String contentType) {
        return compresses(contentType) ? Compression.compress(body) : body;
    }

    /** Of what is compressed, no part can be read. */
    private boolean compresses(String contentType) {
        return compression.enabled() && !contentType.equals(PACK);
    }

    @Override
    public CompletableFuture<Optional<byte[]>> get(ObjectKey key) {
        return call(
                "get",
                key,
                () -> client.getObject(
                                request -> request.bucket(key.bucket()).key(key.key()),
                                AsyncResponseTransformer.toBytes())
                        .thenApply(answer -> Optional.of(plain(key, answer)))
                        .exceptionallyCompose(failure -> S3Errors.isNoSuchObject(failure)
                                ? CompletableFuture.completedFuture(Optional.empty())
                                : CompletableFuture.failedFuture(failure)));
    }

    @Override
    public CompletableFuture<Optional<byte[]>> getRange(ObjectKey key, ByteRange range) {
        return call(
                "get a range",
                key,
                () -> client.getObject(
                                request -> request.bucket(key.bucket())
                                        .key(key.key())
                                        .range(range.http()),
                                AsyncResponseTransformer.toBytes())
                        .thenApply(answer -> Optional.of(answer.asByteArrayUnsafe()))
                        .exceptionallyCompose(failure -> S3Errors.isNoSuchObject(failure)
                                ? CompletableFuture.completedFuture(Optional.empty())
                                : S3Errors.isEmptyObject(failure)
                                        ? CompletableFuture.completedFuture(Optional.of(new byte[0]))
                                        : CompletableFuture.failedFuture(failure)));
    }

    private byte[] plain(ObjectKey key, ResponseBytes<GetObjectResponse> answer) {
        byte[] body = answer.asByteArrayUnsafe();
        String encodings = answer.response().contentEncoding();
        if (encodings == null || !List.of(encodings.split("\\s*,\\s*")).contains(GZIP)) {
            return body;
        }
        try {
            return compression.decompress(body);
        } catch (Invalid e) {
            throw new Invalid("the archived object cannot be read, object=" + key + ": " + e.getMessage());
        }
    }

    /** S3 answers a removal the same whether there was an object or not: so it is looked first. */
    @Override
    public CompletableFuture<Boolean> delete(ObjectKey key) {
        return call(
                "delete",
                key,
                () -> isThere(firstByte(key))
                        .thenCompose(there -> there
                                ? client.deleteObject(request ->
                                                request.bucket(key.bucket()).key(key.key()))
                                        .thenApply(deleted -> true)
                                : CompletableFuture.completedFuture(false)));
    }

    @Override
    public void list(String bucket, String prefix, Consumer<ObjectKey> found) {
        Optional<ListObjectsV2Response> page = page(bucket, prefix, Optional.empty());
        while (page.isPresent()) {
            page.get().contents().forEach(object -> found.accept(new ObjectKey(bucket, object.key())));
            page = Optional.ofNullable(page.get().nextContinuationToken())
                    .flatMap(token -> page(bucket, prefix, Optional.of(token)));
        }
    }

    /** Nothing where there is no such bucket. */
    private Optional<ListObjectsV2Response> page(String bucket, String prefix, Optional<String> token) {
        ObjectKey all = new ObjectKey(bucket, prefix + "*");
        return Futures.await(
                call(
                        "list",
                        all,
                        () -> client.listObjectsV2(request ->
                                        request.bucket(bucket).prefix(prefix).continuationToken(token.orElse(null)))
                                .thenApply(Optional::of)
                                .exceptionallyCompose(failure -> S3Errors.isNoSuchBucket(failure)
                                        ? CompletableFuture.completedFuture(Optional.empty())
                                        : CompletableFuture.failedFuture(failure))),
                limits.call().plus(GRACE),
                "listing, object=" + all);
    }

    @Override
    public URI presign(ObjectKey key, Duration ttl) {
        requireBucket(key);
        return connection.presign(key, Archive.requirePresignable(ttl));
    }

    /** Gives up what is in flight. */
    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return "S3Archive[" + name + "]";
    }

    private CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType, int conflicts) {
        return sent(key, body, request(key, contentType).ifNoneMatch("*").build())
                .thenApply(stored -> true)
                .exceptionallyCompose(failure -> {
                    if (S3Errors.isPreconditionFailed(failure)) {
                        looksFirst = true;
                        return CompletableFuture.completedFuture(false);
                    }
                    return S3Errors.isConflict(failure) && conflicts < CONFLICTS_MAX
                            ? pause.apply(conflicts)
                                    .thenCompose(over -> putIfAbsent(key, body, contentType, conflicts + 1))
                            : CompletableFuture.failedFuture(failure);
                });
    }

    private CompletableFuture<Void> sent(ObjectKey key, byte[] body, PutObjectRequest request) {
        return inBucket(key.bucket(), () -> client.putObject(request, AsyncRequestBody.fromBytesUnsafe(body)))
                .thenApply(answer -> null);
    }

    /** @param put is told whether there is an object, which of a small body is not known, nor always of a large one */
    private <T> CompletableFuture<T> lookingIfLarge(
            ObjectKey key, byte[] body, Function<Boolean, CompletableFuture<T>> put) {
        if (body.length < LARGE_BYTES) {
            return put.apply(false);
        }
        if (looksFirst) {
            return look(key).thenCompose(put);
        }
        return put.apply(false)
                .exceptionallyCompose(failure -> S3Errors.isAnswer(failure)
                        ? CompletableFuture.failedFuture(failure)
                        : look(key).thenCompose(put));
    }

    /** Whether there is an object; makes the bucket if need be. */
    private CompletableFuture<Boolean> look(ObjectKey key) {
        return isThere(inBucket(key.bucket(), () -> firstByte(key))).thenApply(there -> {
            looksFirst = there;
            return there;
        });
    }

    /** Not HEAD: its answer does not say whether it is the object or the bucket that is missing. */
    private CompletableFuture<?> firstByte(ObjectKey key) {
        return client.getObject(
                request -> request.bucket(key.bucket()).key(key.key()).range("bytes=0-0"),
                AsyncResponseTransformer.toBytes());
    }

    private static CompletableFuture<Boolean> isThere(CompletableFuture<?> firstByte) {
        return firstByte
                .thenApply(answer -> true)
                .exceptionallyCompose(failure -> S3Errors.isNoSuchObject(failure)
                        ? CompletableFuture.completedFuture(false)
                        : S3Errors.isEmptyObject(failure)
                                ? CompletableFuture.completedFuture(true)
                                : CompletableFuture.failedFuture(failure));
    }

    /** A request, and after making the bucket the same once more if that was not there. */
    private <T> CompletableFuture<T> inBucket(String bucket, Supplier<CompletableFuture<T>> request) {
        return request.get()
                .exceptionallyCompose(failure -> S3Errors.isNoSuchBucket(failure)
                        ? makeBucket(bucket).thenCompose(made -> request.get())
                        : CompletableFuture.failedFuture(failure));
    }

    private PutObjectRequest.Builder request(ObjectKey key, String contentType) {
        PutObjectRequest.Builder request =
                PutObjectRequest.builder().bucket(key.bucket()).key(key.key()).contentType(contentType);
        return compresses(contentType) ? request.contentEncoding(GZIP) : request;
    }

    /** Once for all who miss it at the same time. A conflict means that another process makes it just now. */
    private CompletableFuture<Void> makeBucket(String bucket) {
        return bucketsBeingMade.computeIfAbsent(bucket, ignored -> {
            LOG.info("creating a bucket that is not there, bucket={} store={}", bucket, name);
            return client.createBucket(request -> request.bucket(bucket))
                    .<Void>thenApply(made -> null)
                    .exceptionallyCompose(failure -> S3Errors.isConflict(failure)
                            ? CompletableFuture.completedFuture(null)
                            : CompletableFuture.failedFuture(failure))
                    .whenCompleteAsync((made, failure) -> bucketsBeingMade.remove(bucket));
        });
    }

    private <T> CompletableFuture<T> call(String operation, ObjectKey key, Supplier<CompletableFuture<T>> call) {
        try {
            requireBucket(key);
        } catch (Invalid e) {
            return CompletableFuture.failedFuture(e);
        }
        return started(call)
                .orTimeout(limits.call().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(
                        failure -> CompletableFuture.failedFuture(S3Errors.translate(operation, key, failure)));
    }

    private static void requireBucket(ObjectKey key) {
        if (!BUCKET.matcher(key.bucket()).matches()) {
            throw new Invalid("a bucket's name in S3 is 3 to 63 of a-z 0-9 . -: bucket=" + key.bucket());
        }
    }

    /** The SDK throws some of what it finds wrong, instead of failing the future. */
    private static <T> CompletableFuture<T> started(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (SdkException | IllegalStateException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Twice as long after every conflict, and not equally long for all who met. */
    private static CompletableFuture<Void> pause(int conflicts) {
        long most = CONFLICT_DELAY.toMillis() << conflicts;
        Executor later = CompletableFuture.delayedExecutor(
                ThreadLocalRandom.current().nextLong(most / 2, most), TimeUnit.MILLISECONDS);
        return CompletableFuture.runAsync(() -> {}, later);
    }
}
