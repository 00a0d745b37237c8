package io.chronosdb.testkit.index;

import io.chronosdb.embedded.Mongod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A mongod as a child that dies with this JVM. */
final class MongodProcess implements MongoBackend {
    private final Path directory;
    private final Mongod mongod;

    /** Starts it. */
    MongodProcess(Path binary, Path directory) {
        this.directory = directory;
        mongod = Mongod.start(binary, directory, OptionalInt.empty());
    }

    @Override
    public String name() {
        return "mongod";
    }

    @Override
    public String uri() {
        return mongod.uri();
    }

    @Override
    public void start() {
        if (!mongod.isAlive()) {
            mongod.restart();
        }
    }

    @Override
    public void stop() {
        mongod.kill();
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
