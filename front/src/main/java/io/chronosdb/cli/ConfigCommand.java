package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Json;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What concerns the configuration. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Checks a configuration.",
        subcommands = ConfigCommand.Check.class)
final class ConfigCommand {
    /** Reads a configuration and says everything that is wrong with it. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Reads a configuration and says everything that is wrong with it, a line of JSON each.")
    static final class Check implements Callable<Integer> {
        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "Default: ./chronos.json, else ./chronos-data/chronos.json.")
        @Nullable
        Path file;

        @Override
        public Integer call() {
            Path found = Coordinates.configFile(file);
            ChronosConfig config = ChronosConfig.read(found);
            ObjectNode json = Json.object();
            json.put("ok", true).put("file", found.toString());
            var databases = json.putArray("databases");
            config.inOrder()
                    .forEach(database -> databases.add(database.database().value()));
            if (!config.dynamicTenants().isEmpty()) {
                ObjectNode dynamic = json.putObject("dynamicTenants");
                new TreeMap<>(config.dynamicTenants())
                        .forEach((type, tenants) ->
                                dynamic.put(type.label(), tenants.pattern().pattern()));
            }
            Output.result(json);
            return 0;
        }
    }
}
