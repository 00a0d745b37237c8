package io.chronosdb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Histories by chance, each of one seed: {@code -Dchronos.simulation.seed=17 -Dchronos.simulation.histories=1} repeats one. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SimulationTest {
    private static final int HISTORIES = 300;

    /**
     * Seeds that have found something: a command id under way that had expired; a transaction whose repeated answer was
     * not whole. Add yours.
     */
    private static final List<Long> REGRESSIONS = List.of(1L, 60L);

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
        long started = cpuNanos();
        Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
        long versions = 0;
        long skipped = 0;
        long answers = 0;
        long givenUp = 0;
        for (long seed = first; seed < first + count; seed++) {
            History history = history(seed);
            history.faults().forEach((fault, times) -> struck.merge(fault, times, Integer::sum));
            versions += history.truth().versionCount();
            skipped += history.truth().skipped();
            answers += history.world().reader().answers();
            givenUp += history.truth().givenUp();
        }
        System.out.printf(
                "histories=%d perMinuteOfACore=%.0f versions=%d skipped=%d answers=%d givenUp=%d%n",
                count, count * 60e9 / (cpuNanos() - started), versions, skipped, answers, givenUp);
        struck.forEach((fault, times) -> System.out.printf("%-28s %6.2f%n", fault, times / (double) count));
        if (count >= HISTORIES) {
            assertThat(givenUp)
                    .as("innocent commands that processes seemed to die of")
                    .isLessThanOrEqualTo(count / 30);
            assertThat(struck).as("every kind of fault has struck").containsOnlyKeys(Fault.values());
        }
    }

    @Test
    void the_same_holds_where_versions_are_packed() {
        long first = Long.getLong("chronos.simulation.seed", 1);
        long count = Long.getLong("chronos.simulation.histories", HISTORIES) / 3;
        for (long seed = first; seed < first + count; seed++) {
            // Some have both layouts side by side.
            boolean all = seed % 2 == 0;
            try {
                assertThat(History.run(seed, collection -> all || collection.equals(World.WHOLE)))
                        .isNotNull();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("failing seed, packed: -Dchronos.simulation.seed=" + seed, e);
            }
        }
    }

    @Test
    void seeds_that_have_found_something_find_nothing_any_more() {
        REGRESSIONS.forEach(SimulationTest::history);
    }

    @Test
    void the_same_seed_is_the_same_history() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(history(seed).fingerprint()).isEqualTo(history(seed).fingerprint());
        }
        assertThat(history(1).fingerprint()).isNotEqualTo(history(2).fingerprint());
    }

    /** Of this thread: others share the machine. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
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
