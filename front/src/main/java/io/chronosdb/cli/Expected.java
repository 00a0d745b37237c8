package io.chronosdb.cli;

import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import picocli.CommandLine.Option;

/** The version that a writer expects. */
final class Expected {
    @Option(
            names = "--expected-ov",
            paramLabel = "N|any",
            required = true,
            description = "The item's version as you know it, or 'any'.")
    String text = "";

    ExpectedOv ov() {
        return parse(text);
    }

    static ExpectedOv parse(String text) {
        if (text.equalsIgnoreCase("any")) {
            return ExpectedOv.ANY;
        }
        try {
            return new Ov(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new UsageException("--expected-ov takes a whole number or 'any': found=" + text);
        }
    }
}
