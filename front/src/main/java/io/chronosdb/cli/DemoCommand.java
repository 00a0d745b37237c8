package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.node.EmbeddedSystem;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The main job, told as a story. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a whole system in a fresh folder and tells the main job as a story, with the history of the world's"
                    + " clocks as its data.",
            "Ends with 'demo: ok' and status 0 only if every step checked out."
        })
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "A folder to keep, which must be new. Default: a temporary one, deleted at the end.")
    @Nullable
    Path dataDir;

    @Override
    public Integer call() throws Exception {
        if (dataDir != null && Files.exists(dataDir)) {
            throw new UsageException("the demo starts in a new folder: this one exists: dir=" + dataDir);
        }
        Path dir = dataDir != null ? dataDir : Files.createTempDirectory("chronos-demo-");
        try (EmbeddedSystem system = EmbeddedSystem.start(dir, DemoCommand::configure, Output::say)) {
            var config = io.chronosdb.config.ChronosConfig.read(system.configFile());
            try (Node node = Node.start(config, Role.byDefault());
                    DemoStory story = new DemoStory(config, dir)) {
                boolean ok = story.tell() && !node.failure().isDone();
                Output.line(ok ? "demo: ok" : "demo: FAILED");
                return ok ? 0 : Main.REJECTED;
            }
        } finally {
            if (dataDir == null) {
                delete(dir);
            }
        }
    }

    private static void configure(ObjectNode config) {
        config.putObject("collectionMaps")
                .putObject("timezones")
                .putArray("indexedProps")
                .add("continent")
                .add("country")
                .add("offsetMinutes")
                .add("daylightSaving")
                .add("alias")
                .add("since");
        ObjectNode rule = config.putObject("counterRules").putArray("rules").addObject();
        rule.put("name", "daylightSavingAdopted").putObject("when").put("daylightSaving", true);
    }

    private static void delete(Path dir) throws IOException {
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
