package io.chronosdb.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Json;
import io.chronosdb.embedded.GuardedProcess;
import io.chronosdb.embedded.KafkaProcess;
import io.chronosdb.embedded.Mongod;
import io.chronosdb.embedded.MongodBinary;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A broker, a mongod and an S3 server as child processes, each started when it is first needed. For one thread. */
final class Lab implements Closeable {
    static final String TENANT = "bench";
    static final Database DATABASE = Route.runtime(TENANT);
    static final int PARTITIONS = 4;

    /** The name of {@link #large}'s configuration. */
    static final String LARGE = "large";

    private static final Duration START_MAX = Duration.ofMinutes(5);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    /** A process that was started. */
    record Child(GuardedProcess process) implements Closeable {
        /** A field of {@code /proc/<pid>/status}, which may be in kB. */
        long status(String field) throws IOException {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void close() {
            process.stop(STOP_MAX);
        }
    }

    private final Path dir;
    private final Parts running = new Parts();
    private @Nullable KafkaProcess kafka;
    private @Nullable Mongod mongod;
    private S3Child.@Nullable Address s3;
    private @Nullable ChronosConfig large;
    private int processes;

    Lab() throws IOException {
        dir = Files.createTempDirectory("chronos-bench-");
    }

    Path folder(String name) {
        return dir.resolve(name);
    }

    String kafka() {
        if (kafka == null) {
            kafka = KafkaProcess.start(dir.resolve("kafka"));
            running.add(kafka::close);
        }
        return kafka.bootstrapServers();
    }

    String mongo() {
        if (mongod == null) {
            mongod = Mongod.start(MongodBinary.find(System.err::println), dir.resolve("mongo"), OptionalInt.empty());
            running.add(mongod::close);
        }
        return mongod.uri();
    }

    S3Child.Address s3() throws Exception {
        if (s3 == null) {
            running.add(jvm(
                    "s3",
                    512,
                    S3Child.class.getName(),
                    List.of(dir.resolve("s3").toString()),
                    S3Child.READY));
            s3 = S3Child.Address.read(dir.resolve("s3"));
        }
        return s3;
    }

    /**
     * A configuration of its own topics, MongoDB database and bucket, all on this lab's servers, for {@link #DATABASE} with
     * {@link Documents#INDEXED} indexed in every collection named.
     */
    ChronosConfig config(String name, List<String> collections, Consumer<ObjectNode> change) throws Exception {
        ObjectNode json = Json.object();
        json.put("stateDir", "state-" + name);
        json.putObject("kafka")
                .put("bootstrapServers", kafka())
                .put("topicPrefix", name)
                .put("partitions", PARTITIONS);
        json.putObject("dbConnections").putObject("mongo").put("mongoUri", mongo());
        json.putObject("spacesConnections")
                .putObject("s3")
                .put("endpoint", s3().endpoint())
                .put("region", s3().region())
                .put("accessKey", s3().accessKey())
                .put("secretKey", s3().secretKey());
        addTenant(json, TENANT, name);
        ObjectNode maps = json.putObject("collectionMaps");
        for (String collection : collections) {
            Documents.INDEXED.forEach(maps.putObject(collection).putArray("indexedProps")::add);
        }
        change.accept(json);
        Path file = configFile(name);
        Files.write(file, Json.bytes(json));
        return ChronosConfig.read(file);
    }

    /** @param name of its MongoDB database and its bucket */
    static void addTenant(ObjectNode config, String tenant, String name) {
        config.withObject("/databases/runtime")
                .withArrayProperty("tenantDatabases")
                .addObject()
                .put("tenantId", tenant)
                .put("dbConnRef", "mongo")
                .put("spaceConnRef", "s3")
                .put("bucket", name)
                .put("dbName", name);
    }

    Path configFile(String name) {
        return dir.resolve(name + ".json");
    }

    /** A process of Chronos with these roles, from the time on when it says that it is ready. */
    Child node(String name, String roles) throws Exception {
        return node(name, roles, 1_024);
    }

    Child node(String name, String roles, int heapMegabytes) throws Exception {
        return jvm(
                "chronos-" + name,
                heapMegabytes,
                "io.chronosdb.cli.Main",
                List.of("up", "--config", configFile(name).toString(), "--roles", roles),
                "chronos is ready");
    }

    /** A JVM with this class path, from the time on when it has printed what is awaited. */
    Child jvm(String name, int heapMegabytes, String main, List<String> arguments, String awaited)
            throws IOException, InterruptedException {
        Path log = dir.resolve(name + "-" + processes++ + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseParallelGC",
                "-cp",
                System.getProperty("java.class.path")));
        Optional.ofNullable(System.getProperty("chronos.bench.child")).ifPresent(command::add);
        command.add(main);
        command.addAll(arguments);
        GuardedProcess process = GuardedProcess.start(name, command, log);
        long giveUp = System.nanoTime() + START_MAX.toNanos();
        while (!Files.readString(log).contains(awaited)) {
            process.requireAlive();
            if (System.nanoTime() - giveUp > 0) {
                process.kill();
                throw new IllegalStateException("not ready within " + START_MAX + ": process=" + name);
            }
            Thread.sleep(20);
        }
        return new Child(process);
    }

    /**
     * A log of many items, made when it is first asked for: it takes minutes, so that scenarios share it.
     *
     * @param items how many, at least; what is measured may add some
     */
    ChronosConfig large(int items) throws Exception {
        if (large == null) {
            large = config(LARGE, Backlog.COLLECTIONS, json -> {});
            Backlog.ofItems(large, items);
        }
        return large;
    }

    /** Removes a folder and what is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    @Override
    public void close() throws IOException {
        running.close();
        delete(dir);
    }
}
