package io.chronosdb.faults;

import io.chronosdb.embedded.GuardedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A folder on a file system of its own, which can be full: a tmpfs in a mount namespace that a process holds open. Needs no root where the system
 * lets users make namespaces.
 */
final class Disk implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String MOUNT =
            "mount -t tmpfs -o size=\"$1\"m none \"$0\" && echo mounted && exec sleep 1000000";

    private final Path folder;
    private final GuardedProcess holder;

    /** @param folder where the file system appears to those who {@link #on} it; empty for everybody else */
    Disk(Path folder, int megabytes) {
        this.folder = folder;
        Path log = folder.resolveSibling(folder.getFileName() + ".disk.log");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        holder = GuardedProcess.start(
                "disk", List.of("unshare", "-Urm", "sh", "-c", MOUNT, folder.toString(), megabytes + ""), log);
        Cluster.await(() -> {
            holder.requireAlive();
            return Files.readString(log).contains("mounted");
        });
    }

    /** Whether there can be any here. */
    static boolean possible() {
        return run(List.of("unshare", "-Urm", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"));
    }

    /** The folder as everybody else can reach it. */
    Path fromOutside() {
        return Path.of("/proc/" + holder.pid() + "/root" + folder);
    }

    /** The command, run where the folder is this disk. */
    List<String> on(List<String> command) {
        List<String> inside =
                new ArrayList<>(List.of("nsenter", "-t", holder.pid() + "", "-U", "-m", "--preserve-credentials"));
        inside.addAll(command);
        return inside;
    }

    /** Until nothing more can be written. */
    void fill() {
        run(on(List.of("sh", "-c", "cat /dev/zero >\"$0/filler\"", folder.toString())));
    }

    void free() {
        run(on(List.of("rm", "-f", folder.resolve("filler").toString())));
    }

    private static boolean run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // There is no such program.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Everything on it is gone. */
    @Override
    public void close() {
        holder.kill();
    }
}
