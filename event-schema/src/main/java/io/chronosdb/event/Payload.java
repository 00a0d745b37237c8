package io.chronosdb.event;

import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A document as its writer sent it: a JSON object in UTF-8, kept to the byte from the writer to the archive. The text
 * never appears in {@code toString}, so that documents do not leak into logs.
 */
public final class Payload {
    private final byte[] json;
    private @Nullable Hash sha256;

    private Payload(byte[] json) {
        this.json = json;
    }

    /**
     * A document from outside.
     *
     * @throws Invalid unless it is one strict JSON object (no duplicate names, at most 100 levels, valid UTF-8, nothing
     *     behind it) without a {@code _system} of the caller's
     */
    public static Payload of(byte[] json) {
        byte[] trimmed = trim(json);
        Json.requireDocument(trimmed);
        return new Payload(trimmed);
    }

    /** A document that was checked when it was written. The array is not copied and must not be changed. */
    public static Payload trusted(byte[] json) {
        return new Payload(json);
    }

    /** Not a copy: must not be changed. */
    public byte[] json() {
        return json;
    }

    public int size() {
        return json.length;
    }

    /** The hash of exactly these bytes. */
    public Hash sha256() {
        Hash hash = sha256;
        if (hash == null) {
            hash = Hash.of(json);
            sha256 = hash;
        }
        return hash;
    }

    private static byte[] trim(byte[] json) {
        int from = 0;
        int to = json.length;
        while (from < to && isBlank(json[from])) {
            from++;
        }
        while (to > from && isBlank(json[to - 1])) {
            to--;
        }
        return from == 0 && to == json.length ? json : Arrays.copyOfRange(json, from, to);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload payload && Arrays.equals(json, payload.json);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(json);
    }

    @Override
    public String toString() {
        return "Payload[" + json.length + " bytes]";
    }
}
