package io.chronosdb.cli;

import io.chronosdb.address.Database;
import io.chronosdb.address.Selection;
import io.chronosdb.archive.Unpacking;
import io.chronosdb.archive.Window;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Json;
import io.chronosdb.node.Stores;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What concerns the archive. */
@Command(
        name = "archive",
        mixinStandardHelpOptions = true,
        description = "Works on an archive.",
        subcommands = ArchiveCommand.Unpack.class)
final class ArchiveCommand {
    /** Writes the objects of what is packed. */
    @Command(
            name = "unpack",
            mixinStandardHelpOptions = true,
            description = {
                "Writes an item.json for every version that is in a pack, as the layout \"object\" has it: for whoever reads the archive"
                        + " without Chronos.",
                "What is there is left as it is, and so are the packs. Everything may go on meanwhile; what is packed later is not"
                        + " unpacked. Interrupted, it can be run again."
            })
    static final class Unpack implements Callable<Integer> {
        @Mixin
        Coordinates at = new Coordinates();

        @Option(
                names = "--collection",
                paramLabel = "NAME",
                description = "Only this one. Default: all of the database's.")
        @Nullable
        String collection;

        @Override
        public Integer call() {
            Selection only = Coordinates.selection(collection, null);
            ChronosConfig config = at.readConfig();
            Database database = at.database();
            config.database(database);
            Unpacking.Result result;
            try (Stores stores = new Stores(config);
                    ProgressBar bar = new ProgressBar("unpack", "packs")) {
                result = new Unpacking(stores.archive(database), stores.location(database), database, Window.DEFAULT)
                        .run(only, bar::update);
            }
            Output.result(Json.object()
                    .put("database", database.value())
                    .put("packs", result.packs())
                    .put("versions", result.versions()));
            return 0;
        }
    }
}
