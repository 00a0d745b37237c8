package io.chronosdb.cli;

import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Page;
import io.chronosdb.document.AsOf;
import io.chronosdb.document.Query;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists items by their indexed properties. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists items by their indexed properties.")
final class ListCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Option(names = "--filter", paramLabel = "JSON", description = "For example {\"status\": \"active\"}.")
    @Nullable
    String filter;

    @Option(names = "--sort", paramLabel = "JSON", description = "For example {\"updatedAt\": -1}. Default: by id.")
    @Nullable
    String sort;

    @Option(names = "--limit", paramLabel = "N", description = "At most this many. Default: ${DEFAULT-VALUE}.")
    int limit = Query.LIMIT_DEFAULT;

    @Option(names = "--after", paramLabel = "CURSOR", description = "Go on behind a page; its cursor is on stderr.")
    @Nullable
    String after;

    @Option(
            names = "--as-of",
            paramLabel = "MOMENT",
            description = "Every item as it was: at an ISO-8601 time, or at cv:N, a collection version.")
    @Nullable
    String asOf;

    @Mixin
    Reading reading = new Reading();

    @Override
    public Integer call() throws Exception {
        Page<Item> page = at.with(items -> items.listByMeta(query(items.query()), reading.of(items)));
        page.items().forEach(item -> Output.result(item.toJson()));
        page.next().ifPresent(cursor -> Output.say("more: --after " + cursor));
        return 0;
    }

    private Query query(ItemCollection.QueryBuilder all) {
        ItemCollection.QueryBuilder query = all.limit(limit);
        query = filter == null ? query : query.filter(filter);
        query = sort == null ? query : query.sort(sort);
        query = after == null ? query : query.after(after);
        return asOf == null ? query.query() : query.query().at(AsOf.parse(asOf));
    }
}
