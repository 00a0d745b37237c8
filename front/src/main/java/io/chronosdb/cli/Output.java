package io.chronosdb.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.document.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where results and everything else go. UTF-8, whatever the platform thinks. */
final class Output {
    private static volatile PrintStream out = stream(new FileOutputStream(FileDescriptor.out));
    private static volatile PrintStream err = stream(new FileOutputStream(FileDescriptor.err));

    private Output() {}

    /** Sends both elsewhere, for a test that runs commands in its own process. */
    static void to(OutputStream results, OutputStream everythingElse) {
        out = stream(results);
        err = stream(everythingElse);
    }

    /** Where usage messages go, too. */
    static PrintStream err() {
        return err;
    }

    private static PrintStream stream(OutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /** A result: one line of JSON on stdout. */
    static void result(JsonNode json) {
        out.println(Json.text(json));
    }

    /** Whether nobody reads the results any more: a pipe whose other end was closed. */
    static boolean unread() {
        return out.checkError();
    }

    /** A line on stdout that is no JSON: the ready line, the demo's story. */
    static void line(String text) {
        out.println(text);
    }

    /** One line of JSON on stderr. */
    static void problem(JsonNode json) {
        err.println(Json.text(json));
    }

    /** For a person, on stderr. */
    static void say(String text) {
        err.println(text);
    }

    /** Overwrites the line on a terminal. */
    static void overwrite(String text) {
        err.print("\r" + text + "\u001b[K");
        err.flush();
    }
}
