package io.chronosdb.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.config.ConfigException;
import io.chronosdb.conformance.Result.Outcome;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.NotYetVisible;
import io.chronosdb.error.ChronosException.OutcomeUnknown;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.error.ChronosException.UnknownRoute;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program behind {@code ./chronos conformance}. */
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        version = "chronos 0.1.0-SNAPSHOT",
        description = {
            "Holds a running installation to what Chronos promises (docs/conformance.md), a line per promise.",
            "It writes to two databases, into collections named conformance-… only, and leaves them there.",
            "One run at a time per installation."
        },
        footer = "Exit status: 0 all kept, 1 some broken, 2 usage or configuration error, 3 unavailable.")
public final class Conformance implements Callable<Integer> {
    static final int BROKEN = 1;
    static final int USAGE = 2;
    static final int UNAVAILABLE = 3;

    private static final List<Path> CONFIGS = List.of(Path.of("chronos.json"), Path.of("chronos-data", "chronos.json"));

    private final PrintStream out;
    private final PrintStream err;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration. Default: ./chronos.json, else ./chronos-data/chronos.json.")
    @Nullable
    Path config;

    @Option(
            names = "--database",
            paramLabel = "TYPE",
            description = "Type of the databases: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    DatabaseType type = DatabaseType.RUNTIME;

    @Option(
            names = "--tenant",
            paramLabel = "ID",
            split = ",",
            description = "One or two tenants. Default: the first ones of the type, else other databases.")
    List<String> tenants = new ArrayList<>();

    @Option(names = "--only", paramLabel = "TEXT", description = "Promises with this in their names or rules.")
    String only = "";

    @Option(names = "--seed", paramLabel = "N", description = "Of random choices. Default: another one each time.")
    long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);

    @Option(names = "--list", description = "Lists the promises and holds nobody to them.")
    boolean list;

    @Option(names = "--json", description = "A line of JSON per promise.")
    boolean json;

    private Conformance(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(run(out, err, args));
    }

    /** Runs a command line and answers with its exit status. */
    static int run(PrintStream out, PrintStream err, String... args) {
        return new CommandLine(new Conformance(out, err))
                .setOut(new java.io.PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new java.io.PrintWriter(err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((error, line, parsed) -> report(err, error))
                .execute(args);
    }

    private static int report(PrintStream err, Exception error) {
        if (error instanceof ConfigException problem) {
            problem.problems()
                    .forEach(p -> err.println(Json.text(Json.object()
                            .put("code", "Configuration")
                            .put("path", p.path())
                            .put("message", p.message()))));
            return USAGE;
        }
        if (error instanceof IllegalArgumentException || error instanceof UnknownRoute) {
            err.println(Json.text(Json.object().put("code", "Usage").put("message", error.getMessage())));
            return USAGE;
        }
        if (error instanceof Unavailable || error instanceof OutcomeUnknown || error instanceof NotYetVisible) {
            ChronosException known = (ChronosException) error;
            err.println(Json.text(Json.object().put("code", known.code().name()).put("message", known.getMessage())));
            return UNAVAILABLE;
        }
        error.printStackTrace(err); // A bug: what its finder can report.
        return BROKEN;
    }

    @Override
    public Integer call() throws Exception {
        List<Promise> chosen = chosen();
        if (list) {
            chosen.forEach(this::say);
            return 0;
        }
        ChronosConfig read = ChronosConfig.read(configFile());
        Chosen databases = Chosen.of(read, type, tenants);
        try (Chronos one = Chronos.open(read);
                Chronos two = Chronos.open(read)) {
            String collections = "conformance-" + UUID.randomUUID().toString().substring(0, 8);
            Installation installation =
                    new Installation(one, two, databases.home(), databases.abroad(), Chronos::with, collections, seed);
            err.println("seed=" + seed + " databases=" + databases.home() + ", " + databases.abroad() + " collections="
                    + collections + "-…, " + Installation.BY_ITEM + ", " + Installation.STRICT + " (they stay there)");
            requireThere(installation);
            return run(installation, chosen);
        }
    }

    private List<Promise> chosen() {
        List<Promise> chosen = Promises.ALL.stream()
                .filter(promise ->
                        promise.name().contains(only) || promise.rules().contains(only))
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no promise has this in its name or rules: --only " + only);
        }
        return chosen;
    }

    private void say(Promise promise) {
        ObjectNode said = Json.object().put("promise", promise.name());
        promise.rules().forEach(said.putArray("rules")::add);
        out.println(json ? Json.text(said) : promise.name() + "  [" + String.join(" ", promise.rules()) + "]");
    }

    private Path configFile() {
        return config != null
                ? config
                : CONFIGS.stream()
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no configuration: none of " + CONFIGS
                                + " is there; start ./chronos up, or name a file with --config"));
    }

    /** Where nothing answers, nothing is broken. */
    private static void requireThere(Installation installation) {
        for (ItemCollection items : List.of(installation.items(), installation.abroadItems())) {
            items.getLatest(items.create(Map.of("is", "there")).id());
        }
    }

    private int run(Installation installation, List<Promise> promises) throws InterruptedException {
        long began = System.nanoTime();
        List<Result> results = new ArrayList<>();
        new Runner(installation).run(promises, result -> {
            results.add(result);
            out.println(json ? Json.text(result.toJson()) : result.text());
        });
        out.println(summary(results, Duration.ofNanos(System.nanoTime() - began)));
        return count(results, Outcome.BROKEN) > 0 ? BROKEN : 0;
    }

    private String summary(List<Result> results, Duration took) {
        if (json) {
            JsonNode summary = Json.object()
                    .put("kept", count(results, Outcome.KEPT))
                    .put("broken", count(results, Outcome.BROKEN))
                    .put("notHere", count(results, Outcome.NOT_HERE))
                    .put("seed", seed)
                    .put("ms", took.toMillis());
            return Json.text(summary);
        }
        return results.size() + " promises: " + count(results, Outcome.KEPT) + " kept, "
                + count(results, Outcome.BROKEN) + " broken, " + count(results, Outcome.NOT_HERE)
                + " not held here; seed " + seed + ", " + took.toSeconds() + " s";
    }

    private static long count(List<Result> results, Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }
}
