package io.chronosdb.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program that runs to its end: what it answered and what it printed. */
final class Command {
    private static final int OUTPUT_BYTES_MAX = 64 * 1024;

    /** {@code exit} is -1 when the program could not be started or did not end in time. */
    record Result(int exit, String output) {
        boolean ok() {
            return exit == 0;
        }
    }

    private Command() {}

    static Result run(Duration limit, List<String> command) {
        Path output = null;
        try {
            // A file, not a pipe: a grandchild that holds a pipe open can't make this wait.
            output = Files.createTempFile("chronos-command", ".out");
            return run(limit, command, output);
        } catch (IOException e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        } finally {
            delete(output);
        }
    }

    private static Result run(Duration limit, List<String> command, Path output) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = false;
        try {
            ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            process.destroyForcibly();
            return new Result(-1, "gave up after " + limit.toSeconds() + " s: " + read(output));
        }
        return new Result(process.exitValue(), read(output));
    }

    private static String read(Path output) throws IOException {
        try (var in = Files.newInputStream(output)) {
            return new String(in.readNBytes(OUTPUT_BYTES_MAX), StandardCharsets.UTF_8).strip();
        }
    }

    private static void delete(@Nullable Path file) {
        if (file != null && !file.toFile().delete()) {
            file.toFile().deleteOnExit();
        }
    }
}
