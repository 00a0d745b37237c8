package io.chronosdb.system;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Json;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import io.chronosdb.testkit.archive.S3Server;
import io.chronosdb.testkit.index.MongoServer;
import io.chronosdb.testkit.kafka.SharedKafka;
import io.chronosdb.verify.Verification;
import io.chronosdb.verify.VerifyOptions;
import io.chronosdb.verify.VerifyReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

/**
 * A whole installation on real Kafka, mongod and S3, with names of its own, so that tests keep out of each other's way.
 * Two tenants share one bucket and one MongoDB: isolation is tested by every test.
 */
public final class TestSystem implements AutoCloseable {
    private static final Duration CONVERGES_WITHIN = Duration.ofSeconds(60);
    private static final long KAFKA_SECONDS_MAX = 30;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Path dir;
    private final Path configFile;

    private TestSystem(Path dir, Path configFile) {
        this.dir = dir;
        this.configFile = configFile;
    }

    /** On the shared servers. */
    public static TestSystem create(Consumer<ObjectNode> change) {
        return create(SharedKafka.bootstrapServers(), MongoServer.shared().uri(), Shared.S3, change);
    }

    public static TestSystem create() {
        return create(config -> {});
    }

    public static TestSystem create(
            String bootstrapServers, String mongoUri, S3Server s3, Consumer<ObjectNode> change) {
        String name = "t" + UUID.randomUUID().toString().substring(0, 8);
        Path dir = Path.of("target", "systems", name).toAbsolutePath();
        ObjectNode config = Json.object();
        config.putObject("kafka")
                .put("bootstrapServers", bootstrapServers)
                .put("topicPrefix", name)
                .put("partitions", 2);
        config.putObject("dbConnections").putObject("mongo").put("mongoUri", mongoUri);
        config.putObject("spacesConnections")
                .putObject("s3")
                .put("endpoint", s3.endpoint().toString())
                .put("region", s3.region())
                .put("accessKey", s3.accessKey())
                .put("secretKey", s3.secretKey());
        ObjectNode databases = config.putObject("databases");
        ArrayNode tenants = databases.putObject("runtime").putArray("tenantDatabases");
        for (String tenant : List.of("tenant-a", "tenant-b")) {
            tenants.add(database(name, "rt-" + tenant)
                    .put("bucket", name + "-shared")
                    .put("tenantId", tenant)
                    .put("analyticsDbName", name + "_an_" + tenant));
        }
        ObjectNode knowledge = databases.putObject("knowledge");
        knowledge.set("genericDatabase", database(name, "kn-generic"));
        knowledge.putArray("domainsDatabases").add(database(name, "kn-health").put("domain", "health"));
        knowledge.putArray("tenantDatabases").add(database(name, "kn-a").put("tenantId", "tenant-a"));
        databases.putObject("metadata").set("genericDatabase", database(name, "md-generic"));
        databases.set("logs", database(name, "logs"));
        change.accept(config);
        try {
            Files.createDirectories(dir);
            Path file = dir.resolve("chronos.json");
            Files.write(file, Json.bytes(config));
            return new TestSystem(dir, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode database(String name, String what) {
        return Json.object()
                .put("dbConnRef", "mongo")
                .put("spaceConnRef", "s3")
                .put("bucket", name + "-" + what)
                .put("dbName", name + "_" + what);
    }

    public Path dir() {
        return dir;
    }

    public Path configFile() {
        return configFile;
    }

    public ChronosConfig config() {
        return ChronosConfig.read(configFile);
    }

    /** A node in this JVM with the roles; all of them if none are named. */
    public Node node(Role... roles) {
        Set<Role> chosen = roles.length == 0 ? Role.byDefault() : EnumSet.copyOf(List.of(roles));
        Node node = Node.start(config(), chosen);
        parts.push(node);
        return node;
    }

    public Chronos client() {
        Chronos chronos = Chronos.open(configFile);
        parts.push(chronos);
        return chronos;
    }

    /** Its stores, as a node knows them. */
    public Stores stores() {
        Stores stores = new Stores(config());
        parts.push(stores);
        return stores;
    }

    /** Holds a database's copies to its log. */
    public VerifyReport verify(Database database, VerifyOptions options) {
        try (Verification verification = new Verification(config())) {
            return verification.verify(database, options, (what, done, total) -> {});
        }
    }

    /** A client of its Kafka, for what nobody should do to it. */
    public Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", config().kafka().bootstrapServers()));
    }

    /** Kafka has lost all that it had of a database. */
    public void loseLog(Database database) throws Exception {
        Topics topics = new Topics(config().kafka().topicPrefix());
        deleteTopics(
                topics.commands(database),
                topics.events(database),
                topics.name(database, Topics.Kind.TOTALS),
                topics.name(database, Topics.Kind.REPLIES));
    }

    /** Kafka has lost a database's events alone. */
    public void loseEvents(Database database) throws Exception {
        deleteTopics(new Topics(config().kafka().topicPrefix()).events(database));
    }

    private void deleteTopics(String... topics) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(topics)).all().get(KAFKA_SECONDS_MAX, TimeUnit.SECONDS);
        }
    }

    /** Waits until it is true. */
    public static void eventually(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(CONVERGES_WITHIN)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }

    @Override
    public void close() throws IOException {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IOException("a part did not stop", e);
            }
        }
    }

    private static final class Shared {
        private static final S3Server S3 = S3Server.start();
    }
}
