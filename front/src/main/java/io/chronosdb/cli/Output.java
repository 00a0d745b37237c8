package io.chronosdb.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.document.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where results and everything else go. UTF-8, whatever the platform thinks. */
final class Output {
    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private static final PrintStream ERR =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

    private Output() {}

    /** A result: one line of JSON on stdout. */
    static void result(JsonNode json) {
        OUT.println(Json.text(json));
    }

    /** A line on stdout that is no JSON: the ready line, the demo's story. */
    static void line(String text) {
        OUT.println(text);
    }

    /** One line of JSON on stderr. */
    static void problem(JsonNode json) {
        ERR.println(Json.text(json));
    }

    /** For a person, on stderr. */
    static void say(String text) {
        ERR.println(text);
    }

    /** Overwrites the line on a terminal. */
    static void overwrite(String text) {
        ERR.print("\r" + text + "\u001b[K");
        ERR.flush();
    }
}
