package io.chronosdb.event;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Avro's single-object encoding of one schema: marker, fingerprint, body (Avro specification, "Single-object
 * encoding"). Bodies are written and read field by field, since going through a generic record costs ten times as much.
 */
public final class SingleObject {
    private static final int HEADER_BYTES = 10;
    private static final int MARKER = 0xC301;

    private final Schema schema;
    private final long fingerprint;

    private SingleObject(Schema schema) {
        this.schema = schema;
        this.fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    }

    /** @param resource where the schema is on the class path, for example {@code /avro/Event.avsc} */
    public static SingleObject of(String resource) {
        try (InputStream in = SingleObject.class.getResourceAsStream(resource)) {
            return new SingleObject(new Schema.Parser().parse(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Schema schema() {
        return schema;
    }

    /** Writes a body. */
    public interface Body {
        void write(BinaryEncoder out) throws IOException;
    }

    /** Reads a body. */
    public interface Read<T> {
        T read(BinaryDecoder in) throws IOException;
    }

    /** @param sizeHint about how many bytes it will be */
    public byte[] encode(int sizeHint, Body body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(HEADER_BYTES + sizeHint);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putShort((short) MARKER).order(ByteOrder.LITTLE_ENDIAN).putLong(fingerprint);
        out.writeBytes(header.array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            body.write(encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Whether the bytes say that they are an object of this schema. */
    public boolean wrote(byte[] bytes) {
        return isMarked(bytes) && fingerprint(bytes) == fingerprint;
    }

    /**
     * Reads the beginning of an object whose schema is not known here, as far as it is the same in all of them.
     *
     * @return nothing if the bytes are no single object, or end too early
     */
    static <T> Optional<T> begin(byte[] bytes, Read<T> read) {
        if (!isMarked(bytes)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read.read(
                    DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null)));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static boolean isMarked(byte[] bytes) {
        return bytes.length >= HEADER_BYTES && (bytes[0] & 0xff) << 8 == (MARKER & 0xff00) && bytes[1] == 1;
    }

    private static long fingerprint(byte[] bytes) {
        return ByteBuffer.wrap(bytes, 2, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** @throws MalformedRecord if the bytes are no complete object of this very schema */
    public <T> T decode(byte[] bytes, Read<T> read) {
        if (!isMarked(bytes)) {
            throw new MalformedRecord("no avro single object: bytes=" + bytes.length);
        }
        long found = fingerprint(bytes);
        if (found != fingerprint) {
            throw new MalformedRecord(
                    "unknown schema: expected=" + schema.getFullName() + " fingerprint=" + Long.toHexString(found));
        }
        try {
            BinaryDecoder in =
                    DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
            T value = read.read(in);
            if (!in.isEnd()) {
                throw new MalformedRecord("bytes behind the record: schema=" + schema.getFullName());
            }
            return value;
        } catch (EOFException e) {
            throw new MalformedRecord("truncated: schema=" + schema.getFullName());
        } catch (MalformedRecord e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new MalformedRecord("not readable: schema=" + schema.getFullName() + " cause=" + e.getMessage());
        }
    }

    /** Bytes that are no record of the expected kind. What is done about it is the reader's decision. */
    public static final class MalformedRecord extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public MalformedRecord(String message) {
            super(message);
        }
    }
}
