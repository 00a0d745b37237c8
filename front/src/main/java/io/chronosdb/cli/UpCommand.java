package io.chronosdb.cli;

import io.chronosdb.config.ChronosConfig;
import io.chronosdb.node.EmbeddedSystem;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
    @Option(names = "--config", paramLabel = "FILE", description = "Configuration of an installation to be part of.")
    @Nullable
    Path config;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Default: ${DEFAULT-VALUE}.")
    Path dataDir = Coordinates.DATA_DIR;

    @Option(
            names = "--roles",
            paramLabel = "LIST",
            description = "commands,projector,archiver,counters. Default: all of them.")
    @Nullable
    String roles;

    @Override
    public Integer call() throws Exception {
        Set<Role> chosen = roles == null ? EnumSet.allOf(Role.class) : Role.parse(roles);
        try (EmbeddedSystem embedded = config == null ? EmbeddedSystem.start(dataDir, json -> {}, Output::say) : null) {
            Path file = embedded == null ? config : embedded.configFile();
            ChronosConfig read = ChronosConfig.read(file);
            try (Node node = Node.start(read, chosen)) {
                Output.line("chronos is ready config=" + file + " kafka="
                        + read.kafka().bootstrapServers() + " roles=" + chosen);
                return untilStopped(node);
            }
        }
    }

    /** Waits for a signal, and keeps the JVM until everything is stopped. */
    private static int untilStopped(Node node) throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            try {
                main.join(60_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        var unused = node.failure().whenComplete((nothing, error) -> {
            Output.say("chronos stops: " + error.getMessage());
            stop.countDown();
        });
        stop.await();
        return node.failure().isCompletedExceptionally() ? Main.REJECTED : 0;
    }
}
