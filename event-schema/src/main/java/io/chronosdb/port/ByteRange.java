package io.chronosdb.port;

import io.chronosdb.error.ChronosException.Invalid;
import java.util.Arrays;

/**
 * Some bytes of an object.
 *
 * @param from the first one, counted from 0; negative: so many from the end, and all of them up to it
 * @param length how many, at least 1
 */
public record ByteRange(long from, int length) {
    public ByteRange {
        if (length < 1 || from < 0 && from != -length || from > Long.MAX_VALUE - length) {
            throw new Invalid("a range has a byte at least: from=" + from + " length=" + length);
        }
    }

    public static ByteRange of(long from, int length) {
        if (from < 0) {
            throw new Invalid("a range begins at 0 or later: from=" + from);
        }
        return new ByteRange(from, length);
    }

    /** The last bytes of an object, whatever its size. */
    public static ByteRange last(int length) {
        return new ByteRange(-length, length);
    }

    /** As HTTP says it. */
    public String http() {
        return from < 0 ? "bytes=" + from : "bytes=" + from + "-" + (from + length - 1);
    }

    /** What of a whole object this is: less than {@link #length} where the object ends before. */
    public byte[] of(byte[] whole) {
        long first = from < 0 ? Math.max(0, whole.length + from) : Math.min(from, whole.length);
        return Arrays.copyOfRange(whole, (int) first, (int) Math.min(whole.length, first + length));
    }
}
