package io.chronosdb.cli;

import io.chronosdb.command.RestorePoint;
import io.chronosdb.event.Times;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Restores an item. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Makes a new version of an item with an earlier one's document, also of a deleted item.")
final class RestoreCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Mixin
    Coordinates.Author author = new Coordinates.Author();

    @Parameters(paramLabel = "ID", description = "The item.")
    String id = "";

    @ArgGroup(multiplicity = "1")
    Point point = new Point();

    /** One of the two. */
    static final class Point {
        @Option(names = "--ov", paramLabel = "N", required = true, description = "Go back to this version.")
        @Nullable
        Long ov;

        @Option(names = "--at", paramLabel = "TIME", required = true, description = "Go back to this time, ISO-8601.")
        @Nullable
        String time;

        RestorePoint.OfItem read() {
            return ov != null ? RestorePoint.ov(ov) : RestorePoint.at(Times.parse(time == null ? "" : time));
        }
    }

    @Override
    public Integer call() throws Exception {
        RestorePoint.OfItem to = point.read();
        Output.result(
                at.with(items -> items.restoreObject(id, to, author.write())).toJson());
        return 0;
    }
}
