package io.chronosdb.testkit.archive;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that does not outlive this JVM, not even after {@code kill -9}: a guard that {@code sh} leaves behind reads
 * from a pipe whose other end only this JVM holds, and kills the program when the pipe ends.
 */
final class ChildProcess implements AutoCloseable {
    /** The shell becomes the program, which does not inherit the pipe: it is the guard's alone. */
    private static final String SCRIPT = """
            exec 3<&0
            (trap '' HUP INT TERM; while read -r _ <&3; do :; done; kill -9 $$ 2>/dev/null) &
            exec "$@" </dev/null 3<&-
            """;

    private static final long KILL_SECONDS_MAX = 10;

    private final Process process;

    private ChildProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts a program.
     *
     * @param log where everything goes that it prints, behind what is there
     */
    static ChildProcess start(List<String> command, Map<String, String> environment, Path log) {
        List<String> guarded = new ArrayList<>(List.of("sh", "-c", SCRIPT, "guard"));
        guarded.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(guarded)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log.toString())));
        builder.environment().putAll(environment);
        try {
            return new ChildProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: what is acknowledged must survive it. Returns when the program is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(KILL_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a killed process is still there, pid=" + pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
