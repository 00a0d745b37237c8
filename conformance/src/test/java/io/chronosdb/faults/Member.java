package io.chronosdb.faults;

import io.chronosdb.embedded.GuardedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** A process of the cluster that can be killed and started again on the same directory and port. For one thread at a time. */
final class Member {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(20);

    private final String name;
    private final List<String> command;
    private final Path log;
    private GuardedProcess process;

    Member(String name, Path dir, List<String> command) {
        this.name = name;
        this.command = command;
        this.log = dir.resolve(name + ".log");
        this.process = GuardedProcess.start(name, command, log);
    }

    void kill() {
        process.kill();
    }

    /** SIGTERM. */
    void stop() {
        process.stop(STOPS_WITHIN);
    }

    void suspend() {
        process.suspend();
    }

    void resume() {
        process.resume();
    }

    void start() {
        if (!process.isAlive()) {
            keepLog();
            process = GuardedProcess.start(name, command, log);
        }
    }

    /** What it printed before its last start stays, whatever happens later. */
    private void keepLog() {
        Path kept = log.resolveSibling(name + ".earlier.log");
        try {
            Files.writeString(kept, Files.readString(log), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean printed(String text) {
        process.requireAlive();
        try {
            return Files.readString(log).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
