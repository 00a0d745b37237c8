package io.chronosdb.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the tests: each bug of a list is planted by itself, and the test that it names has to turn red. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PlantedBugsTest {
    private static final int BUGS_MIN = 15;

    @TempDir
    private Path dir;

    @Test
    void every_bug_can_still_be_planted() {
        List<PlantedBug> bugs = PlantedBug.all();

        assertThat(bugs)
                .hasSizeGreaterThanOrEqualTo(BUGS_MIN)
                .allSatisfy(bug -> assertThat(bug.plant()).isNotEmpty());
    }

    /** With {@code -Dchronos.planted=NAME} only one of them. */
    @Test
    @Tag("soak")
    void every_bug_turns_its_test_red() throws IOException {
        String only = System.getProperty("chronos.planted", "");
        List<PlantedBug> bugs = PlantedBug.all().stream()
                .filter(bug -> only.isEmpty() || bug.name().equals(only))
                .toList();
        assertThat(bugs).isNotEmpty();
        for (String test : bugs.stream().map(PlantedBug::test).distinct().toList()) {
            assertThat(new Trial(dir.resolve("none"), test).run().result())
                    .as("without a bug: %s", test)
                    .isEqualTo(Trial.Result.GREEN);
        }
        List<String> missed = new ArrayList<>();
        System.out.printf("%-40s %-7s %7s  %s%n", "bug", "caught", "seconds", "test");
        for (PlantedBug bug : bugs) {
            Trial trial = new Trial(dir.resolve(bug.name()), bug.test());
            trial.compile(bug.plant());
            Trial.Outcome outcome = trial.run();
            boolean caught = outcome.result() == Trial.Result.RED;
            System.out.printf(
                    "%-40s %-7s %7.1f  %s%n",
                    bug.name(),
                    caught ? "yes" : "NO",
                    outcome.seconds(),
                    bug.test().replaceAll(".*\\.", ""));
            if (!caught) {
                missed.add(bug.name() + " " + outcome.result());
            }
        }
        assertThat(missed).as("bugs that their tests have not noticed").isEmpty();
    }
}
