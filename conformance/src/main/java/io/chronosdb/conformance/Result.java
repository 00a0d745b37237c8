package io.chronosdb.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of a promise.
 *
 * @param problem how it is broken, or what the installation lacks; absent where it is kept
 */
public record Result(Promise promise, Outcome outcome, Duration took, Optional<Throwable> problem) {
    /** The kinds. */
    public enum Outcome {
        KEPT("✓"),
        BROKEN("✗"),
        /** The installation is not configured for it: neither kept nor broken. */
        NOT_HERE("-");

        private final String mark;

        Outcome(String mark) {
            this.mark = mark;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** A line, and what is to be said of it. */
    String text() {
        String line = outcome.mark + " " + promise.name() + " (" + took.toMillis() + " ms)";
        return line
                + message().map(said -> "\n    " + said.replace("\n", "\n    ")).orElse("");
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("promise", promise.name());
        var rules = json.putArray("rules");
        promise.rules().forEach(rules::add);
        json.put("outcome", outcome.label()).put("ms", took.toMillis());
        message().ifPresent(said -> json.put("problem", said));
        return json;
    }

    private Optional<String> message() {
        return problem.map(error -> error instanceof AssertionError || error instanceof NotHere
                ? String.valueOf(error.getMessage()).strip()
                : error.toString());
    }
}
