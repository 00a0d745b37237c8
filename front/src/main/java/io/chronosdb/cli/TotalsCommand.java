package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.ItemCollection;
import io.chronosdb.document.Json;
import io.chronosdb.port.Totals;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what was counted in a collection. */
@Command(name = "totals", mixinStandardHelpOptions = true, description = "Shows what was counted in a collection.")
final class TotalsCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Override
    public Integer call() throws Exception {
        Totals totals = at.with(ItemCollection::getTotals);
        ObjectNode json = Json.object();
        json.put("collection", at.collection);
        json.put("created", totals.created());
        json.put("updated", totals.updated());
        json.put("deleted", totals.deleted());
        totals.rules().forEach(json::put);
        Output.result(json);
        return 0;
    }
}
