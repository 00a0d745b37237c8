package io.chronosdb.error;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A refusal as a value: the answer "no" to a command, decided like any other outcome and never thrown inside the
 * processor. At the client's edge it becomes a {@link ChronosException} with the same code, message and details.
 *
 * @param code which of the documented refusals it is
 * @param message what happened, for a person, never with a document's content in it
 * @param details what a program needs to go on, in a fixed order; values are strings, numbers, booleans or lists of them
 */
public record Rejection(Code code, String message, Map<String, Object> details) {
    /** The stable codes. Their names are part of the public contract. */
    public enum Code {
        VersionConflict,
        NotFound,
        AlreadyExists,
        Deleted,
        Invalid,
        PayloadTooLarge,
        UnknownRoute,
        CrossPartition,
        NotIndexed,
        NotYetVisible,
        PayloadUnavailable,
        Unavailable,
        OutcomeUnknown
    }

    public Rejection {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    public static Rejection versionConflict(String item, long expected, long actual) {
        return new Rejection(
                Code.VersionConflict,
                "the item has another version: item=" + item + " expected=" + expected + " actual=" + actual,
                ordered("expected", expected, "actual", actual));
    }

    public static Rejection notFound(String item) {
        return new Rejection(Code.NotFound, "no such item: item=" + item, ordered("item", item));
    }

    public static Rejection alreadyExists(String item, long ov) {
        return new Rejection(
                Code.AlreadyExists, "the item exists: item=" + item + " ov=" + ov, ordered("item", item, "ov", ov));
    }

    public static Rejection deleted(String item, long ov) {
        return new Rejection(
                Code.Deleted, "the item is deleted: item=" + item + " ov=" + ov, ordered("item", item, "ov", ov));
    }

    /** @param violations every problem found, at least one */
    public static Rejection invalid(List<String> violations) {
        return new Rejection(Code.Invalid, String.join("; ", violations), ordered("violations", violations));
    }

    public static Rejection invalid(String violation) {
        return invalid(List.of(violation));
    }

    public static Rejection payloadTooLarge(long bytes, long bytesMax) {
        return new Rejection(
                Code.PayloadTooLarge,
                "the document is too large: bytes=" + bytes + " bytesMax=" + bytesMax,
                ordered("bytes", bytes, "bytesMax", bytesMax));
    }

    /** Two items that would have to be in one partition. */
    public static Rejection crossPartition(String item, String other) {
        return new Rejection(
                Code.CrossPartition,
                "the items are ordered apart from each other: item=" + item + " other=" + other,
                ordered("item", item, "other", other));
    }

    /** The same refusal, of one operation of a transaction. */
    public Rejection ofOperation(int index) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put("operation", index);
        return new Rejection(code, message + " operation=" + index, more);
    }

    /** The same refusal as an exception, for the client's edge. */
    public ChronosException toException() {
        return ChronosException.of(this);
    }

    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
