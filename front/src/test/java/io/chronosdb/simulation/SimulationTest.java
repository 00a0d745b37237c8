package io.chronosdb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Histories by chance, each of one seed: {@code -Dchronos.simulation.seed=17 -Dchronos.simulation.histories=1} repeats one. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SimulationTest {
    private static final int HISTORIES = 400;

    @BeforeAll
    static void silence() {
        Silence.begin();
    }

    @AfterAll
    static void speak() {
        Silence.end();
    }

    @Test
    void whatever_happens_every_answer_is_true_and_every_copy_is_the_log() {
        long first = Long.getLong("chronos.simulation.seed", 1);
        long count = Long.getLong("chronos.simulation.histories", HISTORIES);
        System.out.println("seeds=" + first + "-" + (first + count - 1));
        long started = System.nanoTime();
        Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
        long versions = 0;
        long skipped = 0;
        for (long seed = first; seed < first + count; seed++) {
            History history = history(seed);
            history.faults().forEach((fault, times) -> struck.merge(fault, times, Integer::sum));
            versions += history.truth().versionCount();
            skipped += history.truth().skipped();
        }
        System.out.printf(
                "histories=%d perMinute=%.0f versions=%d skipped=%d%n",
                count, count * 60e9 / (System.nanoTime() - started), versions, skipped);
        struck.forEach((fault, times) -> System.out.printf("%-28s %6.2f%n", fault, times / (double) count));
        if (count >= HISTORIES) {
            assertThat(struck).as("every kind of fault has struck").containsOnlyKeys(Fault.values());
        }
    }

    private static History history(long seed) {
        try {
            return History.run(seed);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "failing seed: -Dchronos.simulation.seed=" + seed + " -Dchronos.simulation.histories=1", e);
        }
    }
}
