package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.ItemCollection;
import io.chronosdb.document.Json;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.Window;
import io.chronosdb.port.WindowTotals;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what was counted in a collection. */
@Command(
        name = "totals",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what was counted in a collection: in all, or by day, week or month, a line each, oldest first.",
            "Windows in which nothing happened have no line."
        })
final class TotalsCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Option(names = "--window", paramLabel = "LENGTH", description = "By day, week (from Monday) or month, in UTC.")
    @Nullable
    Window window;

    @Option(
            names = "--from",
            paramLabel = "DATE",
            description = "Only windows that have this day or a later one, such as 2026-01-31; with --window.")
    @Nullable
    LocalDate from;

    @Option(
            names = "--to",
            paramLabel = "DATE",
            description = "Only windows that have this day or an earlier one; with --window.")
    @Nullable
    LocalDate to;

    @Override
    public Integer call() throws Exception {
        Window by = window;
        if (by == null) {
            requireNoRange();
            print(Json.object(), at.with(ItemCollection::getTotals));
            return 0;
        }
        LocalDate first = from == null ? TotalsStore.FIRST_DAY : from;
        LocalDate last = to == null ? TotalsStore.LAST_DAY : to;
        for (WindowTotals totals : at.with(items -> items.getTotals(by, first, last))) {
            print(
                    Json.object()
                            .put("window", by.label())
                            .put("start", totals.start().toString()),
                    totals.totals());
        }
        return 0;
    }

    private void requireNoRange() {
        if (from != null || to != null) {
            throw new UsageException("--from and --to choose among windows: say --window day, week or month");
        }
    }

    private void print(ObjectNode head, Totals totals) {
        ObjectNode json = Json.object().put("collection", at.collection).setAll(head);
        json.put("created", totals.created());
        json.put("updated", totals.updated());
        json.put("deleted", totals.deleted());
        totals.rules().forEach(json::put);
        Output.result(json);
    }
}
