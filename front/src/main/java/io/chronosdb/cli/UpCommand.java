package io.chronosdb.cli;

import io.chronosdb.config.ChronosConfig;
import io.chronosdb.node.EmbeddedSystem;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a node until it is told to stop. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Runs Chronos until SIGTERM or Ctrl-C.",
            "Without --config it runs everything by itself: a Kafka broker, a mongod and a folder of payloads under one"
                    + " data directory, where it also writes the configuration that clients need.",
            "Prints one line, 'chronos is ready …', when it is."
        })
final class UpCommand implements Callable<Integer> {
    private static final long STOPS_WITHIN_SECONDS = 60;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration of an installation to be part of.")
    @Nullable
    Path config;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Default: ${DEFAULT-VALUE}.")
    Path dataDir = Coordinates.DATA_DIR;

    @Option(
            names = "--roles",
            paramLabel = "LIST",
            description =
                    "commands,projector,archiver,counters,verifier. Default: all of them but verifier, which holds index and archive to"
                            + " the log in the background. none: only the servers of --data-dir.")
    @Nullable
    String roles;

    @Option(
            names = "--http-port",
            paramLabel = "N",
            description = "Port of 127.0.0.1 for health, status and metrics, without --config: there, the file says it."
                    + " Default: the one of the last start, or a free one.")
    @Nullable
    Integer httpPort;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public Integer call() throws Exception {
        // A signal ends the waiting below; the JVM stays until everything is stopped.
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "chronos-stop"));
        try {
            return run();
        } finally {
            stopped.countDown();
        }
    }

    private int run() throws InterruptedException {
        Set<Role> chosen = roles == null ? Role.byDefault() : Role.parse(roles);
        if (config != null && httpPort != null) {
            throw new UsageException("--http-port is for ./chronos up without --config: set http.port in " + config);
        }
        OptionalInt port = httpPort == null ? OptionalInt.empty() : OptionalInt.of(httpPort);
        try (EmbeddedSystem embedded =
                config == null ? EmbeddedSystem.start(dataDir, port, json -> {}, Output::say) : null) {
            Path file = embedded == null ? Coordinates.configFile(config) : embedded.configFile();
            ChronosConfig read = ChronosConfig.read(file);
            try (Node node = Node.start(read, chosen)) {
                Output.line("chronos is ready config=" + file + " kafka="
                        + read.kafka().bootstrapServers() + " roles=" + chosen
                        + node.http().map(at -> " http=http://" + at(at)).orElse(""));
                var unused = node.failure().whenComplete((nothing, error) -> {
                    Output.say("chronos stops: " + error.getMessage());
                    stop.countDown();
                });
                stop.await();
                return node.failure().isCompletedExceptionally() ? Main.REJECTED : 0;
            }
        }
    }

    private static String at(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    private void stopAndWait() {
        stop.countDown();
        try {
            if (!stopped.await(STOPS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                Output.say("chronos did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
