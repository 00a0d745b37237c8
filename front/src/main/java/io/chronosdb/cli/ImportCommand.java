package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the documents of a file. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Writes the documents of a file, one JSON object a line.",
            "With --id-field, the first line of an id creates the item and each further line is its next version.",
            "The same file can be imported again after a crash: lines that were written are not written twice."
        })
final class ImportCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Mixin
    Coordinates.Author author = new Coordinates.Author();

    @Option(
            names = "--id-field",
            paramLabel = "FIELD",
            description = "The property that is the item's id. Default: every line is a new item.")
    @Nullable
    String idField;

    @Parameters(paramLabel = "FILE", description = "NDJSON; *.gz is unpacked.")
    Path file = Path.of("");

    @Override
    public Integer call() throws Exception {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("no such file: file=" + file);
        }
        Importer.Result result = at.with(items -> {
            try (ProgressBar bar = new ProgressBar("import", "documents")) {
                return new Importer(items, java.util.Optional.ofNullable(idField), author.write(), bar::update)
                        .run(file);
            }
        });
        ObjectNode json = Json.object();
        json.put("documents", result.documents());
        json.put("accepted", result.accepted());
        json.put("rejected", result.rejected());
        Output.result(json);
        return result.rejected() == 0 ? 0 : Main.REJECTED;
    }
}
