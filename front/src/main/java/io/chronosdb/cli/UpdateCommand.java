package io.chronosdb.cli;

import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Replaces an item's document. */
@Command(name = "update", mixinStandardHelpOptions = true, description = "Replaces an item's document.")
final class UpdateCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Mixin
    Coordinates.Author author = new Coordinates.Author();

    @Parameters(index = "0", paramLabel = "ID", description = "The item.")
    String id = "";

    @Parameters(index = "1", paramLabel = "DATA", description = "A JSON object, @file, or - for stdin.")
    String data = "";

    @Mixin
    Expected expected = new Expected();

    @Override
    public Integer call() throws Exception {
        Payload payload = Data.read(data);
        ExpectedOv ov = expected.ov();
        Output.result(
                at.with(items -> items.update(id, payload, ov, author.write())).toJson());
        return 0;
    }
}
