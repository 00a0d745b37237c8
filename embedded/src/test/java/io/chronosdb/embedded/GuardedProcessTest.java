package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GuardedProcessTest {
    private static final Duration SECONDS = Duration.ofSeconds(10);

    @Test
    void a_process_that_is_told_to_stop_may_finish_even_when_it_was_suspended() throws Exception {
        Path log = Workspace.fresh("guarded stop").resolve("log");
        GuardedProcess process =
                shell(log, "trap 'echo finished; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        awaitText(log, "ready");

        process.suspend();
        process.stop(SECONDS);

        assertThat(process.isAlive()).isFalse();
        assertThat(Files.readString(log)).contains("finished");
    }

    @Test
    void a_process_that_does_not_want_to_stop_is_killed() throws Exception {
        Path log = Workspace.fresh("guarded-stubborn").resolve("log");
        GuardedProcess process = shell(log, "trap '' TERM; echo ready; while :; do sleep 0.05; done");
        awaitText(log, "ready");

        process.stop(Duration.ofMillis(200));

        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void the_guard_goes_when_the_process_has_ended_by_itself() {
        String mark = "guarded-ends-" + System.nanoTime();
        GuardedProcess process =
                shell(Workspace.fresh("guarded-ends").resolve("log"), "echo ERROR " + mark + "; exit 3");

        assertThat(Deadline.in(SECONDS).await(() -> !process.isAlive())).isTrue();
        assertThat(Deadline.in(SECONDS).await(() -> Processes.naming(mark).isEmpty()))
                .isTrue();
        assertThatThrownBy(process::requireAlive)
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("test ended by itself, exit=3")
                .hasMessageContaining("ERROR " + mark);
    }

    private static GuardedProcess shell(Path log, String script) {
        return GuardedProcess.start("test", List.of("sh", "-c", script), log);
    }

    private static void awaitText(Path log, String text) {
        assertThat(Deadline.in(SECONDS).await(() -> LogTail.of(log).contains(text)))
                .isTrue();
    }
}
