package io.chronosdb.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/**
 * The broker of {@link EmbeddedKafka} as a child process: it can be killed, suspended and started again on the same ports
 * while its clients run. Same directory, same settings; never outlives this JVM.
 *
 * <p>Not thread-safe: one test drives it.
 */
public final class KafkaProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    /** What prints the broker's warnings into its log, if the class path has logback. */
    private static final String LOGBACK = "io/chronosdb/embedded/kafka-process-logback.xml";

    private final BrokerDirectory directory;
    private final BrokerPorts ports;
    private GuardedProcess process;

    private KafkaProcess(BrokerDirectory directory, BrokerPorts ports) {
        this.directory = directory;
        this.ports = ports;
        this.process = launch();
    }

    /** {@link #start(Path, KafkaSettings)} with {@link KafkaSettings#defaults()}. */
    public static KafkaProcess start(Path dataDir) {
        return start(dataDir, KafkaSettings.defaults());
    }

    /**
     * Starts a broker in a JVM of its own (this JVM's java and class path, 512 MiB of heap) and returns when it serves
     * clients, at the latest after 60 s (usually 3 s; 2 s more after a kill, until its old session has ended).
     *
     * @param dataDir created when missing, continued when it has been used before; one broker at a time
     * @throws EmbeddedServerException if the port is taken, the directory is in use, or the broker did not come up, with the
     *     telling lines of its log; nothing is left running then
     */
    public static KafkaProcess start(Path dataDir, KafkaSettings settings) {
        BrokerDirectory directory = BrokerDirectory.prepare(dataDir);
        BrokerPorts ports = BrokerPorts.choose(settings.port());
        Properties properties = BrokerProperties.of(directory.logDir(), ports, settings, START_LIMIT);
        try (OutputStream out = Files.newOutputStream(directory.serverProperties())) {
            properties.store(out, "rewritten at each start");
        } catch (IOException e) {
            throw new EmbeddedServerException("could not write, file=" + directory.serverProperties(), e);
        }
        KafkaProcess kafka = new KafkaProcess(directory, ports);
        kafka.awaitReady();
        return kafka;
    }

    /** Starts it again on the same directory and the same ports, killing it first if it runs. Waits like {@code start}. */
    public void restart() {
        process.kill();
        ports.requireFree();
        process = launch();
        awaitReady();
    }

    private GuardedProcess launch() {
        return GuardedProcess.start(
                "kafka",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-Dlogback.configurationFile=" + LOGBACK,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "kafka.Kafka",
                        directory.serverProperties().toString()),
                directory.output());
    }

    private void awaitReady() {
        try {
            if (!BrokerReadiness.await(ports, Deadline.in(START_LIMIT), process::requireAlive)) {
                throw process.failure("does not answer, waitedMs=" + START_LIMIT.toMillis());
            }
        } catch (RuntimeException e) {
            process.kill();
            throw e;
        }
    }

    /** Where clients connect: {@code 127.0.0.1:port}, the same after every {@link #restart()}. */
    public String bootstrapServers() {
        return ports.bootstrapServers();
    }

    /** The port for clients. */
    public int port() {
        return ports.clients();
    }

    /** The broker's process id, another one after every {@link #restart()}. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process is there; a suspended one is. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** What the broker prints: warnings and errors. The run before is beside it as {@code *.previous}. */
    public Path log() {
        return directory.output();
    }

    /** kill -9; returns when the process is gone. Go on with {@link #restart()} or {@link #close()}. */
    public void kill() {
        process.kill();
    }

    /** SIGSTOP: connections stay open and nothing answers, until {@link #resume()}. */
    public void suspend() {
        process.suspend();
    }

    /** SIGCONT. After more than 2 s of suspension clients see no leader for a moment. */
    public void resume() {
        process.resume();
    }

    /** Stops the broker cleanly; kills it if that takes more than 30 s. A second call does nothing. */
    @Override
    public void close() {
        process.stop(STOP_LIMIT);
    }

    @Override
    public String toString() {
        return "kafka, address=" + bootstrapServers() + " pid=" + pid() + " dataDir=" + directory.root();
    }
}
