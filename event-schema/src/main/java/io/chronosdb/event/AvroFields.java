package io.chronosdb.event;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
        return in.readIndex() == 1 ? Optional.of(readString(in)) : Optional.empty();
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
                map.put(readString(in), readString(in));
            }
        }
        return map;
    }

    /** A string; a length that the record cannot hold is refused before memory is taken for it. */
    public static String readString(BinaryDecoder in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    /** Bytes, with the same care. */
    public static byte[] readBytes(BinaryDecoder in) throws IOException {
        long length = in.readLong();
        if (length < 0 || length > in.inputStream().available()) {
            throw new EOFException();
        }
        byte[] bytes = new byte[(int) length];
        in.readFixed(bytes);
        return bytes;
    }
}
