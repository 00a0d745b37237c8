package io.chronosdb.changes;

import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Times;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/**
 * Where a reader of changes stands: what it was given is done, and nothing else. Its {@link #text()} is opaque, may be
 * kept for as long as the log keeps its events, and is of no use in another database. About 70 characters per
 * partition that has events.
 */
public final class ResumeToken {
    private static final int FORMAT = 1;
    private static final int CHECKSUM_BYTES = 8;

    /** Before any event: every one of them counts. */
    static final Instant ALWAYS = Instant.EPOCH;

    private final Database database;
    private final List<Point> points;
    private final Instant since;

    /**
     * @param points one per partition, by number
     * @param since events before this time are not wanted
     */
    ResumeToken(Database database, List<Point> points, Instant since) {
        this.database = database;
        this.points = points;
        this.since = since;
    }

    List<Point> points() {
        return points;
    }

    Instant since() {
        return since;
    }

    /** Opaque text, safe in URLs and JSON. */
    public String text() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(database.value());
            out.writeLong(Times.toMicros(since));
            out.writeInt(points.size());
            for (Point point : points) {
                write(point, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] body = bytes.toByteArray();
        bytes.writeBytes(checksum(body));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /** One byte where nothing has happened yet: most collections lie in one partition. */
    private static void write(Point point, DataOutputStream out) throws IOException {
        out.writeBoolean(!point.equals(Point.START));
        if (!point.equals(Point.START)) {
            out.writeLong(point.next());
            out.writeLong(point.chain().next());
            out.writeInt(point.taken());
            out.write(point.chain().last().toBytes());
        }
    }

    /**
     * The inverse of {@link #text()}. Whether the log agrees is for the reader to find out.
     *
     * @throws Invalid if it is no token, or one of another database or number of partitions
     */
    static ResumeToken parse(Database database, int partitions, String text) {
        ResumeToken token = parse(text);
        if (!token.database.equals(database)) {
            throw new Invalid("the token is of another database: expected=" + database);
        }
        if (token.points.size() != partitions) {
            throw new Invalid("the token is of another number of partitions: expected=" + partitions + " found="
                    + token.points.size());
        }
        return token;
    }

    private static ResumeToken parse(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            byte[] body = Arrays.copyOf(bytes, Math.max(0, bytes.length - CHECKSUM_BYTES));
            byte[] sum = Arrays.copyOfRange(bytes, body.length, bytes.length);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
            if (Arrays.equals(sum, checksum(body)) && in.readByte() == FORMAT) {
                return read(in);
            }
        } catch (IOException | IllegalArgumentException | Invalid e) {
            // Falls through to the one answer for everything that is no token.
        }
        throw new Invalid("not a token of a change feed");
    }

    private static ResumeToken read(DataInputStream in) throws IOException {
        Database database = Database.parse(in.readUTF());
        Instant since = Times.ofMicros(in.readLong());
        int partitions = in.readInt();
        List<Point> points = new ArrayList<>();
        for (int p = 0; p < partitions; p++) { // Ends with the bytes, whatever the number says.
            Point point = in.readBoolean() ? readPoint(in) : Point.START;
            if (!point.possible()) {
                throw new Invalid("nobody can stand there");
            }
            points.add(point);
        }
        if (in.read() >= 0) {
            throw new Invalid("something stands behind the token");
        }
        return new ResumeToken(database, Collections.unmodifiableList(points), since);
    }

    private static Point readPoint(DataInputStream in) throws IOException {
        long next = in.readLong();
        long seq = in.readLong();
        int taken = in.readInt();
        return new Point(next, new Chain(seq, Hash.fromBytes(in.readNBytes(Hash.BYTES))), taken);
    }

    /** Against damage; whether a token is true, the log's hashes say. */
    private static byte[] checksum(byte[] body) {
        return Arrays.copyOf(Hash.of(body).toBytes(), CHECKSUM_BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResumeToken token
                && database.equals(token.database)
                && points.equals(token.points)
                && since.equals(token.since);
    }

    @Override
    public int hashCode() {
        return points.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
