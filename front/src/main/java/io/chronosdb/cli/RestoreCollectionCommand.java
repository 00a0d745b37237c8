package io.chronosdb.cli;

import io.chronosdb.RestoreOptions;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.RestoreReport;
import io.chronosdb.event.Times;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Restores a collection. */
@Command(
        name = "restore-collection",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a new version of every item that was different at a point, so that the collection is as it was then.",
            "Items that came later are deleted, unless --keep-newer says otherwise. Nothing is lost: restoring is recorded,"
                    + " and can be undone by restoring to just before.",
            "Killed in the middle, it is finished by whoever takes over; the same --command-id asks how it went."
        })
final class RestoreCollectionCommand implements Callable<Integer> {
    @Mixin
    Coordinates.InCollection at = new Coordinates.InCollection();

    @Mixin
    Coordinates.Author author = new Coordinates.Author();

    @ArgGroup(multiplicity = "1")
    Point point = new Point();

    @Option(names = "--dry-run", description = "Only count what would be done.")
    boolean dryRun;

    @Option(names = "--keep-newer", description = "Leave items alone that came later.")
    boolean keepNewer;

    /** One of the two. */
    static final class Point {
        @Option(names = "--cv", paramLabel = "N", required = true, description = "Go back to this collection version.")
        @Nullable
        Long cv;

        @Option(names = "--at", paramLabel = "TIME", required = true, description = "Go back to this time, ISO-8601.")
        @Nullable
        String time;

        RestorePoint.OfCollection read() {
            return cv != null ? RestorePoint.cv(cv) : RestorePoint.at(Times.parse(time == null ? "" : time));
        }
    }

    @Override
    public Integer call() throws Exception {
        RestorePoint.OfCollection to = point.read();
        RestoreReport report = at.with(items -> {
            try (ProgressBar bar = new ProgressBar("restore", "items")) {
                RestoreOptions options = new RestoreOptions(dryRun, keepNewer, bar::update);
                return items.restoreCollection(to, options, author.write());
            }
        });
        Output.result(report.toJson());
        return 0;
    }
}
