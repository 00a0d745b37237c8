package io.chronosdb.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker inside this JVM, a cluster of one on 127.0.0.1 that keeps its data in a directory.
 *
 * <p>The directory can be started again after {@link #close()} and after kill -9 of the JVM, in another JVM or the same one,
 * here or as a {@link KafkaProcess}. An acknowledged record survives the death of the process; to survive the loss of
 * power as well it needs {@code settings.with("log.flush.interval.messages", "1")}, which costs a disk sync per batch.
 *
 * <p>The surprise: a broker that loses its disk later on (its directory deleted, the disk full) halts the whole JVM, as
 * Kafka always does. So close it before deleting its directory.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final BrokerDirectory directory;
    private final BrokerPorts ports;
    private final KafkaRaftServer server;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedKafka(BrokerDirectory directory, BrokerPorts ports, KafkaRaftServer server) {
        this.directory = directory;
        this.ports = ports;
        this.server = server;
    }

    /** {@link #start(Path, KafkaSettings)} with {@link KafkaSettings#defaults()}. */
    public static EmbeddedKafka start(Path dataDir) {
        return start(dataDir, KafkaSettings.defaults());
    }

    /**
     * Starts a broker and returns when it serves clients, at the latest after 60 s (usually 1–6 s).
     *
     * @param dataDir created when missing, continued when it has been used before; one broker at a time
     * @throws EmbeddedServerException if the port is taken, the directory is in use, or the broker did not come up; nothing is
     *     left running then
     */
    public static EmbeddedKafka start(Path dataDir, KafkaSettings settings) {
        Deadline deadline = Deadline.in(START_LIMIT);
        BrokerDirectory directory = BrokerDirectory.prepare(dataDir);
        BrokerPorts ports = BrokerPorts.choose(settings.port());
        Properties properties = BrokerProperties.of(directory.logDir(), ports, settings, START_LIMIT);
        EmbeddedKafka kafka = new EmbeddedKafka(directory, ports, server(properties, directory));
        try {
            startup(kafka.server, kafka.toString(), deadline.left());
            if (!BrokerReadiness.await(ports, deadline, () -> {})) {
                throw new EmbeddedServerException(kafka + " does not answer, waitedMs=" + START_LIMIT.toMillis());
            }
            return kafka;
        } catch (RuntimeException e) {
            closeQuietly(kafka, e);
            throw e;
        }
    }

    private static KafkaRaftServer server(Properties properties, BrokerDirectory directory) {
        try {
            return new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        } catch (RuntimeException e) { // a property, or a directory that another kind of node has formatted
            throw new EmbeddedServerException("could not configure the broker, dataDir=" + directory.root(), e);
        }
    }

    /** Kafka answers most failures at startup with a halt of the JVM; here they become exceptions, one start at a time. */
    private static synchronized void startup(KafkaRaftServer server, String name, Duration limit) {
        Exit.setHaltProcedure((status, message) -> {
            throw new EmbeddedServerException(name + " gave up, ProcessTerminatingFaultHandler has logged why");
        });
        try {
            Bounded.run("start " + name, limit, server::startup);
        } finally {
            Exit.resetHaltProcedure();
        }
    }

    private static void closeQuietly(EmbeddedKafka kafka, RuntimeException reason) {
        try {
            kafka.close();
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    /** Where clients connect: {@code 127.0.0.1:port}. */
    public String bootstrapServers() {
        return ports.bootstrapServers();
    }

    /** The port for clients. */
    public int port() {
        return ports.clients();
    }

    /**
     * Stops the broker cleanly, within 30 s; a second call does nothing.
     *
     * @throws EmbeddedServerException if it took longer; what still runs then is left behind
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Bounded.run("stop " + this, STOP_LIMIT, () -> {
                server.shutdown();
                server.awaitShutdown();
            });
            LOG.debug("stopped {}", this);
        }
    }

    @Override
    public String toString() {
        return "kafka in this JVM, address=" + bootstrapServers() + " dataDir=" + directory.root();
    }
}
