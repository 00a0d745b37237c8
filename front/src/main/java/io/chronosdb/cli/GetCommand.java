package io.chronosdb.cli;

import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Times;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads an item: its latest version, one version, or as it was at a time. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Reads an item: its latest version, one version, or as it was at a time.")
final class GetCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Parameters(paramLabel = "ID", description = "The item.")
    String id = "";

    @Option(names = "--ov", paramLabel = "N", description = "This version.")
    @Nullable
    Long ov;

    @Option(names = "--at", paramLabel = "TIME", description = "As it was at this time, ISO-8601.")
    @Nullable
    String time;

    @Mixin
    Reading reading = new Reading();

    @Override
    public Integer call() throws Exception {
        if (ov != null && time != null) {
            throw new UsageException("--ov and --at exclude each other");
        }
        Item item = at.with(this::read).orElseThrow(() -> new NotFound(at.collection + "/" + id));
        Output.result(item.toJson());
        return 0;
    }

    private Optional<Item> read(ItemCollection items) {
        Read read = reading.of(items);
        if (ov != null) {
            return items.getVersion(id, new Ov(ov), read);
        }
        return time != null ? items.getAsOf(id, Times.parse(time), read) : items.getLatest(id, read);
    }
}
