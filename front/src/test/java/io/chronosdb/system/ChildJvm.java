package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of this class path that a test can kill, stop and continue. Never outlives the test. */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    private ChildJvm(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The command line. */
    static ChildJvm chronos(Path dir, String name, String... args) throws IOException {
        return start(dir, name, "io.chronosdb.cli.Main", args);
    }

    static ChildJvm start(Path dir, String name, String mainClass, String... args) throws IOException {
        return start(dir, name, 512, mainClass, args);
    }

    /** The command line with a heap of this size. */
    static ChildJvm chronos(Path dir, String name, int heapMegabytes, String... args) throws IOException {
        return start(dir, name, heapMegabytes, "io.chronosdb.cli.Main", args);
    }

    private static ChildJvm start(Path dir, String name, int heapMegabytes, String mainClass, String... args)
            throws IOException {
        Files.createDirectories(dir);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(List.of(args));
        Path out = dir.resolve(name + ".out");
        Path err = dir.resolve(name + ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new ChildJvm(process, out, err);
    }

    /** Waits until its stdout says so. */
    ChildJvm until(String text) {
        eventually(() -> {
            if (!process.isAlive() && !out().contains(text)) {
                throw new IllegalStateException("the process ended: " + out() + err());
            }
            return out().contains(text);
        });
        return this;
    }

    int exitStatus() throws Exception {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the process does not end: " + out() + err());
        }
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    List<String> lines() throws IOException {
        return out().lines().toList();
    }

    void kill() throws IOException {
        process.destroyForcibly();
        await(20);
    }

    void suspend() throws IOException {
        signal("STOP");
    }

    void resume() throws IOException {
        signal("CONT");
    }

    void terminate() throws IOException {
        signal("TERM");
    }

    private void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        try {
            kill.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean await(long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        resume();
        terminate();
        if (!await(30)) {
            kill();
        }
    }
}
