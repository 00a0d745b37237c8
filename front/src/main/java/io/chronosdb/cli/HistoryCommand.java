package io.chronosdb.cli;

import io.chronosdb.HistoryEntry;
import io.chronosdb.document.Query;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.event.Ov;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists an item's versions, newest first. */
@Command(name = "history", mixinStandardHelpOptions = true, description = "Lists an item's versions, newest first.")
final class HistoryCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Parameters(paramLabel = "ID", description = "The item.")
    String id = "";

    @Option(names = "--limit", paramLabel = "N", description = "At most this many. Default: ${DEFAULT-VALUE}.")
    int limit = Query.LIMIT_DEFAULT;

    @Option(names = "--before", paramLabel = "N", description = "Only versions below this one.")
    @Nullable
    Long before;

    @Mixin
    Freshness freshness = new Freshness();

    @Override
    public Integer call() throws Exception {
        Optional<Ov> below = Optional.ofNullable(before).map(Ov::new);
        List<HistoryEntry> history = at.with(items -> items.history(id, below, limit, freshness.of(items)));
        if (history.isEmpty() && before == null) {
            throw new NotFound(at.collection + "/" + id);
        }
        history.forEach(entry -> Output.result(entry.toJson()));
        return 0;
    }
}
