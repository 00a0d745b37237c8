package io.chronosdb.testkit.index;

import io.chronosdb.embedded.MongodBinary;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real MongoDB for tests, the first of these that there is:
 *
 * <ol>
 *   <li>the one that the system property {@code chronos.test.mongo.uri} or the environment variable
 *       {@code CHRONOS_TEST_MONGO_URI} names; tests make databases in it, named {@code test-…};
 *   <li>{@code mongod} on the {@code PATH}, or one fetched before, as a child that dies with this JVM;
 *   <li>MongoDB in Docker, if an engine answers;
 *   <li>a mongod that is fetched now: 42 MB, once per machine.
 * </ol>
 *
 * <p>One serves a whole test JVM. Not thread-safe for its owner; its clients may use it from any thread.
 */
public final class MongoServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MongoServer.class);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final MongoBackend backend;

    private MongoServer(MongoBackend backend) {
        this.backend = backend;
        backend.start();
        LOG.info("a MongoDB for tests runs, name={}", backend.name());
    }

    /** The one of this JVM, with its data under {@code target/}. It is never stopped before the JVM ends. */
    public static MongoServer shared() {
        return Shared.SERVER;
    }

    /** One of the caller's own, never the configured one, so that it can be stopped. */
    public static MongoServer startStoppable() {
        return new MongoServer(own());
    }

    /** A name for a database that nobody else uses. */
    public static String freshDatabase() {
        return "test-" + UUID.randomUUID();
    }

    /** What a driver connects with; the same after {@link #restart()}. It can transactions. */
    public String uri() {
        return backend.uri();
    }

    /** Stops it at once, as a crash does. */
    public void stop() {
        backend.stop();
    }

    /** Starts it again with its data, and returns when it takes writes. */
    public void restart() {
        backend.start();
    }

    @Override
    public void close() {
        backend.close();
    }

    private static MongoBackend own() {
        Optional<Path> binary = MongodBinary.onPath().or(MongodBinary::cached);
        return binary.isEmpty() && MongoContainer.isPossible()
                ? new MongoContainer()
                : new MongodProcess(binary.orElseGet(() -> MongodBinary.fetch(LOG::info)), directory());
    }

    private static Path directory() {
        return Path.of("target", "mongod", ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    }

    private static Optional<MongoBackend> configured() {
        return Optional.ofNullable(System.getProperty("chronos.test.mongo.uri"))
                .or(() -> Optional.ofNullable(System.getenv("CHRONOS_TEST_MONGO_URI")))
                .filter(uri -> !uri.isBlank())
                .map(MongoBackend.Configured::new);
    }

    private static final class Shared {
        private static final MongoServer SERVER = new MongoServer(configured().orElseGet(MongoServer::own));

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close, "shared-mongodb-stop"));
        }
    }
}
