package io.chronosdb.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A child process that does not outlive this JVM, not even when the JVM is killed with kill -9 or the child is
 * suspended.
 *
 * <p>The child starts as a {@code sh} that first leaves a guard behind, a subshell that reads the pipe from this JVM, and
 * then becomes the command itself, so that the {@link Process} is the command: its pid, its exit. The pipe ends when
 * this JVM does; the guard then kills the command and goes. When the command ends by itself, Java closes the pipe and
 * the guard goes too.
 *
 * <p>Both run in a session of their own where {@code setsid} exists: Ctrl-C in the terminal reaches this JVM alone, which
 * then stops its servers in the right order, and a kill of this JVM's process group doesn't take the guard with it.
 */
public final class GuardedProcess {
    private static final String SCRIPT = """
            exec 3<&0
            (trap '' HUP INT TERM; while read -r _ <&3; do :; done; kill -9 $$ 2>/dev/null) &
            exec "$@" </dev/null 3<&-
            """;

    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(5);

    private final String name;
    private final Process process;
    private final Path log;

    private GuardedProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts {@code command}.
     *
     * @param name the server's name, for messages
     * @param log everything the command prints; the log of the run before is kept beside it as {@code *.previous}
     */
    public static GuardedProcess start(String name, List<String> command, Path log) {
        List<String> guarded = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            guarded.add(SETSID.toString());
        }
        guarded.addAll(List.of("sh", "-c", SCRIPT, name));
        guarded.addAll(command);
        try {
            if (Files.exists(log)) {
                Files.move(
                        log, log.resolveSibling(log.getFileName() + ".previous"), StandardCopyOption.REPLACE_EXISTING);
            }
            Process process = new ProcessBuilder(guarded)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new GuardedProcess(name, process, log);
        } catch (IOException e) {
            throw new EmbeddedServerException("could not start a process, server=" + name, e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** @throws EmbeddedServerException with the telling lines of the log, if the process has ended */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw failure("ended by itself, exit=" + process.exitValue());
        }
    }

    EmbeddedServerException failure(String what) {
        return new EmbeddedServerException(name + " " + what + "; " + LogTail.of(log));
    }

    /** SIGKILL; returns when the process is gone. Does nothing when it is gone already. */
    public void kill() {
        process.destroyForcibly();
        if (!ended(KILL_LIMIT)) {
            throw failure("survived SIGKILL, pid=" + pid());
        }
    }

    /** SIGTERM, also to a suspended process; SIGKILL when it is still there after {@code patience}. */
    public void stop(Duration patience) {
        if (isAlive()) {
            // Not Process.destroy(): it would close the pipe, and the guard would kill at once.
            process.toHandle().destroy();
            signal("CONT");
            if (!ended(patience)) {
                kill();
            }
        }
    }

    /** SIGSTOP: the process keeps its ports and connections, and answers nothing. */
    public void suspend() {
        requireAlive();
        signal("STOP");
    }

    public void resume() {
        requireAlive();
        signal("CONT");
    }

    private void signal(String signal) {
        // sh's own kill: not every small system has /bin/kill
        Command.Result result =
                Command.run(SIGNAL_LIMIT, List.of("sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(pid())));
        if (!result.ok() && isAlive()) {
            throw failure("could not be signalled, signal=" + signal + " reason=" + result.output());
        }
    }

    private boolean ended(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("interrupted, killed a server that was stopping, server=" + name, e);
        }
    }
}
