package io.chronosdb.front;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The launcher and the jar as a user has them, in a folder whose path has a space. */
final class Installed {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Path JAR = Path.of("target", "chronos.jar").toAbsolutePath();
    private static final long ENDS_WITHIN_SECONDS = 180;

    private final Path folder;

    /** How a process ended, and everything that it said. */
    record Ended(int status, String output) {}

    Installed(String name) throws IOException {
        folder = Path.of("target", "installed with a space", name + "-" + System.nanoTime())
                .toAbsolutePath();
        Files.createDirectories(folder.resolve("front/target"));
        Files.copy(ROOT.resolve("chronos"), folder.resolve("chronos"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createLink(folder.resolve("front/target/chronos.jar"), JAR);
    }

    Path folder() {
        return folder;
    }

    /** Starts a command in the folder; both streams go to one file. */
    Process start(List<String> command, Path output) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    Ended run(List<String> command) throws Exception {
        Path output = folder.resolve("output");
        Process process = start(command, output);
        if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("did not end: " + command + "\n" + Files.readString(output));
        }
        return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    /** A line as a user types it. */
    Ended shell(String line) throws Exception {
        return run(List.of("bash", "-c", line));
    }
}
