package io.chronosdb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** All promises against one process with payloads as files. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class OneMachineTest {
    @Test
    void one_process_with_payloads_as_files_keeps_every_promise() {
        CommandLine run = CommandLine.run("--config", OneMachine.configFile().toString());

        System.out.println(run.err() + run.out());
        assertThat(run.lines())
                .filteredOn(line -> !line.startsWith("✓"))
                .as(run.out())
                .hasSize(1);
        assertThat(run.out()).contains(Promises.ALL.size() + " kept, 0 broken, 0 not held here");
        assertThat(run.status()).isZero();
    }
}
