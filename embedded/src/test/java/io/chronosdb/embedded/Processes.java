package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What runs on this machine, read from {@code /proc}. */
final class Processes {
    private static final Duration GONE_WITHIN = Duration.ofSeconds(10);

    private Processes() {}

    /** The pids of living processes, zombies not counted, that have {@code text} in their command line. */
    static List<Long> naming(String text) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(ProcessHandle::pid)
                    .filter(pid -> read(pid, "cmdline").contains(text))
                    .filter(Processes::isAlive)
                    .toList();
        }
    }

    /** That nothing runs there any more. A guard notices a moment later than we do that its process has ended. */
    static void assertNoneNames(Path dataDir) {
        String text = dataDir.toAbsolutePath().toString();
        Deadline.in(GONE_WITHIN).await(() -> naming(text).isEmpty());
        assertThat(naming(text)).isEmpty();
    }

    static boolean isAlive(long pid) {
        String stat = read(pid, "stat");
        return !stat.isEmpty()
                && !stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
    }

    private static String read(long pid, String file) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
