package io.chronosdb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The documented rules are the rules that are held. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConformanceDocTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void every_rule_has_exactly_the_promises_that_say_so() throws Exception {
        Map<String, List<String>> documented = new TreeMap<>();
        rows().forEach((rule, holders) -> documented.put(
                rule, holders.stream().filter(holder -> !holder.startsWith("`")).toList()));
        Map<String, List<String>> coded = new TreeMap<>();
        documented.keySet().forEach(rule -> coded.put(rule, List.of()));
        Promises.ALL.forEach(promise -> promise.rules()
                .forEach(rule -> coded.merge(
                        rule,
                        List.of(promise.name()),
                        (a, b) -> Stream.concat(a.stream(), b.stream()).toList())));

        assertThat(documented).isEqualTo(coded);
    }

    @Test
    void every_rule_is_held_by_something_and_the_tests_that_are_named_are_there() throws Exception {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(ROOT)) {
            tests = files.filter(file -> file.toString().contains("/src/test/java/"))
                    .map(file -> "`" + file.getFileName().toString().replace(".java", "") + "`")
                    .collect(Collectors.toSet());
        }

        rows().forEach((rule, holders) -> {
            assertThat(holders).as(rule).isNotEmpty().doesNotContain("");
            assertThat(tests)
                    .containsAll(holders.stream().filter(h -> h.startsWith("`")).toList());
        });
        assertThat(rows()).hasSizeGreaterThan(80);
    }

    @Test
    void no_two_promises_have_one_name() {
        assertThat(Promises.ALL).extracting(Promise::name).doesNotHaveDuplicates();
    }

    private static Map<String, List<String>> rows() throws IOException {
        Map<String, List<String>> rows = new TreeMap<>();
        Files.readAllLines(ROOT.resolve("docs/conformance.md")).stream()
                .filter(line -> line.matches("\\| [A-Z]\\d+ \\|.*"))
                .map(line -> line.substring(2).split(" *\\| *", -1))
                .forEach(cells -> assertThat(rows.put(cells[0], Arrays.asList(cells[2].split("<br>"))))
                        .as("stands twice: " + cells[0])
                        .isNull());
        return rows;
    }
}
