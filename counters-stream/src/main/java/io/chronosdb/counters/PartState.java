package io.chronosdb.counters;

import io.chronosdb.port.Counts;
import io.chronosdb.port.Measure;
import io.chronosdb.port.Period;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.port.Uniques;
import io.chronosdb.port.Window;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A part as a task remembers it. Every event is four of them read and written, which takes a tenth of the time that the
 * text of {@link TotalsRecord} would where different values are counted.
 */
final class PartState {
    private static final int VERSION = 1;
    private static final int COUNT = 0;
    private static final int SUM = 1;
    private static final int UNIQUES = 2;

    private PartState() {}

    static byte[] encode(Part part) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(part.collection());
            out.writeInt(part.partition());
            out.writeLong(part.next());
            out.writeBoolean(part.period().isPresent());
            if (part.period().isPresent()) {
                write(part.period().get().window(), part.period().get().start(), out);
            }
            out.writeByte(part.oldest().size());
            for (Map.Entry<Window, LocalDate> oldest : part.oldest().entrySet()) {
                write(oldest.getKey(), oldest.getValue(), out);
            }
            write(part.counts(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(Window window, LocalDate start, DataOutputStream out) throws IOException {
        out.writeByte(window.ordinal());
        out.writeLong(start.toEpochDay());
    }

    private static void write(Counts counts, DataOutputStream out) throws IOException {
        out.writeLong(counts.created());
        out.writeLong(counts.updated());
        out.writeLong(counts.deleted());
        out.writeInt(counts.rules().size());
        for (Map.Entry<String, Measure> rule : counts.rules().entrySet()) {
            out.writeUTF(rule.getKey());
            rule.getValue().match(BODIES).write(out);
        }
    }

    /** What a kind of measure writes. */
    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private static final Measure.Cases<Body> BODIES = new Measure.Cases<>() {
        @Override
        public Body count(Measure.Count count) {
            return out -> {
                out.writeByte(COUNT);
                out.writeLong(count.events());
            };
        }

        @Override
        public Body sum(Measure.Sum sum) {
            return out -> {
                out.writeByte(SUM);
                out.writeInt(sum.number().scale());
                PartState.write(sum.number().unscaledValue().toByteArray(), out);
            };
        }

        @Override
        public Body uniques(Uniques uniques) {
            return out -> {
                out.writeByte(UNIQUES);
                PartState.write(uniques.toBytes(), out);
            };
        }
    };

    private static void write(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /**
     * The inverse of {@link #encode}.
     *
     * @throws IllegalStateException if it is of a later version of Chronos
     */
    static Part decode(byte[] bytes) {
        if (bytes[0] == '{') {
            return TotalsRecord.decode(bytes); // As it was before there were windows.
        }
        if (bytes[0] != VERSION) {
            throw new IllegalStateException("the state is of a later version: version=" + bytes[0]);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1))) {
            String collection = in.readUTF();
            int partition = in.readInt();
            long next = in.readLong();
            Optional<Period> period =
                    in.readBoolean() ? Optional.of(new Period(window(in), day(in))) : Optional.empty();
            Map<Window, LocalDate> oldest = new EnumMap<>(Window.class);
            for (int i = in.readByte(); i > 0; i--) {
                oldest.put(window(in), day(in));
            }
            return new Part(collection, partition, period, next, counts(in), oldest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Window window(DataInputStream in) throws IOException {
        return Window.values()[in.readByte()];
    }

    private static LocalDate day(DataInputStream in) throws IOException {
        return LocalDate.ofEpochDay(in.readLong());
    }

    private static Counts counts(DataInputStream in) throws IOException {
        long created = in.readLong();
        long updated = in.readLong();
        long deleted = in.readLong();
        Map<String, Measure> rules = new TreeMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            rules.put(in.readUTF(), measure(in));
        }
        return new Counts(created, updated, deleted, rules);
    }

    private static Measure measure(DataInputStream in) throws IOException {
        int kind = in.readByte();
        if (kind == COUNT) {
            return new Measure.Count(in.readLong());
        }
        if (kind == SUM) {
            int scale = in.readInt();
            return new Measure.Sum(new BigDecimal(new BigInteger(bytes(in)), scale));
        }
        return Uniques.fromBytes(bytes(in));
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }
}
