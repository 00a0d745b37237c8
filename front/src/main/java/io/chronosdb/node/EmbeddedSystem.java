package io.chronosdb.node;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.embedded.EmbeddedKafka;
import io.chronosdb.embedded.FreePorts;
import io.chronosdb.embedded.KafkaSettings;
import io.chronosdb.embedded.Mongod;
import io.chronosdb.embedded.MongodBinary;
import io.chronosdb.error.ChronosException.Unavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole system under one folder: a Kafka broker in this JVM, a mongod as its child, payloads as files, and the
 * configuration that clients need, {@code chronos.json}. Started again on the same folder it goes on where it was, also
 * after kill -9.
 */
public final class EmbeddedSystem implements AutoCloseable {
    /** The clients' configuration within the folder. */
    public static final String CONFIG_FILE = "chronos.json";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedSystem.class);
    private static final List<String> TENANTS = List.of("tenant-a", "tenant-b");
    private static final String DOMAIN = "demo";
    private static final String CONNECTION = "embedded";

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Path configFile;

    /** What goes into the configuration beside the databases, for the demo: nothing by default. */
    public interface Extras {
        void addTo(ObjectNode config);
    }

    private EmbeddedSystem(Path configFile) {
        this.configFile = configFile;
    }

    /**
     * Starts it.
     *
     * @param dataDir made if it is not there; in use by one process at a time
     * @param progress told what is being waited for, a line each
     * @throws Unavailable if a part cannot be started, saying what to do
     */
    public static EmbeddedSystem start(Path dataDir, Extras extras, Consumer<String> progress) {
        return start(dataDir, OptionalInt.empty(), extras, progress);
    }

    /**
     * The same.
     *
     * @param httpPort where nodes on it tell how they are; empty: where they did before, or else a free one
     */
    public static EmbeddedSystem start(Path dataDir, OptionalInt httpPort, Extras extras, Consumer<String> progress) {
        EmbeddedSystem system = new EmbeddedSystem(dataDir.resolve(CONFIG_FILE));
        try {
            Files.createDirectories(dataDir);
            system.parts.push(lock(dataDir));
            ObjectNode config = Files.exists(system.configFile)
                    ? Json.parseObject(Files.readAllBytes(system.configFile)) // What its owner added stays.
                    : newConfig(extras);
            Path mongodBinary = MongodBinary.find(progress);
            String mongoBefore = config.path("dbConnections")
                    .path(CONNECTION)
                    .path("mongoUri")
                    .asText();
            Mongod mongod = Mongod.start(mongodBinary, dataDir.resolve("mongo"), port(mongoBefore));
            system.parts.push(mongod);
            String kafkaBefore = config.path("kafka").path("bootstrapServers").asText();
            EmbeddedKafka kafka = EmbeddedKafka.start(dataDir.resolve("kafka"), kafkaSettings(port(kafkaBefore)));
            system.parts.push(kafka);
            config.withObjectProperty("kafka").put("bootstrapServers", kafka.bootstrapServers());
            config.withObjectProperty("dbConnections")
                    .withObjectProperty(CONNECTION)
                    .put("mongoUri", mongod.uri());
            ObjectNode http = config.withObjectProperty("http");
            OptionalInt httpBefore = port("127.0.0.1:" + http.path("port").asInt());
            http.put("port", httpPort.orElseGet(() -> httpBefore.orElseGet(FreePorts::one)));
            write(system.configFile, config);
            return system;
        } catch (IOException e) {
            system.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            system.close();
            throw e;
        }
    }

    public Path configFile() {
        return configFile;
    }

    private static KafkaSettings kafkaSettings(OptionalInt port) {
        KafkaSettings settings = KafkaSettings.defaults();
        return port.isPresent() ? settings.onPort(port.getAsInt()) : settings;
    }

    /** The port of the start before, so that clients find a restarted system again; none if somebody else has it. */
    private static OptionalInt port(String address) {
        Matcher port = Pattern.compile("127\\.0\\.0\\.1:([1-9]\\d{0,4})").matcher(address);
        if (!port.find()) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(port.group(1));
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), number));
            return OptionalInt.of(number);
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    private static AutoCloseable lock(Path dataDir) throws IOException {
        FileChannel channel =
                FileChannel.open(dataDir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new Unavailable("data directory", "another process uses it: dir=" + dataDir, null);
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static ObjectNode newConfig(Extras extras) {
        ObjectNode config = Json.object();
        config.putObject("spacesConnections");
        config.putObject("localStorage").put("enabled", true).put("basePath", "archive");
        config.put("stateDir", "state");
        ObjectNode databases = config.putObject("databases");
        for (String type : List.of("metadata", "knowledge")) {
            ObjectNode tiers = databases.putObject(type);
            tiers.set("genericDatabase", database(type + "-generic"));
            tiers.putArray("domainsDatabases").add(database(type + "-" + DOMAIN).put("domain", DOMAIN));
            ArrayNode tenants = tiers.putArray("tenantDatabases");
            TENANTS.forEach(tenant -> tenants.add(database(type + "-" + tenant).put("tenantId", tenant)));
        }
        ArrayNode tenants = databases.putObject("runtime").putArray("tenantDatabases");
        for (String tenant : TENANTS) {
            String analytics = "chronos_analytics_" + tenant.replace('-', '_');
            tenants.add(database("runtime-" + tenant).put("tenantId", tenant).put("analyticsDbName", analytics));
        }
        databases.set("logs", database("logs"));
        extras.addTo(config);
        return config;
    }

    private static ObjectNode database(String name) {
        ObjectNode database = Json.object();
        database.put("dbConnRef", CONNECTION);
        database.put("bucket", "chronos-" + name);
        database.put("dbName", "chronos_" + name.replace('-', '_'));
        return database;
    }

    /** Whole or not at all: a client may read it at any time. */
    private static void write(Path file, ObjectNode config) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.write(temporary, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(config));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("a part did not stop cleanly", e);
            }
        }
    }
}
