package io.chronosdb.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A broker's data directory. The layout is the same for a broker in the JVM and for one in a child process: either can
 * go on where the other stopped.
 */
record BrokerDirectory(Path root) {

    /** Kafka's own directory. */
    Path logDir() {
        return root.resolve("log");
    }

    Path serverProperties() {
        return root.resolve("server.properties");
    }

    Path output() {
        return root.resolve("broker.log");
    }

    /** Creates and formats what is missing; data that is there stays. */
    static BrokerDirectory prepare(Path root) {
        BrokerDirectory directory = new BrokerDirectory(root.toAbsolutePath().normalize());
        if (directory.root.toString().contains(",")) {
            throw new EmbeddedServerException("kafka can't use a path with a comma, dataDir=" + directory.root);
        }
        try {
            Files.createDirectories(directory.logDir());
            directory.requireUnused();
            if (Files.notExists(directory.logDir().resolve("meta.properties"))) {
                directory.format();
            }
        } catch (IOException e) {
            throw new EmbeddedServerException("could not prepare the broker's directory, dataDir=" + directory.root, e);
        }
        return directory;
    }

    /** Asked here because Kafka's answer to a directory in use is to halt the JVM. */
    private void requireUnused() throws IOException {
        Path lockFile = logDir().resolve(".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw inUse();
            }
        } catch (OverlappingFileLockException e) {
            throw inUse();
        }
    }

    private EmbeddedServerException inUse() {
        return new EmbeddedServerException("another broker uses this directory, dataDir=" + root);
    }

    private void format() {
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(BrokerProperties.NODE_ID)
                    .addDirectory(logDir().toString())
                    .setMetadataLogDirectory(logDir().toString())
                    .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                    .setPrintStream(nowhere)
                    .run();
        } catch (Exception e) { // run() declares it
            throw new EmbeddedServerException("could not format the broker's directory, dataDir=" + root, e);
        }
    }
}
