package io.chronosdb.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.system.TestSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What the README shows is what happens, with {@code ./chronos up} and nothing configured. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadmeIT {
    private static Installed installed;
    private static Process up;
    private static Path upOutput;

    @BeforeAll
    static void startAsTheReadmeSays() throws Exception {
        installed = new Installed("readme");
        upOutput = installed.folder().resolve("up");
        up = installed.start(List.of("./chronos", "up"), upOutput);
        TestSystem.eventually(() -> Files.readString(upOutput).contains("chronos is ready") || !up.isAlive());
        assertThat(up.isAlive()).as(Files.readString(upOutput)).isTrue();
    }

    @AfterAll
    static void stopAsAUserDoes() throws Exception {
        up.destroy();
        assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(upOutput).lines().filter(line -> line.contains("ERROR")))
                .isEmpty();
    }

    @Test
    void the_shell_transcript_is_what_happens() throws Exception {
        for (String document : List.of("README.md", "docs/getting-started.md")) {
            happens(blocks(document, "console").lines().toList());
        }
    }

    private static void happens(List<String> lines) throws Exception {
        int checked = 0;
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            String command = lines.get(i).replaceFirst("^\\$ ", "");
            String expected = lines.get(i + 1);
            String output = command.endsWith("&")
                    ? Files.readString(upOutput)
                    : installed.shell(command).output();
            assertThat(output.lines())
                    .as(command)
                    .anyMatch(line -> pattern(expected).matcher(line).matches());
            checked++;
        }
        assertThat(checked).isGreaterThan(5);
    }

    /** Three dots stand for anything. */
    private static Pattern pattern(String expected) {
        List<String> parts = new ArrayList<>();
        for (String part : expected.split("…", -1)) {
            parts.add(Pattern.quote(part));
        }
        return Pattern.compile(String.join(".*", parts));
    }

    @Test
    void the_java_example_compiles_against_the_jar_and_runs() throws Exception {
        String example = blocks("README.md", "java").replace("    users.delete(", """
                            if (now.isEmpty() || !then.equals(first) || history.size() != 2 || active.items().isEmpty()
                                    || before.items().isEmpty() || patch.isEmpty() || !undone.ov().equals(new Ov(3))) {
                                throw new AssertionError(now + " " + then + " " + first + " " + history);
                            }
                            users.delete(""");

        assertThat(run("Example", example)).contains("somebody was faster: 0 is now 3");
    }

    @Test
    void the_blocks_of_the_api_s_documentation_compile_against_the_jar_and_run() throws Exception {
        String api = blocks("docs/api.md", "java").replace("chronos.close();", """
                List<Object> wrong = Stream.of(latest, first, then, url)
                        .filter(Optional::isEmpty).collect(Collectors.toList());
                gone.ifPresent(wrong::add);
                if (!wrong.isEmpty() || sent != 1_000 || results.size() != 2 || receipts.size() != 3
                        || page.items().isEmpty() || planned.planned() < 1_000 || done.planned() != done.done()) {
                    throw new AssertionError(wrong + " " + sent + " " + results + " " + receipts + " " + page + " "
                            + planned + " " + done);
                }
                chronos.close();""");

        assertThat(run("Api", api)).isNotEmpty();
    }

    private static String run(String name, String body) throws Exception {
        String source = """
                import io.chronosdb.*;
                import io.chronosdb.address.Route;
                import io.chronosdb.address.DatabaseType;
                import io.chronosdb.command.*;
                import io.chronosdb.event.*;
                import io.chronosdb.port.*;
                import java.math.BigDecimal;
                import java.net.URI;
                import java.time.*;
                import java.util.stream.*;
                import io.chronosdb.error.ChronosException;
                import java.nio.file.Path;
                import java.util.*;
                import java.util.concurrent.CompletableFuture;

                public class %s {
                    public static void main(String[] args) {
                %s
                        System.out.println("the example ran");
                    }
                }
                """.formatted(name, body);
        Path file = installed.folder().resolve(name + ".java");
        Files.writeString(file, source);
        String jar = installed.folder().resolve("front/target/chronos.jar").toString();

        int compiled = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-cp", jar, file.toString());
        Installed.Ended ran = installed.run(List.of("java", "-cp", jar + ":" + installed.folder(), name));

        assertThat(compiled).isZero();
        assertThat(ran.output()).contains("the example ran");
        assertThat(ran.status()).isZero();
        return ran.output();
    }

    @Test
    void the_python_example_writes_a_command_and_reads_its_event_from_the_schema_file_alone() throws Exception {
        Path example = Installed.ROOT.resolve("examples/python");
        Path packages = Path.of("target", "python-packages").toAbsolutePath();
        Installed.Ended install = installed.run(List.of(
                "python3",
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--target",
                packages.toString(),
                "--upgrade",
                "-r",
                example.resolve("requirements.txt").toString()));
        assertThat(install.status()).as(install.output()).isZero();
        // A first write makes the database's topics.
        assertThat(installed
                        .shell("./chronos create --database runtime --tenant tenant-b --collection users '{}'")
                        .status())
                .isZero();
        Matcher kafka = Pattern.compile("kafka=(\\S+)").matcher(Files.readString(upOutput));
        assertThat(kafka.find()).isTrue();

        Installed.Ended ran = installed.run(List.of(
                "env",
                "PYTHONPATH=" + packages,
                "PYTHONDONTWRITEBYTECODE=1",
                "python3",
                example.resolve("write_and_read.py").toString(),
                "--bootstrap",
                kafka.group(1),
                "--database",
                "runtime.tenant-b",
                "--collection",
                "users",
                "--schema",
                Installed.ROOT
                        .resolve("event-schema/src/main/resources/avro/Event.avsc")
                        .toString()));

        assertThat(ran.status()).as(ran.output()).isZero();
        assertThat(ran.output()).contains("\"collection\": \"users\"");
    }

    /** All blocks of a language in a document, one after the other. */
    private static String blocks(String document, String language) throws Exception {
        Matcher matcher = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Installed.ROOT.resolve(document)));
        StringBuilder blocks = new StringBuilder();
        while (matcher.find()) {
            blocks.append(matcher.group(1));
        }
        assertThat(blocks).as(document + " has a block of " + language).isNotEmpty();
        return blocks.toString();
    }
}
