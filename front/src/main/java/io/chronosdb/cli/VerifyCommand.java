package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.address.Selection;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Json;
import io.chronosdb.verify.Verification;
import io.chronosdb.verify.VerifyOptions;
import io.chronosdb.verify.VerifyReport;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds a database's copies to its log. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Compares index, archive and totals with the log at one position: every version present once in each, hashes equal,"
                    + " heads right, totals equal to a recount.",
            "Prints what was compared and the first differences. Changes nothing, unless told to repair.",
            "Ends with status 1 if a copy differs and was not repaired. Needs disk space for temporary files, about a kilobyte for"
                    + " each version."
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    Coordinates at = new Coordinates();

    @Option(names = "--collection", paramLabel = "NAME", description = "Only this one. Default: all of the database's.")
    @Nullable
    String collection;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Only this item of the collection; totals are not looked at.")
    @Nullable
    String id;

    @Option(
            names = "--repair",
            description =
                    "Mend a copy that differs, from the log. The index gets nothing new meanwhile; writes and reads go on."
                            + " What the log itself has lost is never taken from the copies, but named.")
    boolean repair;

    @Option(
            names = "--differences",
            paramLabel = "N",
            defaultValue = "" + VerifyOptions.DIFFERENCES_DEFAULT,
            description = "How many differences are named; all are counted. Default: ${DEFAULT-VALUE}.")
    int differences;

    @Override
    public Integer call() {
        if (differences < 0) {
            throw new UsageException("--differences is 0 or more");
        }
        Selection only = Coordinates.selection(collection, id);
        ChronosConfig config = at.readConfig();
        Database database = at.database();
        config.database(database);
        VerifyReport report;
        try (Verification verification = new Verification(config);
                Bars bars = new Bars("verify")) {
            report = verification.verify(
                    database,
                    new VerifyOptions(only, repair, differences),
                    (step, done, total) -> bars.update(step, unit(step), done, total));
        }
        Output.result(json(database, report));
        return report.agrees() ? 0 : Main.REJECTED;
    }

    private static String unit(String step) {
        return step.equals("archive") ? "objects" : step.equals("index") ? "documents" : "events";
    }

    private static ObjectNode json(Database database, VerifyReport report) {
        ObjectNode json = Json.object();
        json.put("database", database.value());
        json.put("agrees", report.agrees());
        ObjectNode position = json.putObject("position");
        report.position().forEach((partition, offset) -> position.put(Integer.toString(partition), offset));
        json.put("versions", report.versions());
        json.put("objects", report.objects());
        json.put("totals", report.totals());
        json.put("different", report.found());
        json.put("repaired", report.repaired());
        json.put("parkedItems", report.waiting());
        var differences = json.putArray("differences");
        for (VerifyReport.Difference difference : report.differences()) {
            differences
                    .addObject()
                    .put("store", difference.store().name().toLowerCase(Locale.ROOT))
                    .put("place", difference.place())
                    .put("object", difference.object())
                    .put("field", difference.field())
                    .put("problem", difference.problem())
                    .put("repaired", difference.repaired());
        }
        return json;
    }
}
