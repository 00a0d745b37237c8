package io.chronosdb.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the rounds came to, for people and for programs. */
final class Report {
    private static final String LINE = "%-26s %-13s %11s %11s   %-22s %-9s %s%n";

    private final List<Result> results = new ArrayList<>();

    /** One scenario's rounds. */
    record Result(Scenario scenario, List<Figures> chronos, List<Figures> floor) {
        /** Of each round, lowest first. */
        List<Double> judged(Goal goal) {
            List<Double> values = new ArrayList<>();
            for (int round = 0; round < chronos.size(); round++) {
                goal.judged(chronos.get(round), floor.get(round)).ifPresent(values::add);
            }
            Collections.sort(values);
            return values;
        }
    }

    void add(Result result) {
        results.add(result);
        result.scenario().goals().forEach(goal -> print(result, goal));
    }

    static void header() {
        System.out.printf(LINE, "scenario", "figure", "chronos", "floor", "min / median / max", "goal", "");
    }

    private static void print(Result result, Goal goal) {
        List<Double> judged = result.judged(goal);
        String spread = judged.isEmpty() ? "-" : spread(judged);
        String verdict = judged.isEmpty() || Double.isInfinite(goal.bound())
                ? ""
                : goal.isMet(median(judged)) ? "met" : "missed";
        System.out.printf(
                LINE,
                result.scenario().name(),
                goal.figure(),
                figure(result.chronos(), goal.figure()),
                figure(result.floor(), goal.figure()),
                spread + (goal.ratio() ? " ×" : ""),
                goal,
                verdict);
    }

    private static String spread(List<Double> sorted) {
        return number(sorted.get(0)) + " / " + number(median(sorted)) + " / " + number(sorted.get(sorted.size() - 1));
    }

    private static String figure(List<Figures> rounds, String name) {
        List<Double> values = new ArrayList<>();
        rounds.forEach(round -> Optional.ofNullable(round.values().get(name)).ifPresent(values::add));
        Collections.sort(values);
        return values.isEmpty() ? "-" : number(median(values));
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 0.1 ? "%.2f" : "%.4f", value);
    }

    ObjectNode json(ObjectNode environment) {
        ObjectNode json = Json.object();
        json.set("environment", environment);
        ObjectNode scenarios = json.putObject("scenarios");
        for (Result result : results) {
            ObjectNode scenario = scenarios.putObject(result.scenario().name());
            rounds(scenario.putArray("chronos"), result.chronos());
            rounds(scenario.putArray("floor"), result.floor());
            ArrayNode goals = scenario.putArray("goals");
            for (Goal goal : result.scenario().goals()) {
                List<Double> judged = result.judged(goal);
                if (!judged.isEmpty()) {
                    goals.addObject()
                            .put("figure", goal.figure())
                            .put("goal", goal.toString())
                            .put("ratio", goal.ratio())
                            .put("median", median(judged))
                            .put("met", goal.isMet(median(judged)));
                }
            }
        }
        return json;
    }

    private static void rounds(ArrayNode into, List<Figures> rounds) {
        for (Figures round : rounds) {
            ObjectNode json = into.addObject();
            round.values().forEach(json::put);
        }
    }

    /** Says how the judged figures stand to those of an older run. Of ratios that is fair on another machine, too. */
    void compare(ObjectNode older) {
        System.out.printf("%n%-26s %-13s %11s %11s %9s%n", "scenario", "figure", "then", "now", "change");
        for (Result result : results) {
            for (JsonNode then :
                    older.path("scenarios").path(result.scenario().name()).path("goals")) {
                result.scenario().goals().stream()
                        .filter(goal -> goal.figure().equals(then.path("figure").asText())
                                && goal.ratio() == then.path("ratio").asBoolean())
                        .filter(goal -> !result.judged(goal).isEmpty())
                        .forEach(goal ->
                                compare(result, goal, then.path("median").asDouble()));
            }
        }
    }

    private static void compare(Result result, Goal goal, double then) {
        double now = median(result.judged(goal));
        System.out.printf(
                Locale.ROOT,
                "%-26s %-13s %11s %11s %+8.0f%%%n",
                result.scenario().name(),
                goal.figure(),
                number(then),
                number(now),
                (now / then - 1) * 100);
    }
}
