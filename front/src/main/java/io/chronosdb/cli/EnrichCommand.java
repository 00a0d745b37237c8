package io.chronosdb.cli;

import io.chronosdb.Write;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Merges patches into an item's latest version. */
@Command(
        name = "enrich",
        mixinStandardHelpOptions = true,
        description = {
            "Merges patches into an item's latest version: objects merge, arrays unite, null overwrites, anything else"
                    + " replaces.",
            "Several patches are folded left to right into one version."
        })
final class EnrichCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Mixin
    Coordinates.Author author = new Coordinates.Author();

    @Option(
            names = "--function-id",
            paramLabel = "ID",
            description = "Who enriches; recorded with this and every later version.")
    @Nullable
    String functionId;

    @Option(
            names = "--expected-ov",
            paramLabel = "N|any",
            description = "The item's version as you know it. Default: any.")
    String expected = "any";

    @Parameters(index = "0", paramLabel = "ID", description = "The item.")
    String id = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "PATCH",
            description = "A JSON object, @file, or - for stdin.")
    List<String> patches = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        ExpectedOv ov = Expected.parse(expected);
        List<Payload> read = new ArrayList<>();
        for (String patch : patches) {
            read.add(Data.read(patch));
        }
        Write write = functionId == null ? author.write() : author.write().withFunctionId(functionId);
        Output.result(at.with(items -> items.enrich(id, read, ov, write)).toJson());
        return 0;
    }
}
