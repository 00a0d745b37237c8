package io.chronosdb.archive;

import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ByteRange;
import io.chronosdb.port.ObjectKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Objects in files: {@code <base>/<bucket>/<key>}, with the very bytes that S3 would hold. Durable: a completed put
 * survives a power failure. Several archives, also of several processes, may have the same base.
 *
 * <p>A file has no header that says it is gzip: its first two bytes do. A body that begins like that by itself is
 * therefore always stored as gzip, so that whatever was put is got.
 *
 * <p>If the base is not there any more (an unmounted disk, say), every call fails as unavailable; it is not made again.
 *
 * <p>Bodies are not copied and must not be changed before the call completes. Continuations run on the archive's
 * threads and must not block.
 */
public final class FileArchive implements Archive {
    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final long CLOSE_SECONDS_MAX = 10;

    private final FileSettings settings;
    private final Compression compression;
    private final DurableFiles files;
    private final ThreadPoolExecutor threads;

    /** Stores bodies as they are. */
    public FileArchive(FileSettings settings) {
        this(settings, Compression.NONE);
    }

    /** @throws UncheckedIOException if the base cannot be made, or its file system has not what it takes */
    public FileArchive(FileSettings settings, Compression compression) {
        this.settings = settings;
        this.compression = compression;
        this.files = new DurableFiles(settings.base());
        this.threads = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(settings.waitingMax()),
                FileArchive::thread);
        this.threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(ObjectKey key, byte[] body, String contentType) {
        return call("put if absent", key, () -> files.create(file(key), stored(body, contentType)));
    }

    @Override
    public CompletableFuture<Void> put(ObjectKey key, byte[] body) {
        return call("put", key, () -> {
                    files.replace(file(key), stored(body, JSON));
                    return true;
                })
                .thenApply(ignored -> null);
    }

    @Override
    public CompletableFuture<Optional<byte[]>> get(ObjectKey key) {
        return call("get", key, () -> files.read(file(key)).map(this::plain));
    }

    /** Of what is compressed, no part can be read. */
    private byte[] stored(byte[] body, String contentType) {
        return compression.enabled() && !contentType.equals(PACK) || Compression.looksCompressed(body)
                ? Compression.compress(body)
                : body;
    }

    @Override
    public CompletableFuture<Optional<byte[]>> getRange(ObjectKey key, ByteRange range) {
        return call("get a range", key, () -> files.read(file(key), range));
    }

    private byte[] plain(byte[] stored) {
        return Compression.looksCompressed(stored) ? compression.decompress(stored) : stored;
    }

    @Override
    public CompletableFuture<Boolean> delete(ObjectKey key) {
        return call("delete", key, () -> files.delete(file(key)));
    }

    @Override
    public void list(String bucket, String prefix, Consumer<ObjectKey> found) {
        ObjectKey all = new ObjectKey(bucket, prefix + "*");
        Path folder = settings.base().resolve(bucket);
        try {
            files.walk(
                    folder.resolve(prefix),
                    file -> found.accept(
                            new ObjectKey(bucket, folder.relativize(file).toString())));
        } catch (IOException e) {
            throw translate("list", all, e);
        }
    }

    /** A {@code file:} URL, which lasts: who may read the folder decides. What it gives may be gzip. */
    @Override
    public URI presign(ObjectKey key, Duration ttl) {
        Duration unused = Archive.requirePresignable(ttl);
        return file(key).toUri();
    }

    /** Finishes what has begun, for ten seconds at most. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "FileArchive[" + settings.base() + "]";
    }

    private Path file(ObjectKey key) {
        return settings.base().resolve(key.bucket()).resolve(key.key());
    }

    private <T> CompletableFuture<T> call(String operation, ObjectKey key, Callable<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                if (!answer.isDone()) { // Nobody waits any more for what is past its deadline.
                    run(call, answer);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(e);
        }
        return answer.orTimeout(settings.deadline().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(translate(operation, key, failure)));
    }

    private static <T> void run(Callable<T> call, CompletableFuture<T> answer) {
        try {
            answer.complete(call.call());
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    private ChronosException translate(String operation, ObjectKey key, Throwable failure) {
        Throwable cause = Futures.unwrap(failure);
        if (cause instanceof Invalid invalid) {
            return new Invalid("the archived object cannot be read, object=" + key + ": " + invalid.getMessage());
        }
        String reason = cause.getClass().getSimpleName();
        if (cause instanceof RejectedExecutionException) {
            reason = threads.isShutdown() ? "closed" : "too many wait, waitingMax=" + settings.waitingMax();
        } else if (cause instanceof TimeoutException) {
            reason = "not done within the deadline, deadlineMs="
                    + settings.deadline().toMillis();
        } else if (cause instanceof IOException) {
            reason = cause.toString();
        }
        return new Unavailable("archive", operation + " failed, object=" + key + " reason=" + reason, cause);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "file-archive-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
