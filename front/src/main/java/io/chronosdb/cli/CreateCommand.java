package io.chronosdb.cli;

import io.chronosdb.Write;
import io.chronosdb.event.Payload;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates an item. */
@Command(name = "create", mixinStandardHelpOptions = true, description = "Creates an item.")
final class CreateCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Mixin
    Coordinates.Author author = new Coordinates.Author();

    @Option(names = "--id", paramLabel = "ID", description = "The item's id. Default: generated.")
    @Nullable
    String id;

    @Parameters(paramLabel = "DATA", description = "A JSON object, @file, or - for stdin.")
    String data = "";

    @Override
    public Integer call() throws Exception {
        Payload payload = Data.read(data);
        Write write = id == null ? author.write() : author.write().withId(id);
        Output.result(at.with(items -> items.create(payload, write)).toJson());
        return 0;
    }
}
