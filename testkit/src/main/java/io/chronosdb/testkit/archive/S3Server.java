package io.chronosdb.testkit.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real S3 server for tests: the first of these that there is, unless the system property {@code chronos.test.s3} or
 * the environment variable {@code CHRONOS_TEST_S3} names a {@link Kind}.
 *
 * <ol>
 *   <li>the one that is configured: see {@link Kind#CONFIGURED};
 *   <li>{@code minio} on the {@code PATH}, as a child that dies with this JVM;
 *   <li>MinIO in Docker, if an engine answers;
 *   <li>S3Proxy in this JVM, which is always there.
 * </ol>
 *
 * <p>Not thread-safe: one owner drives it. Its clients may use it from any thread.
 */
public final class S3Server implements AutoCloseable {
    /** Where a server comes from. */
    public enum Kind {
        /**
         * Runs already, and is not ours to stop: system properties {@code chronos.test.s3.endpoint}, {@code .accessKey},
         * {@code .secretKey} and perhaps {@code .region}, or the environment: {@code CHRONOS_TEST_S3_ENDPOINT},
         * {@code _ACCESS_KEY}, {@code _SECRET_KEY}, {@code _REGION}.
         */
        CONFIGURED,
        MINIO,
        DOCKER,
        S3PROXY
    }

    private static final Logger LOG = LoggerFactory.getLogger(S3Server.class);
    private static final String SETTING = "chronos.test.s3";
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final S3Backend backend;
    private final @Nullable Path ownDirectory;

    private S3Server(S3Backend backend, @Nullable Path ownDirectory) {
        this.backend = backend;
        this.ownDirectory = ownDirectory;
    }

    /** Finds a server and starts it with data under {@code target/}, which is removed by {@link #close()}. */
    public static S3Server start() {
        Optional<S3Backend> configured = ConfiguredS3.find();
        boolean wanted = S3Backend.setting(SETTING).map(S3Server::kind).orElse(Kind.CONFIGURED) == Kind.CONFIGURED;
        return configured.isPresent() && wanted ? started(configured.get(), null) : startStoppable();
    }

    /** Like {@link #start()}, but never the configured one, so that the caller can {@link #stop()} it. */
    public static S3Server startStoppable() {
        Path directory = Path.of("target", "s3", ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
        Optional<Kind> wanted = S3Backend.setting(SETTING).map(S3Server::kind).filter(kind -> kind != Kind.CONFIGURED);
        List<Kind> candidates = wanted.map(List::of).orElse(List.of(Kind.MINIO, Kind.DOCKER, Kind.S3PROXY));
        return candidates.stream()
                .flatMap(kind -> find(kind, directory).stream())
                .findFirst()
                .map(backend -> started(backend, directory))
                .orElseThrow(() -> new IllegalStateException("there is no such S3 server here, wanted=" + candidates));
    }

    /**
     * Starts a server of this kind.
     *
     * @param dir for the data of a server that keeps them in files: created when missing, continued when used before,
     *     and kept by {@link #close()}
     * @throws IllegalStateException if there is none here, or it does not come up within a minute
     */
    public static S3Server start(Kind kind, Path dir) {
        S3Backend backend = find(kind, dir)
                .orElseThrow(() -> new IllegalStateException("there is no such S3 server here, kind=" + kind));
        return started(backend, null);
    }

    /** Where it listens; the same after {@link #stop()} and {@link #restart()}. */
    public URI endpoint() {
        return backend.endpoint();
    }

    public String region() {
        return backend.credentials().region();
    }

    public String accessKey() {
        return backend.credentials().accessKey();
    }

    public String secretKey() {
        return backend.credentials().secretKey();
    }

    /** What it is, for messages and reports: {@code s3proxy}, {@code minio}, … */
    public String name() {
        return backend.name();
    }

    /**
     * Stops it, with its data kept; does nothing if it is stopped.
     *
     * @throws UnsupportedOperationException if it is the configured one
     */
    public void stop() {
        backend.stop();
    }

    /** Starts it again after {@link #stop()}, at the same address with the same data; does nothing if it runs. */
    public void restart() {
        backend.start();
    }

    /** Stops it, unless it is the configured one. */
    @Override
    public void close() {
        backend.close();
        if (ownDirectory != null) {
            delete(ownDirectory);
        }
    }

    @Override
    public String toString() {
        return name() + " at " + endpoint();
    }

    private static S3Server started(S3Backend backend, @Nullable Path ownDirectory) {
        backend.start();
        LOG.info("an S3 server for tests runs, name={} endpoint={}", backend.name(), backend.endpoint());
        return new S3Server(backend, ownDirectory);
    }

    private static Optional<S3Backend> find(Kind kind, Path directory) {
        return switch (kind) {
            case CONFIGURED -> ConfiguredS3.find();
            case MINIO -> MinioProcess.find(directory);
            case DOCKER -> MinioContainer.find();
            case S3PROXY -> Optional.of(new S3ProxyInJvm(directory));
        };
    }

    private static Kind kind(String name) {
        return Kind.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
