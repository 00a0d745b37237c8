package io.chronosdb.node;

import io.chronosdb.address.Database;
import io.chronosdb.command.process.CommandProcessor;
import io.chronosdb.command.process.ProcessorLimits;
import io.chronosdb.command.state.RocksStateStore;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.config.HttpConfig;
import io.chronosdb.counters.CountersSettings;
import io.chronosdb.counters.CountersStream;
import io.chronosdb.health.HealthServer;
import io.chronosdb.health.Metrics;
import io.chronosdb.health.Monitor;
import io.chronosdb.log.Fallback;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.log.LoopLimits;
import io.chronosdb.log.ProjectionLoop;
import io.chronosdb.port.Parking;
import io.chronosdb.port.Projection;
import io.chronosdb.port.Watched;
import io.chronosdb.port.Watcher;
import io.chronosdb.verify.NoParking;
import io.chronosdb.verify.Verifier;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process of an installation: the roles it was told to take, over one configuration. */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    /** Nobody waits for the archive: a payload that is not there yet is read from the log. */
    private static final Duration ARCHIVE_GATHER = Duration.ofMillis(50);

    /** It stops where the copies differ, so that its position is where they agree; small batches, for nobody waits. */
    private static final LoopLimits VERIFYING = LoopLimits.DEFAULT
            .batching(100)
            .gathering(Duration.ofSeconds(1))
            .failing(new Fallback(false, 1, Duration.ofMillis(500), Duration.ofSeconds(5)));

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final List<Watched> watched = new ArrayList<>();
    private Watcher watcher = Watcher.NONE;
    private Optional<InetSocketAddress> http = Optional.empty();

    private Node() {}

    /** Starts the roles. They connect by themselves, and go on trying where a store is down. */
    public static Node start(ChronosConfig config, Set<Role> roles) {
        Node node = new Node();
        try {
            node.startAll(config, roles);
            return node;
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private void startAll(ChronosConfig config, Set<Role> roles) {
        Stores stores = add(new Stores(config));
        KafkaLog log = add(new KafkaLog(config.kafka()));
        Path stateDir =
                config.stateDir().orElseGet(() -> add(new TemporaryFolder()).path());
        Optional<Metrics> metrics = config.http().map(at -> add(new Metrics()));
        metrics.ifPresent(counting -> watcher = counting);
        for (Role role : roles) {
            switch (role) {
                case COMMANDS -> startProcessor(config, log, stores, stateDir.resolve("commands"));
                case PROJECTOR ->
                    startLoop(config, log, stores.projector(), stores.indexParking(), LoopLimits.DEFAULT.gather());
                case ARCHIVER -> startLoop(config, log, stores.archiver(), stores.archiveParking(), ARCHIVE_GATHER);
                case VERIFIER ->
                    startLoop(
                            log,
                            new Verifier(stores, Pace.of(config.verifiedPerSecond())),
                            new NoParking(),
                            config::has,
                            VERIFYING);
                case COUNTERS -> startCounters(config, log, stores, stateDir.resolve("counters"));
            }
        }
        metrics.ifPresent(counted -> tell(config.http().orElseThrow(), log, counted));
    }

    private void tell(HttpConfig at, KafkaLog log, Metrics metrics) {
        Monitor monitor = add(new Monitor(watched, log, at.stalledAfter(), InstantSource.system()));
        HealthServer server = add(
                new HealthServer(new InetSocketAddress(at.host(), at.port()), monitor, () -> metrics.scrape(monitor)));
        monitor.start();
        http = Optional.of(server.address());
    }

    /** Where it tells how it is, if anywhere. */
    public Optional<InetSocketAddress> http() {
        return http;
    }

    private void startProcessor(ChronosConfig config, KafkaLog log, Stores stores, Path stateDir) {
        RocksStateStore states = add(new RocksStateStore(stateDir));
        StoredPayloads payloads = add(new StoredPayloads(log, stores));
        CommandProcessor processor = watch(add(new CommandProcessor(
                log,
                states,
                database -> config.find(database).map(config::decisions),
                payloads,
                ProcessorLimits.DEFAULT,
                watcher,
                add(new CopiesWitness(stores)))));
        var unused = processor.failure().whenComplete((nothing, error) -> failure.completeExceptionally(error));
        processor.start();
    }

    private void startLoop(
            ChronosConfig config, KafkaLog log, Projection projection, Parking parking, Duration gatherDefault) {
        startLoop(log, projection, parking, config::has, config.loopLimits(gatherDefault));
    }

    private void startLoop(
            KafkaLog log, Projection projection, Parking parking, Predicate<Database> known, LoopLimits limits) {
        ProjectionLoop loop = watch(add(new ProjectionLoop(log, projection, parking, known, limits, watcher)));
        var unused = loop.failure().whenComplete((nothing, error) -> failure.completeExceptionally(error));
        loop.start();
    }

    private void startCounters(ChronosConfig config, KafkaLog log, Stores stores, Path stateDir) {
        TotalsSink sink = watch(add(new TotalsSink(log, stores::totals, config::has)));
        sink.start();
        CountersStream stream = watch(add(new CountersStream(new CountersSettings(
                log.topics(),
                config.counterRules(),
                (database, collection) -> config.map(collection),
                config.counterRetention(),
                stateDir,
                CountersSettings.THREADS_DEFAULT,
                config.countersInterval(),
                config.kafka().bootstrapServers(),
                config.kafka().properties()))));
        stream.start();
    }

    private <T extends Watched> T watch(T role) {
        watched.add(role);
        return role;
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Completes exceptionally if this process must stop, saying why. */
    public CompletableFuture<Void> failure() {
        return failure;
    }

    /** Stops every role in the reverse order of the start, each within its deadline. */
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
