package io.chronosdb.embedded;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.OptionalInt;

/** A program that starts one of each, suspends the broker, says so and waits to be killed. */
final class ServersInAJvm {
    static final String READY = "ready";
    private static final long LIFETIME_MILLIS = 120_000;

    private ServersInAJvm() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        try (Mongod mongod = Mongod.start(Path.of(args[0], "mongod"), OptionalInt.empty());
                KafkaProcess kafka = KafkaProcess.start(Path.of(args[0], "kafka"))) {
            kafka.suspend();
            out.println(READY + " " + mongod.pid() + " " + kafka.pid());
            Thread.sleep(LIFETIME_MILLIS);
        }
    }
}
