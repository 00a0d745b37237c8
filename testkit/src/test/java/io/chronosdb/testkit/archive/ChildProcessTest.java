package io.chronosdb.testkit.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class ChildProcessTest {
    private static final List<String> SLEEP = List.of("sleep", "600");

    @TempDir
    private Path folder;

    /** A JVM of its own, to be killed. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] args) throws Exception {
            ChildProcess child = ChildProcess.start(SLEEP, Map.of(), Path.of(args[0]));
            System.out.println(child.pid());
            System.out.flush();
            Thread.sleep(Duration.ofMinutes(10).toMillis());
        }
    }

    @Test
    void a_child_dies_with_its_parent_even_when_that_is_killed_with_kill_9() throws IOException {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        folder.resolve("log").toString())
                .redirectErrorStream(true)
                .start();
        try {
            String firstLine = parent.inputReader(StandardCharsets.UTF_8).readLine();
            assertThat(firstLine).isNotNull().matches("\\d+");
            long child = Long.parseLong(firstLine);
            assertThat(isAlive(child)).isTrue();

            parent.destroyForcibly();

            await().atMost(Duration.ofSeconds(30)).until(() -> !isAlive(child));
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void a_closed_child_is_gone() {
        ChildProcess child = ChildProcess.start(SLEEP, Map.of(), folder.resolve("log"));
        assertThat(child.isAlive()).isTrue();

        child.close();

        assertThat(isAlive(child.pid())).isFalse();
    }

    @Test
    void what_a_child_prints_is_in_its_log_and_its_environment_is_what_was_given() throws IOException {
        Path log = folder.resolve("log");

        ChildProcess child =
                ChildProcess.start(List.of("sh", "-c", "echo \"out $GIVEN\"; echo err >&2"), Map.of("GIVEN", "x"), log);

        await().atMost(Duration.ofSeconds(30)).until(() -> !child.isAlive());
        assertThat(Files.readString(log)).contains("out x").contains("err");
    }

    private static boolean isAlive(long pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        return process.isPresent() && process.get().isAlive();
    }
}
