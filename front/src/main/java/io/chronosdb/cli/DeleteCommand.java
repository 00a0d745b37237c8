package io.chronosdb.cli;

import io.chronosdb.event.ExpectedOv;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes an item; its earlier versions stay readable. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Deletes an item; its earlier versions stay readable.")
final class DeleteCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Mixin
    Coordinates.Author author = new Coordinates.Author();

    @Parameters(paramLabel = "ID", description = "The item.")
    String id = "";

    @Mixin
    Expected expected = new Expected();

    @Override
    public Integer call() throws Exception {
        ExpectedOv ov = expected.ov();
        Output.result(at.with(items -> items.delete(id, ov, author.write())).toJson());
        return 0;
    }
}
