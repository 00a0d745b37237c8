package io.chronosdb.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Topics;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Hash;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.log.InMemoryLog;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Whether a store's progress is one along a log. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LogCheckTest {
    private final InMemoryLog log = new InMemoryLog(new Topics("chronos"), 1);
    private final Chained chain = new Chained();
    private final LogPartition source = new LogPartition(log.topics().events(Chained.DATABASE), 0);
    private Progress at = Progress.START;

    @BeforeEach
    void write() {
        int unused = log.open(Chained.DATABASE);
        for (int i = 0; i < 5; i++) {
            append(chain.value("a"));
        }
    }

    @Test
    void a_progress_along_the_log_agrees_wherever_it_is() {
        assertThat(check(Progress.START)).isEmpty();
        assertThat(check(at)).isEmpty();

        Progress before = at;
        for (int i = 0; i < 1_500; i++) {
            write(new byte[] {1}); // What does not count may stand between.
        }
        append(chain.value("b"));

        assertThat(check(before)).isEmpty();
        assertThat(check(new Progress(before.next() + 1_400, before.chain()))).isEmpty();
        assertThat(check(at)).isEmpty();
    }

    @Test
    void a_progress_beyond_the_end_of_the_log_does_not_and_both_positions_are_said() {
        assertThat(check(new Progress(99, at.chain())).orElseThrow())
                .contains("progress=99", "logEnd=5", "./chronos rebuild");
    }

    @Test
    void a_progress_of_another_log_that_is_as_long_does_not() {
        assertThat(check(new Progress(5, new Chain(5, Hash.of(new byte[] {7})))).orElseThrow())
                .contains("another log", "progress=5");
    }

    private Optional<String> check(Progress progress) {
        return LogCheck.disagreement(log, Chained.PARTITION, progress);
    }

    private void append(byte[] value) {
        write(value);
        at = new Progress(log.end(source), at.chain().advance(Hash.of(value)));
    }

    private void write(byte[] value) {
        try (Log.Appender appender = log.appender()) {
            long unused =
                    appender.append(source, new NewRecord("", value, Map.of())).join();
        }
    }
}
