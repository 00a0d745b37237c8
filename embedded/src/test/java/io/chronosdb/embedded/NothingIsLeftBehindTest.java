package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NothingIsLeftBehindTest {
    private static final Duration GONE_WITHIN = Duration.ofSeconds(10);

    @Test
    void a_jvm_killed_with_kill_9_leaves_no_mongod_no_broker_not_even_a_suspended_one_and_no_guard() throws Exception {
        String dataDir = Workspace.fresh("left behind").toAbsolutePath().toString();
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServersInAJvm.class.getName(),
                        dataDir)
                .redirectErrorStream(true)
                .start();
        List<Long> servers = pids(jvm);
        assertThat(servers).hasSize(2).allMatch(Processes::isAlive);
        assertThat(Processes.naming(dataDir))
                .contains(jvm.pid())
                .containsAll(servers)
                .hasSizeGreaterThan(3);

        jvm.destroyForcibly();

        assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();
        // One that is ending has no command line any more, and is there for a moment all the same.
        Deadline.in(GONE_WITHIN)
                .await(() ->
                        Processes.naming(dataDir).isEmpty() && servers.stream().noneMatch(Processes::isAlive));
        assertThat(Processes.naming(dataDir)).isEmpty();
        assertThat(servers).noneMatch(Processes::isAlive);
    }

    private static List<Long> pids(Process jvm) throws Exception {
        BufferedReader output = jvm.inputReader();
        StringBuilder all = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(ServersInAJvm.READY)) {
                return Arrays.stream(line.split(" ")).skip(1).map(Long::valueOf).toList();
            }
            all.append(line).append('\n');
        }
        throw new AssertionError("it ended early: " + all);
    }
}
