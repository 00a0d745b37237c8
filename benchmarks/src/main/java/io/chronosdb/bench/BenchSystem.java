package io.chronosdb.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Json;
import io.chronosdb.embedded.KafkaProcess;
import io.chronosdb.embedded.Mongod;
import io.chronosdb.embedded.MongodBinary;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** A broker and a mongod as child processes, payloads as files, and a node with every role in this JVM. */
final class BenchSystem implements AutoCloseable {
    static final Database DATABASE = Route.runtime("bench");

    private final Path dir;
    private final KafkaProcess kafka;
    private final Mongod mongod;
    private final ChronosConfig config;
    private final Node node;

    private BenchSystem(Path dir, KafkaProcess kafka, Mongod mongod, ChronosConfig config, Set<Role> roles) {
        this.dir = dir;
        this.kafka = kafka;
        this.mongod = mongod;
        this.config = config;
        this.node = Node.start(config, roles);
    }

    static BenchSystem start(Set<Role> roles) throws IOException {
        Path dir = Files.createTempDirectory("chronos-bench-");
        Mongod mongod = Mongod.start(MongodBinary.find(System.err::println), dir.resolve("mongo"), OptionalInt.empty());
        KafkaProcess kafka = KafkaProcess.start(dir.resolve("kafka"));
        ObjectNode json = Json.object();
        json.putObject("kafka").put("bootstrapServers", kafka.bootstrapServers());
        json.putObject("dbConnections").putObject("mongo").put("mongoUri", mongod.uri());
        json.putObject("localStorage").put("basePath", "archive");
        json.put("stateDir", "state");
        json.putObject("databases")
                .putObject("runtime")
                .putArray("tenantDatabases")
                .addObject()
                .put("tenantId", DATABASE.name())
                .put("dbConnRef", "mongo")
                .put("bucket", "bench")
                .put("dbName", "bench");
        ObjectNode maps = json.putObject("collectionMaps");
        for (int c = 0; c < Bench.COLLECTIONS; c++) {
            maps.putObject(Bench.collection(c))
                    .putArray("indexedProps")
                    .add("email")
                    .add("status")
                    .add("n");
        }
        Path file = dir.resolve("chronos.json");
        Files.write(file, Json.bytes(json));
        return new BenchSystem(dir, kafka, mongod, ChronosConfig.read(file), roles);
    }

    ChronosConfig config() {
        return config;
    }

    @Override
    public void close() throws IOException {
        node.close();
        kafka.close();
        mongod.close();
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
