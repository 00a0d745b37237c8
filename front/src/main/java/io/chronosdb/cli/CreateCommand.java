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

    @Option(
            names = "--parent",
            paramLabel = "COLLECTION/ID",
            description = "The item of the same database that this one is made from; recorded for good.")
    @Nullable
    String parent;

    @Parameters(paramLabel = "DATA", description = "A JSON object, @file, or - for stdin.")
    String data = "";

    @Override
    public Integer call() throws Exception {
        Payload payload = Data.read(data);
        Write write = id == null ? author.write() : author.write().withId(id);
        if (parent != null) {
            String[] parts = parent.split("/", -1);
            if (parts.length != 2) {
                throw new UsageException("--parent takes COLLECTION/ID: found=" + parent);
            }
            write = write.withParent(parts[0], parts[1]);
        }
        Write complete = write;
        Output.result(at.with(items -> items.create(payload, complete)).toJson());
        return 0;
    }
}
