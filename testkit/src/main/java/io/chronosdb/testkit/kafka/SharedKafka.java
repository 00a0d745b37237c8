package io.chronosdb.testkit.kafka;

import io.chronosdb.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The one broker of a test JVM, under {@code target/}, stopped with the JVM. Tests keep out of each other's way by topic
 * prefixes of their own.
 */
public final class SharedKafka {
    private SharedKafka() {}

    public static String bootstrapServers() {
        return Holder.BROKER.bootstrapServers();
    }

    /** A topic prefix that nobody else uses. */
    public static String freshPrefix() {
        return "t" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static final class Holder {
        private static final EmbeddedKafka BROKER = start();

        private static EmbeddedKafka start() {
            EmbeddedKafka broker = EmbeddedKafka.start(
                    Path.of("target", "shared-kafka-" + ProcessHandle.current().pid()));
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "shared-kafka-stop"));
            return broker;
        }
    }
}
