package io.chronosdb.event;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The bytes of a base64 property. They never appear in {@code toString}, as documents don't. */
public final class Blob {
    private final byte[] bytes;

    /** @param bytes not copied, and must not be changed */
    public Blob(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Not a copy: must not be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** By property, in the one order in which they are encoded. */
    static Map<String, Blob> ordered(Map<String, Blob> blobs) {
        return blobs.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(blobs));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Blob blob && Arrays.equals(bytes, blob.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Blob[" + bytes.length + " bytes]";
    }
}
