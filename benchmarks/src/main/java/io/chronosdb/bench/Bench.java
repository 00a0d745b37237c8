package io.chronosdb.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs scenarios: each beside its floor, alternating, several rounds, on servers of its own. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures Chronos beside the least code that does the same work on the bare client libraries.",
            "Starts a broker, a mongod and an S3 server of its own on loopback, and removes what they wrote.",
            "A line for each figure: both sides' medians, the ratio of each round, and the goal."
        },
        footer = {
            "",
            "Examples:",
            "  ./chronos bench --list",
            "  ./chronos bench throughput latency-64 --rounds 3 --json now.json",
            "  ./chronos bench throughput --compare before.json",
            "  ./chronos bench --micro"
        })
public final class Bench implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "SCENARIO", description = "Which ones. Default: all.")
    List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "Say what there is, and what it is held to.")
    boolean list;

    @Option(names = "--rounds", description = "Measurements of each side. Default: ${DEFAULT-VALUE}.")
    int rounds = 3;

    @Option(names = "--seconds", description = "Of a measurement that goes on for a time. Default: ${DEFAULT-VALUE}.")
    int seconds = 8;

    @Option(names = "--warm-up", description = "Seconds of each side before the first one. Default: ${DEFAULT-VALUE}.")
    int warmUpSeconds = 15;

    @Option(
            names = "--scale",
            description = "Multiplies amounts of work, as 1,000,000 versions to rebuild. Default: ${DEFAULT-VALUE}.")
    double scale = 1;

    @Option(
            names = "--smoke",
            description = "One short round of everything, to see that it works: no figure is worth anything.")
    boolean smoke;

    @Option(
            names = "--micro",
            description =
                    "The inner loops instead of scenarios, by JMH: codec, routing, decide, evolve, merge, filter.")
    boolean micro;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures, with the environment.")
    Optional<Path> json = Optional.empty();

    @Option(names = "--compare", paramLabel = "FILE", description = "Say what has changed since a run with --json.")
    Optional<Path> older = Optional.empty();

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        List<Scenario> chosen = chosen();
        if (list) {
            chosen.forEach(Bench::describe);
            return 0;
        }
        if (smoke) {
            rounds = 1;
        }
        if (micro) {
            Micro.run(smoke);
            return 0;
        }
        Effort effort = smoke
                ? Effort.SMOKE
                : new Effort(Duration.ofSeconds(seconds), Duration.ofSeconds(warmUpSeconds), scale);
        ObjectNode environment = Environment.json();
        Report report = new Report();
        Report.header();
        try (Lab lab = new Lab()) {
            for (Scenario scenario : chosen) {
                report.add(run(lab, scenario, effort));
            }
        }
        if (json.isPresent()) {
            Files.writeString(json.get(), report.json(environment).toPrettyString());
        }
        if (older.isPresent()) {
            report.compare(read(older.get()));
        }
        return 0;
    }

    private List<Scenario> chosen() {
        List<Scenario> all = Scenarios.ALL;
        for (String name : names) {
            if (all.stream().noneMatch(scenario -> scenario.name().equals(name))) {
                throw new ParameterException(
                        spec == null ? new CommandLine(this) : spec.commandLine(),
                        "no such scenario: " + name + "; see --list");
            }
        }
        return names.isEmpty()
                ? all
                : all.stream()
                        .filter(scenario -> names.contains(scenario.name()))
                        .toList();
    }

    private Report.Result run(Lab lab, Scenario scenario, Effort effort) throws Exception {
        List<Figures> chronos = new ArrayList<>();
        List<Figures> floor = new ArrayList<>();
        System.err.println(scenario.name() + ": starting");
        try (Contest contest = scenario.opening().open(lab, effort)) {
            if (!effort.warmUpTime().isZero()) {
                System.err.println(scenario.name() + ": warming up");
                contest.warmUp(effort);
            }
            for (int round = 1; round <= rounds; round++) {
                System.err.println(scenario.name() + ": round " + round + " of " + rounds);
                floor.add(contest.floor(effort));
                chronos.add(contest.chronos(effort));
            }
        }
        return new Report.Result(scenario, chronos, floor);
    }

    private static void describe(Scenario scenario) {
        System.out.println(scenario.name());
        System.out.println("    " + scenario.about());
        if (!scenario.floor().isEmpty()) {
            System.out.println("    floor: " + scenario.floor());
        }
        scenario.goals()
                .forEach(goal -> System.out.println(
                        "    goal: " + goal.figure() + (goal.ratio() ? " of the floor's " : " ") + goal));
    }

    private static ObjectNode read(Path file) throws IOException {
        return Json.parseObject(Files.readAllBytes(file));
    }
}
