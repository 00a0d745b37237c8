package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.event.Ov;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what changed between two versions of an item. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = {
            "Says what changed between two versions of an item, as a JSON Patch (RFC 6902).",
            "Numbers are compared by value. A deletion counts as an empty document."
        })
final class DiffCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Mixin
    Freshness freshness = new Freshness();

    @Parameters(index = "0", paramLabel = "ID", description = "The item.")
    String id = "";

    @Parameters(index = "1", paramLabel = "A", description = "The version to start from.")
    long from;

    @Parameters(index = "2", paramLabel = "B", description = "The version to end with.")
    long to;

    @Override
    public Integer call() throws Exception {
        ArrayNode patch = at.with(items -> items.diff(id, new Ov(from), new Ov(to), freshness.of(items)));
        ObjectNode json = Json.object();
        json.put("id", id).put("from", from).put("to", to).set("patch", patch);
        Output.result(json);
        return 0;
    }
}
