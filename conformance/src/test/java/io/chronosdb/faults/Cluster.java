package io.chronosdb.faults;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.chronosdb.document.Json;
import io.chronosdb.embedded.FreePorts;
import io.chronosdb.embedded.MongodBinary;
import io.chronosdb.testkit.archive.S3Server;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.awaitility.Awaitility;
import org.bson.Document;

/**
 * Three brokers (every topic has three replicas, an append needs two), a MongoDB set of three, an S3 server, and processes of Chronos with all roles.
 * Clients and servers reach brokers, mongods and S3 through a {@link TcpProxy} each; only the brokers' controllers talk to each other directly.
 */
final class Cluster implements AutoCloseable {
    static final List<String> TENANTS = List.of("tenant-a", "tenant-b");
    /** Ordered by item; every other collection is ordered as a whole. */
    static final String BY_ITEM = "notes";

    private static final int SERVERS = 3;
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(90);
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    final List<Member> brokers = new ArrayList<>();
    final List<Member> mongods = new ArrayList<>();
    final List<Member> nodes = new ArrayList<>();
    final List<TcpProxy> kafka;
    final List<TcpProxy> mongo;
    final TcpProxy s3;

    /** Of the first broker, the first mongod and the first process of Chronos, where there can be any. */
    final List<Disk> disks = new ArrayList<>();

    private final Path dir;
    private final int diskMegabytes;
    private final boolean smallDisks = Disk.possible();
    private final S3Server s3Server;
    private final List<Integer> mongoPorts = FreePorts.distinct(SERVERS);

    private Cluster(Path dir, int diskMegabytes) {
        List<Integer> brokerPorts = FreePorts.distinct(SERVERS);
        this.dir = dir;
        this.diskMegabytes = diskMegabytes;
        this.s3Server = S3Server.start(S3Server.Kind.S3PROXY, dir.resolve("s3"));
        this.s3 = new TcpProxy(FreePorts.one(), s3Server.endpoint().getPort());
        this.kafka = proxies(brokerPorts);
        this.mongo = proxies(mongoPorts);
        startBrokers(brokerPorts);
        startMongods();
    }

    private static List<TcpProxy> proxies(List<Integer> targets) {
        return targets.stream()
                .map(target -> new TcpProxy(FreePorts.one(), target))
                .toList();
    }

    /**
     * @param nodes how many processes of Chronos
     * @param diskMegabytes how large the small disks are
     */
    static Cluster start(Path dir, int nodes, int diskMegabytes) throws IOException {
        Files.createDirectories(dir);
        Cluster cluster = new Cluster(dir.toAbsolutePath(), diskMegabytes);
        try {
            cluster.awaitServers();
            for (int n = 1; n <= nodes; n++) {
                cluster.startNode(n);
            }
            cluster.config("client");
            cluster.awaitNodes();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    // ---- Kafka

    private void startBrokers(List<Integer> ports) {
        String clusterId = Uuid.randomUuid().toString();
        List<Integer> controllers = FreePorts.distinct(SERVERS);
        String voters = IntStream.range(0, SERVERS)
                .mapToObj(i -> (i + 1) + "@127.0.0.1:" + controllers.get(i))
                .collect(Collectors.joining(","));
        for (int i = 0; i < SERVERS; i++) {
            Path data = dir.resolve("broker-" + (i + 1));
            Properties properties = new Properties();
            properties.putAll(Map.of(
                    "process.roles",
                    "broker,controller",
                    "node.id",
                    Integer.toString(i + 1),
                    "controller.quorum.voters",
                    voters,
                    "controller.listener.names",
                    "CONTROLLER",
                    "listener.security.protocol.map",
                    "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                    "listeners",
                    "PLAINTEXT://127.0.0.1:" + ports.get(i) + ",CONTROLLER://127.0.0.1:" + controllers.get(i),
                    "advertised.listeners",
                    "PLAINTEXT://127.0.0.1:" + kafka.get(i).port(),
                    "log.dirs",
                    data.toString()));
            BROKER.forEach(properties::setProperty);
            Function<List<String>, List<String>> on = i == 0 ? disk(data) : command -> command;
            format(i == 0 && smallDisks ? disks.get(0).fromOutside() : data, clusterId, i + 1);
            Path file = dir.resolve("broker-" + (i + 1) + ".properties");
            try (OutputStream out = Files.newOutputStream(file)) {
                properties.store(out, null);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            brokers.add(new Member(
                    "broker-" + (i + 1),
                    dir,
                    on.apply(jvm(
                            256,
                            "-Dlogback.configurationFile=io/chronosdb/embedded/kafka-process-logback.xml",
                            "kafka.Kafka",
                            file.toString()))));
        }
    }

    /** A disk of its own for the folder, where there can be any; what has it runs on it. */
    private Function<List<String>, List<String>> disk(Path folder) {
        if (!smallDisks) {
            return command -> command;
        }
        Disk disk = new Disk(folder, diskMegabytes);
        disks.add(disk);
        return disk::on;
    }

    /** Nothing but the numbers of replicas, what makes failures show within seconds, and small buffers. */
    private static final Map<String, String> BROKER = Map.ofEntries(
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("default.replication.factor", "3"),
            Map.entry("min.insync.replicas", "2"),
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("offsets.topic.replication.factor", "3"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("transaction.state.log.replication.factor", "3"),
            Map.entry("transaction.state.log.min.isr", "2"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.min.session.timeout.ms", "3000"),
            Map.entry("broker.session.timeout.ms", "3000"),
            Map.entry("broker.heartbeat.interval.ms", "500"),
            Map.entry("replica.lag.time.max.ms", "5000"),
            Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
            Map.entry("message.max.bytes", "17825792"),
            Map.entry("replica.fetch.max.bytes", "17825792"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"));

    private static void format(Path data, String clusterId, int node) {
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.createDirectories(data);
            new Formatter()
                    .setClusterId(clusterId)
                    .setNodeId(node)
                    .addDirectory(data.toString())
                    .setMetadataLogDirectory(data.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setPrintStream(nowhere)
                    .run();
        } catch (Exception e) { // run() declares it
            throw new IllegalStateException("a broker's directory cannot be formatted, dir=" + data, e);
        }
    }

    private String bootstrap() {
        return bootstrap(kafka);
    }

    private boolean kafkaIsWhole(Admin admin) throws InterruptedException {
        try {
            return admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).size() == SERVERS;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    // ---- MongoDB

    private void startMongods() {
        Path binary = MongodBinary.find(line -> {});
        for (int i = 0; i < SERVERS; i++) {
            String name = "mongod-" + (i + 1);
            Path data = dir.resolve(name);
            data.toFile().mkdirs();
            String text = binary + " --replSet rs0 --bind_ip 127.0.0.1 --nounixsocket --port " + mongoPorts.get(i)
                    + " --wiredTigerCacheSizeGB 0.25 --oplogSize 990 --networkMessageCompressors snappy,zstd"
                    + " --setParameter minSnapshotHistoryWindowInSeconds=0"
                    + " --setParameter diagnosticDataCollectionEnabled=false"
                    + " --wiredTigerEngineConfigString log=(file_max=8MB,prealloc=false) --dbpath";
            List<String> command = new ArrayList<>(List.of(text.split(" ")));
            command.add(data.toString());
            mongods.add(new Member(name, dir, i == 0 ? disk(data).apply(command) : command));
        }
    }

    private void initiate() {
        List<Document> members = IntStream.range(0, SERVERS)
                .mapToObj(i -> new Document("_id", i)
                        .append("host", "127.0.0.1:" + mongo.get(i).port()))
                .toList();
        Document settings = new Document("electionTimeoutMillis", 2_000).append("heartbeatIntervalMillis", 500);
        await(() -> {
            try {
                command(
                        0,
                        new Document(
                                "replSetInitiate",
                                new Document("_id", "rs0")
                                        .append("members", members)
                                        .append("settings", settings)));
                return true;
            } catch (MongoException e) {
                return e.getCode() == 23; // It is already.
            }
        });
    }

    /** The member that is the primary, if there is one, by its own account. */
    int primary() {
        return IntStream.range(0, SERVERS)
                .filter(i -> {
                    try {
                        return command(i, new Document("hello", 1)).getBoolean("isWritablePrimary", false);
                    } catch (MongoException e) {
                        return false;
                    }
                })
                .findFirst()
                .orElse(-1);
    }

    /** Directly, whatever the network is like. */
    Document command(int member, Document command) {
        try (MongoClient client = MongoClients.create(
                "mongodb://127.0.0.1:" + mongoPorts.get(member)
                        + "/?directConnection=true&serverSelectionTimeoutMS=2000&connectTimeoutMS=2000&socketTimeoutMS=10000")) {
            return client.getDatabase("admin").runCommand(command);
        }
    }

    private void awaitServers() {
        initiate();
        await(() -> primary() >= 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            await(() -> kafkaIsWhole(admin));
        }
    }

    // ---- Chronos

    Path clientConfig() {
        return dir.resolve("client.json");
    }

    private void startNode(int number) throws IOException {
        String name = "chronos-" + number;
        Path config = config(name);
        List<String> command =
                jvm(384, "-Dchronos.log.level=INFO", "io.chronosdb.cli.Main", "up", "--config", config.toString());
        nodes.add(new Member(name, dir, number == 1 ? disk(state(name)).apply(command) : command));
    }

    private Path state(String name) {
        return dir.resolve(name + ".state");
    }

    /** Until those that were started have begun to work. */
    void awaitNodes() {
        nodes.forEach(node -> await(() -> node.printed("chronos is ready")));
    }

    private Path config(String name) throws IOException {
        ObjectNode config = Json.object();
        config.put("stateDir", state(name).toString());
        config.putObject("kafka")
                .put("bootstrapServers", bootstrap())
                .put("topicPrefix", "faults")
                .put("replicationFactor", SERVERS)
                .put("partitions", 2);
        String hosts = bootstrap(mongo);
        config.putObject("dbConnections").putObject("mongo").put("mongoUri", "mongodb://" + hosts + "/?replicaSet=rs0");
        config.putObject("spacesConnections")
                .putObject("s3")
                .put("endpoint", "http://127.0.0.1:" + s3.port())
                .put("region", s3Server.region())
                .put("accessKey", s3Server.accessKey())
                .put("secretKey", s3Server.secretKey());
        config.putObject("collectionMaps").putObject(BY_ITEM).put("chooseKey", "collection:objectId");
        ArrayNode tenants = config.putObject("databases").putObject("runtime").putArray("tenantDatabases");
        for (String tenant : TENANTS) {
            tenants.addObject()
                    .put("tenantId", tenant)
                    .put("dbConnRef", "mongo")
                    .put("spaceConnRef", "s3")
                    .put("bucket", "faults")
                    .put("dbName", "faults_" + tenant);
        }
        return Files.write(dir.resolve(name + ".json"), Json.bytes(config));
    }

    private static String bootstrap(List<TcpProxy> proxies) {
        return proxies.stream().map(proxy -> "127.0.0.1:" + proxy.port()).collect(Collectors.joining(","));
    }

    private static List<String> jvm(int heapMegabytes, String... rest) {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(rest));
        return command;
    }

    /** Every disk has room, every process runs and every connection passes. */
    void heal() {
        everyProxy().forEach(proxy -> proxy.mode(TcpProxy.Mode.PASS));
        disks.forEach(Disk::free);
        everyMember().forEach(member -> {
            member.start();
            member.resume();
        });
    }

    private List<TcpProxy> everyProxy() {
        List<TcpProxy> all = new ArrayList<>(kafka);
        all.addAll(mongo);
        all.add(s3);
        return all;
    }

    private List<Member> everyMember() {
        List<Member> all = new ArrayList<>(nodes);
        all.addAll(brokers);
        all.addAll(mongods);
        return all;
    }

    static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(STARTS_WITHIN)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }

    @Override
    public void close() {
        everyMember().forEach(Member::kill); // What is acknowledged is safe by now, or the checker has said so.
        disks.forEach(Disk::close);
        everyProxy().forEach(TcpProxy::close);
        s3Server.close();
    }
}
