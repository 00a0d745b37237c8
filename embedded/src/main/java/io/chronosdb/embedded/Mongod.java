package io.chronosdb.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real mongod on 127.0.0.1, a replica set of one, so that transactions and change streams work. A child process that
 * never outlives this JVM.
 *
 * <p>Its directory can be started again after {@link #close()} and after kill -9 of it or of the JVM, also on another port; a
 * write acknowledged with {@code w:majority, j:true} is there then.
 *
 * <p>Not thread-safe: one owner drives it.
 */
public final class Mongod implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mongod.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final Path binary;
    private final Path root;
    private final int port;
    private GuardedProcess process;

    private Mongod(Path binary, Path root, int port) {
        this.binary = binary;
        this.root = root;
        this.port = port;
        this.process = launch();
    }

    /** {@link #start(Path, Path, OptionalInt)} with the executable that {@link MongodBinary#find} finds or fetches. */
    public static Mongod start(Path dataDir, OptionalInt port) {
        return start(MongodBinary.find(LOG::info), dataDir, port);
    }

    /**
     * Starts mongod and returns when it is a writable primary, at the latest after 60 s (usually 1–2 s).
     *
     * @param binary a mongod executable, version 5 or newer
     * @param dataDir created when missing, continued when it has been used before; one mongod at a time
     * @param port on 127.0.0.1; a free one is chosen when empty
     * @throws EmbeddedServerException if the port is taken or mongod did not come up, with the telling lines of its log;
     *     nothing is left running then
     */
    public static Mongod start(Path binary, Path dataDir, OptionalInt port) {
        Path root = dataDir.toAbsolutePath().normalize();
        int chosen = FreePorts.requireFree("mongod", port.orElseGet(FreePorts::one));
        try {
            Files.createDirectories(db(root));
        } catch (IOException e) {
            throw new EmbeddedServerException("could not prepare mongod's directory, dataDir=" + root, e);
        }
        Mongod mongod = new Mongod(binary, root, chosen);
        mongod.awaitPrimary();
        return mongod;
    }

    /** Starts it again on the same directory and port, killing it first if it runs. Waits like {@code start}. */
    public void restart() {
        process.kill();
        FreePorts.requireFree("mongod", port);
        process = launch();
        awaitPrimary();
    }

    private GuardedProcess launch() {
        return GuardedProcess.start("mongod", command(binary, db(root), port), log());
    }

    private void awaitPrimary() {
        try (ReplicaSet replicaSet = new ReplicaSet(port)) {
            if (!replicaSet.awaitPrimary(Deadline.in(START_LIMIT), process::requireAlive)) {
                throw process.failure("is no writable primary, waitedMs=" + START_LIMIT.toMillis() + " last="
                        + replicaSet.lastAnswer());
            }
        } catch (RuntimeException e) {
            process.kill();
            throw e;
        }
    }

    static List<String> command(Path binary, Path db, int port) {
        return List.of(
                binary.toString(),
                "--replSet",
                ReplicaSet.NAME,
                "--bind_ip",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--nounixsocket",
                "--dbpath",
                db.toString(),
                "--wiredTigerCacheSizeGB",
                "0.25",
                "--oplogSize", // MB
                "990",
                // 6.0.5 predates a fix in zlib
                "--networkMessageCompressors",
                "snappy,zstd",
                // with the default of 300 s repeated updates cost 2-3 times as much
                "--setParameter",
                "minSnapshotHistoryWindowInSeconds=0",
                "--setParameter",
                "diagnosticDataCollectionEnabled=false",
                // nobody else could become primary: don't wait for it at shutdown
                "--setParameter",
                "shutdownTimeoutMillisForSignaledShutdown=100",
                // an empty directory is 9 MB instead of 301
                "--wiredTigerEngineConfigString",
                "log=(file_max=8MB,prealloc=false)");
    }

    /** What a driver connects with; the same after every {@link #restart()}. Transactions work with it. */
    public String uri() {
        return "mongodb://127.0.0.1:" + port + "/?replicaSet=" + ReplicaSet.NAME;
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** mongod's process id, another one after every {@link #restart()}. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process is there; a suspended one is. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** What mongod prints. The run before is beside it as {@code *.previous}. */
    public Path log() {
        return root.resolve("mongod.log");
    }

    /** kill -9; returns when the process is gone. Go on with {@link #restart()} or {@link #close()}. */
    public void kill() {
        process.kill();
    }

    /** SIGSTOP: connections stay open and nothing answers, until {@link #resume()}. */
    public void suspend() {
        process.suspend();
    }

    /** SIGCONT. */
    public void resume() {
        process.resume();
    }

    /** Stops mongod cleanly; kills it if that takes more than 30 s. A second call does nothing. */
    @Override
    public void close() {
        process.stop(STOP_LIMIT);
    }

    @Override
    public String toString() {
        return "mongod, address=127.0.0.1:" + port + " pid=" + pid() + " dataDir=" + root;
    }

    private static Path db(Path root) {
        return root.resolve("db");
    }
}
