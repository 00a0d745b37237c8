package io.chronosdb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.Json;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.mongo.RebuildResult;
import io.chronosdb.node.Rebuilder;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rebuilds an index from the topics. */
@Command(
        name = "rebuild",
        mixinStandardHelpOptions = true,
        description = {
            "Builds a database's index anew from its topics, beside the one that serves, proves that the two are equal, and"
                    + " switches.",
            "If they differ it names the first difference, keeps both, and ends with status 1."
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

    @Override
    public Integer call() {
        ChronosConfig config = at.readConfig();
        Database database = at.database();
        config.database(database);
        RebuildResult result;
        try (Rebuilder rebuilder = new Rebuilder(config);
                ProgressBar bar = new ProgressBar("rebuild", "events")) {
            result = rebuilder.rebuild(
                    database,
                    Optional.ofNullable(collection),
                    switchAnyway ? IfDifferent.SWITCH : IfDifferent.KEEP_OLD,
                    bar::update);
        }
        Output.result(json(database, result));
        return result.switched() ? 0 : Main.REJECTED;
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
