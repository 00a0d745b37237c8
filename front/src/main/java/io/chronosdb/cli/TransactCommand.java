package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Operation;
import io.chronosdb.command.Action;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.Receipt;
import io.chronosdb.document.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Several operations, all or none. */
@Command(
        name = "transact",
        mixinStandardHelpOptions = true,
        description = {
            "Several operations, all or none, at one moment. Prints a receipt for each, in order.",
            "Each is an object such as {\"command\":\"update\",\"id\":\"ann\",\"expectedOv\":3,\"data\":{…}}; commands are"
                    + " create, update, enrich (\"patch\"), delete, restoreObject (\"ov\" or \"at\") and check"
                    + " (\"expectedOv\"). \"collection\" where it is not --collection."
        })
final class TransactCommand implements Callable<Integer> {
    private static final int BYTES_MAX = 64 << 20;

    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Mixin
    Coordinates.Author author = new Coordinates.Author();

    @Parameters(paramLabel = "OPERATIONS", description = "A JSON array, @file, or - for stdin.")
    String operations = "";

    @Override
    public Integer call() throws Exception {
        // By the same reader as a command in plain JSON: documents are kept to the byte.
        String command = "{\"command\":\"transact\",\"operations\":" + text() + "}";
        byte[] json = command.getBytes(StandardCharsets.UTF_8);
        Action.Transact transact =
                (Action.Transact) CommandCodec.decode(json, Map.of(CommandCodec.CONTENT_TYPE, CommandCodec.JSON))
                        .action();
        List<Operation> all = transact.operations().stream()
                .map(operation -> new Operation(
                        Optional.of(operation.collection()).filter(name -> !name.isEmpty()),
                        operation.id(),
                        operation.action()))
                .toList();
        for (Receipt receipt : at.with(items -> items.transact(all, author.write()))) {
            ObjectNode line = Json.object();
            line.put("op", receipt.op().label());
            line.setAll(receipt.toJson());
            Output.result(line);
        }
        return 0;
    }

    private String text() throws Exception {
        if (operations.equals("-")) {
            return new String(System.in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
        }
        if (operations.startsWith("@")) {
            Path file = Path.of(operations.substring(1));
            if (!Files.isRegularFile(file)) {
                throw new UsageException("no such file: file=" + file);
            }
            return Files.readString(file);
        }
        return operations;
    }
}
