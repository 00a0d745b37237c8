package io.chronosdb.event;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;

/** The field shapes that events and commands share. */
public final class AvroFields {
    private AvroFields() {}

    /** A union of null and string. */
    public static void writeOptional(BinaryEncoder out, Optional<String> text) throws IOException {
        out.writeIndex(text.isPresent() ? 1 : 0);
        if (text.isPresent()) {
            out.writeString(text.get());
        }
    }

    public static Optional<String> readOptional(BinaryDecoder in) throws IOException {
        return in.readIndex() == 1 ? Optional.of(in.readString()) : Optional.empty();
    }

    public static void writeMap(BinaryEncoder out, Map<String, String> map) throws IOException {
        out.writeMapStart();
        out.setItemCount(map.size());
        for (Map.Entry<String, String> entry : map.entrySet()) {
            out.startItem();
            out.writeString(entry.getKey());
            out.writeString(entry.getValue());
        }
        out.writeMapEnd();
    }

    public static Map<String, String> readMap(BinaryDecoder in) throws IOException {
        Map<String, String> map = new TreeMap<>();
        for (long n = in.readMapStart(); n > 0; n = in.mapNext()) {
            for (long i = 0; i < n; i++) {
                map.put(in.readString(), in.readString());
            }
        }
        return map;
    }

    public static byte[] readBytes(BinaryDecoder in) throws IOException {
        java.nio.ByteBuffer buffer = in.readBytes(null);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
