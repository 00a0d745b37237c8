package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Json;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.mongo.RebuildResult;
import io.chronosdb.node.LogRebuilder;
import io.chronosdb.node.Pace;
import io.chronosdb.node.Rebuilder;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rebuilds an index from the topics, or the topics from the archive. */
@Command(
        name = "rebuild",
        mixinStandardHelpOptions = true,
        description = {
            "Builds a database's index anew from its topics, beside the one that serves, proves that the two are equal, and"
                    + " switches.",
            "If they differ it names the first difference, keeps both, and ends with status 1.",
            "With --from archive it makes the events topic again, when Kafka has lost it or dropped its beginning: the same versions, times"
                    + " and hashes, proven equal before the index is built anew from it. No process may work with the installation"
                    + " meanwhile; killed, it has to be run again."
        })
final class RebuildCommand implements Callable<Integer> {
    @Mixin
    Coordinates at = new Coordinates();

    @Option(names = "--collection", paramLabel = "NAME", description = "Only this one. Default: all of the database's.")
    @Nullable
    String collection;

    @Option(
            names = "--switch-anyway",
            description = "Switch also if they differ: after a change of what is indexed, or to mend damage.")
    boolean switchAnyway;

    /** What there still is. */
    enum Source {
        TOPICS,
        ARCHIVE
    }

    @Option(
            names = "--from",
            paramLabel = "SOURCE",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    Source from = Source.TOPICS;

    @Option(
            names = "--incomplete",
            description = "From the archive, also if versions are missing there. They are named without it.")
    boolean incomplete;

    @Option(names = "--replace-log", description = "From the archive, also if the events topic is there and whole.")
    boolean replaceLog;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "At most so many events a second. Default: as fast as it goes.")
    @Nullable
    Integer rate;

    @Override
    public Integer call() {
        ChronosConfig config = at.readConfig();
        Database database = at.database();
        config.database(database);
        Pace pace = rate == null ? Pace.unlimited() : Pace.of(rate);
        if (from == Source.ARCHIVE) {
            return fromArchive(config, database, pace);
        }
        if (incomplete || replaceLog) {
            throw new UsageException("--incomplete and --replace-log go with --from archive");
        }
        RebuildResult result;
        try (Rebuilder rebuilder = new Rebuilder(config);
                ProgressBar bar = new ProgressBar("rebuild", "events")) {
            result = rebuilder.rebuild(
                    database,
                    Optional.ofNullable(collection),
                    switchAnyway ? IfDifferent.SWITCH : IfDifferent.KEEP_OLD,
                    pace,
                    bar::update);
        }
        Output.result(json(database, result));
        return result.switched() ? 0 : Main.REJECTED;
    }

    private int fromArchive(ChronosConfig config, Database database, Pace pace) {
        if (collection != null || switchAnyway) {
            throw new UsageException(
                    "from the archive a whole database is made again: without --collection and --switch-anyway");
        }
        LogRebuilder.Result result;
        try (LogRebuilder rebuilder = new LogRebuilder(config);
                Bars bars = new Bars("rebuild")) {
            result = rebuilder.rebuild(
                    database,
                    new LogRebuilder.Options(incomplete, replaceLog, pace),
                    (what, done, total) -> bars.update(what, "versions", done, total));
        }
        Output.result(Json.object()
                .put("database", database.value())
                .put("from", "archive")
                .put("versions", result.versions())
                .put("events", result.events())
                .put("missing", result.missing()));
        return 0;
    }

    private static ObjectNode json(Database database, RebuildResult result) {
        ObjectNode json = Json.object();
        json.put("database", database.value());
        json.put("switched", result.switched());
        json.put("compared", result.compared());
        json.put("equal", result.compared() && result.difference().isEmpty());
        json.put("sha256", result.built().hash().toString());
        var collections = json.putArray("collections");
        result.built()
                .collections()
                .forEach(built -> collections
                        .addObject()
                        .put("collection", built.collection())
                        .put("versions", built.versions())
                        .put("heads", built.heads())
                        .put("sha256", built.hash().toString()));
        result.difference()
                .ifPresent(difference -> json.putObject("firstDifference")
                        .put("collection", difference.collection())
                        .put("document", difference.document())
                        .put("field", difference.field())
                        .put("problem", difference.problem()));
        return json;
    }
}
