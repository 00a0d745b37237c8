package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LogTailTest {
    @Test
    void the_error_that_came_long_before_the_end_is_shown_and_so_are_the_last_lines() throws Exception {
        Path log = Workspace.fresh("log-tail").resolve("server.log");
        String cause = "{\"s\":\"E\", \"msg\":\"the cause\"}";
        List<String> chatter =
                IntStream.range(0, 100).mapToObj(n -> "goodbye " + n).toList();
        Files.write(
                log, Stream.concat(Stream.of("hello", cause), chatter.stream()).toList());

        String tail = LogTail.of(log);

        assertThat(tail).contains("log=" + log, cause, "goodbye 99").doesNotContain("hello", "goodbye 50");
    }

    @Test
    void a_log_that_is_not_there_is_described() {
        assertThat(LogTail.of(Path.of("/nowhere/server.log"))).startsWith("(log could not be read, log=/nowhere/");
    }
}
