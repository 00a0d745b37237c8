package io.chronosdb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documented keys are the keys that there are: found by asking for one that nobody knows, at every place. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConfigurationDocTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String NOBODYS = "?";
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    @TempDir
    Path dir;

    @Test
    void every_key_is_in_the_table_and_nothing_else_is() throws Exception {
        Set<String> asked = new TreeSet<>();
        collect("", inner -> inner, "$", asked);

        assertThat(asked).contains("kafka.bootstrapServers", "databases.<database>.dbName"); // It does find them.
        assertThat(documented()).containsExactlyInAnyOrderElementsOf(asked);
    }

    @Test
    void the_tests_that_the_table_names_are_there() throws Exception {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(ROOT)) {
            tests = files.filter(file -> file.toString().contains("/src/test/java/"))
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }

        Set<String> named =
                rows().flatMap(cells -> quoted(cells.get(3)).stream()).collect(Collectors.toSet());

        assertThat(named).isNotEmpty();
        assertThat(tests).containsAll(named);
    }

    // ---- what the code asks for

    /**
     * Collects the keys below a place.
     *
     * @param prefix the keys' own
     * @param around puts what is at the place into a whole configuration
     */
    private void collect(String prefix, UnaryOperator<JsonNode> around, String path, Set<String> keys)
            throws Exception {
        for (String key : known(around.apply(nobodys()), path).orElseThrow()) {
            UnaryOperator<JsonNode> at = inner -> around.apply(Json.object().set(key, inner));
            UnaryOperator<JsonNode> named = inner -> at.apply(Json.object().set("x", inner));
            UnaryOperator<JsonNode> listed =
                    inner -> at.apply(Json.MAPPER.createArrayNode().add(inner));
            String below = path + "." + key;
            String full = prefix + key;
            if (isSection(at, below)) {
                collect(full + ".", at, below, keys);
            } else if (isSection(named, below + ".x")) {
                collect(full + ".<name>.", named, below + ".x", keys);
            } else if (isSection(listed, below + "[0]")) {
                collect(full + ".", listed, below + "[0]", keys);
            } else {
                keys.add(plain(full));
            }
        }
    }

    private boolean isSection(UnaryOperator<JsonNode> around, String path) throws Exception {
        // A secret may be {"file": …} everywhere: that is no key of its own.
        return known(around.apply(nobodys()), path)
                .filter(known -> !known.equals(List.of("file")))
                .isPresent();
    }

    private static ObjectNode nobodys() {
        return Json.object().put(NOBODYS, 1);
    }

    /** The keys that are known at a place, as the complaint about an unknown one lists them. */
    private Optional<List<String>> known(JsonNode config, String path) throws IOException {
        Path file = dir.resolve("probe.json");
        Files.write(file, Json.bytes(config));
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> ChronosConfig.read(file));
        return refused.problems().stream()
                .filter(problem -> problem.path().equals(path + "." + NOBODYS))
                .map(ConfigException.Problem::message)
                .filter(message -> message.startsWith("unknown key"))
                .map(message -> message.substring(message.indexOf("known: [") + 8, message.lastIndexOf(']')))
                .map(list -> Arrays.asList(list.split(", ")))
                .findFirst();
    }

    /** What stands at several places alike is documented once. */
    private static String plain(String key) {
        return key.replaceFirst("^collectionMaps\\.<name>", "collectionMaps.<c>")
                .replaceFirst("base64Props\\.<name>", "base64Props.<path>")
                .replaceFirst(
                        "^databases\\.(metadata|knowledge|runtime|logs)\\.(versioning|logicalDelete)",
                        "databases.<type>.$2")
                .replaceFirst(
                        "^databases\\.(metadata|knowledge|runtime)\\.dynamicTenants", "databases.<type>.dynamicTenants")
                .replaceFirst(
                        "^databases\\.(logs|[a-z]+\\.(genericDatabase|domainsDatabases|tenantDatabases))\\.",
                        "databases.<database>.");
    }

    // ---- what the documentation says

    private static Set<String> documented() throws IOException {
        Set<String> keys = new TreeSet<>();
        rows().forEach(cells -> {
            String last = "";
            for (String key : quoted(cells.get(0))) {
                last = key.startsWith(".") ? last.substring(0, last.lastIndexOf('.')) + key : key;
                assertThat(keys.add(last)).as("stands twice: " + last).isTrue();
            }
        });
        return keys;
    }

    private static Stream<List<String>> rows() throws IOException {
        return Files.readString(ROOT.resolve("docs/configuration.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("| key |"))
                .takeWhile(line -> line.startsWith("|")) // The first table: others explain single keys.
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.asList(line.substring(2).split(" *(?<!\\\\)\\| *", -1)));
    }

    private static List<String> quoted(String cell) {
        Matcher matcher = QUOTED.matcher(cell);
        return matcher.results().map(result -> result.group(1)).toList();
    }
}
