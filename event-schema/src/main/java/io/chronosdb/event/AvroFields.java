package io.chronosdb.event;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.SingleObject.MalformedRecord;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;

/** The field shapes that events and commands share. */
public final class AvroFields {
    /**
     * How many elements a list or map of a record may have: more than any has, and few enough that a record cannot take
     * a hundred times its size in memory.
     */
    static final int ELEMENTS_MAX = 10_000;

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
        return readMap(in, AvroFields::readString);
    }

    /** A map; as with {@link #readList}. */
    static <T> Map<String, T> readMap(BinaryDecoder in, Element<T> value) throws IOException {
        Map<String, T> map = new TreeMap<>();
        long left = ELEMENTS_MAX;
        for (long n = in.readMapStart(); n > 0; n = in.mapNext()) {
            left = less(left, n);
            for (long i = 0; i < n; i++) {
                map.put(readString(in), value.read(in));
            }
        }
        return map;
    }

    private static long less(long left, long n) {
        if (n > left) {
            throw new MalformedRecord("too many elements: elementsMax=" + ELEMENTS_MAX);
        }
        return left - n;
    }

    /** An array of strings. */
    public static void writeTexts(BinaryEncoder out, List<String> texts) throws IOException {
        out.writeArrayStart();
        out.setItemCount(texts.size());
        for (String text : texts) {
            out.startItem();
            out.writeString(text);
        }
        out.writeArrayEnd();
    }

    public static List<String> readTexts(BinaryDecoder in) throws IOException {
        return readList(in, AvroFields::readString);
    }

    /** Reads one element. */
    public interface Element<T> {
        T read(BinaryDecoder in) throws IOException;
    }

    /**
     * An array; memory is taken for what is there, not for what a length claims.
     *
     * @throws MalformedRecord if it has more than {@link #ELEMENTS_MAX} elements
     */
    public static <T> List<T> readList(BinaryDecoder in, Element<T> element) throws IOException {
        List<T> list = new ArrayList<>();
        long left = ELEMENTS_MAX;
        for (long n = in.readArrayStart(); n > 0; n = in.arrayNext()) {
            left = less(left, n);
            for (long i = 0; i < n; i++) {
                list.add(element.read(in));
            }
        }
        return list;
    }

    /** A union of null and long. */
    public static void writeOptionalLong(BinaryEncoder out, Optional<Long> number) throws IOException {
        out.writeIndex(number.isPresent() ? 1 : 0);
        if (number.isPresent()) {
            out.writeLong(number.get());
        }
    }

    public static Optional<Long> readOptionalLong(BinaryDecoder in) throws IOException {
        return in.readIndex() == 1 ? Optional.of(in.readLong()) : Optional.empty();
    }

    /** A union of null and a record of collection and id. */
    public static void writeItem(BinaryEncoder out, Optional<ItemKey> item) throws IOException {
        out.writeIndex(item.isPresent() ? 1 : 0);
        if (item.isPresent()) {
            out.writeString(item.get().collection());
            out.writeString(item.get().id());
        }
    }

    public static Optional<ItemKey> readItem(BinaryDecoder in) throws IOException {
        return in.readIndex() == 1 ? Optional.of(new ItemKey(readString(in), readString(in))) : Optional.empty();
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
