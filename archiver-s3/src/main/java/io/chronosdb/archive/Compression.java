package io.chronosdb.archive;

import io.chronosdb.error.ChronosException.Invalid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Whether an archive stores bodies as gzip. Archives read both kinds, whatever this says, so it may change at any time.
 *
 * @param enabled whether new objects are compressed; the same body always gives the same bytes, on one version of Java
 * @param plainBytesMax how large a body may become when it is read: someone may have put a small object there that
 *     unpacks to a huge one
 */
public record Compression(boolean enabled, int plainBytesMax) {
    /** No record of the log, and so no document, can be configured to be larger. */
    public static final int PLAIN_BYTES_MAX = 256 << 20;

    public static final Compression NONE = new Compression(false, PLAIN_BYTES_MAX);

    private static final int MAGIC_0 = 0x1f;
    private static final int MAGIC_1 = 0x8b;

    public Compression {
        if (plainBytesMax < 1 || plainBytesMax > PLAIN_BYTES_MAX) {
            throw new Invalid("plainBytesMax is 1 to " + PLAIN_BYTES_MAX + ": plainBytesMax=" + plainBytesMax);
        }
    }

    /** Whether the bytes begin as gzip does. No JSON does. */
    static boolean looksCompressed(byte[] bytes) {
        return bytes.length >= 2 && (bytes[0] & 0xff) == MAGIC_0 && (bytes[1] & 0xff) == MAGIC_1;
    }

    /** The body as gzip: no time, no name, so that nothing but the body is in it. */
    static byte[] compress(byte[] body) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 2 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Nothing here does I/O.
        }
        return compressed.toByteArray();
    }

    /** @throws Invalid if that is no gzip, or gives more than {@link #plainBytesMax} */
    byte[] decompress(byte[] compressed) {
        byte[] plain;
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            plain = gzip.readNBytes(plainBytesMax);
            if (gzip.read() >= 0) {
                throw new Invalid("it unpacks to more than is allowed, plainBytesMax=" + plainBytesMax);
            }
        } catch (IOException e) {
            throw new Invalid("it is damaged gzip, reason=" + e.getMessage());
        }
        return plain;
    }
}
