package io.chronosdb.event;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.SingleObject.MalformedRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;

/**
 * Events as bytes, by {@code Event.avsc}. The same event is the same bytes, always: the chain's hashes rest on it. What was
 * written by an earlier schema is read by it for ever.
 */
public final class EventCodec {
    private static final SingleObject AVRO = SingleObject.of("/avro/Event.avsc");
    /** The schema before transactions, enrichment and restoration. */
    private static final SingleObject AVRO_1 = SingleObject.of("/avro/Event-1.avsc");

    private static final int ENVELOPE_BYTES = 256;

    private EventCodec() {}

    public static byte[] encode(Event event) {
        int bytes = ENVELOPE_BYTES;
        for (Version version : event.fact().versions()) {
            bytes += ENVELOPE_BYTES + version.payload().map(Payload::size).orElse(0);
        }
        return AVRO.encode(bytes, out -> write(out, event));
    }

    /** @throws MalformedRecord if the bytes are no event */
    public static Event decode(byte[] bytes) {
        return AVRO_1.wrote(bytes)
                ? AVRO_1.decode(bytes, in -> read(in, EventCodec::readVersion1))
                : AVRO.decode(bytes, in -> read(in, EventCodec::readVersion));
    }

    /**
     * Looks at bytes that {@link #decode} does not take. They may be an event of a schema that came later, and then nobody who
     * does not know it may go on without it.
     *
     * @param chain how far a reader has followed the chain
     * @return whether they continue it: every schema of an event begins with {@code seq} and {@code prev}
     */
    public static boolean continuesUnread(byte[] bytes, Chain chain) {
        return !AVRO.wrote(bytes)
                && !AVRO_1.wrote(bytes)
                && SingleObject.begin(bytes, in -> {
                            long seq = in.readLong();
                            byte[] prev = new byte[Hash.BYTES];
                            in.readFixed(prev);
                            return seq == chain.next() && Hash.fromBytes(prev).equals(chain.last());
                        })
                        .orElse(false);
    }

    /** What is thrown by whoever finds one. */
    public static Unavailable writtenLater(Object partition, long offset) {
        return new Unavailable(
                "chronos",
                "an event was written by a later version of Chronos, which this process does not read: update it. partition="
                        + partition + " offset=" + offset,
                null);
    }

    /** Reads a version as one of the schemas has it. */
    private interface ReadVersion {
        Version read(BinaryDecoder in, Instant at) throws IOException;
    }

    private static void write(BinaryEncoder out, Event event) throws IOException {
        Link link = event.link();
        out.writeLong(link.seq());
        out.writeFixed(link.prev().toBytes());
        out.writeLong(Times.toMicros(event.at()));
        out.writeString(link.generation());
        out.writeLong(link.commandOffset());
        out.writeInt(link.index());
        out.writeBoolean(link.last());
        if (event.fact() instanceof Version version) {
            out.writeIndex(0);
            writeVersion(out, version);
        } else if (event.fact() instanceof Configured configured) {
            out.writeIndex(1);
            out.writeString(configured.settings());
        } else if (event.fact() instanceof Transaction transaction) {
            out.writeIndex(2);
            out.writeArrayStart();
            out.setItemCount(transaction.versions().size());
            for (Version version : transaction.versions()) {
                out.startItem();
                writeVersion(out, version);
            }
            out.writeArrayEnd();
        }
        AvroFields.writeMap(out, Map.of()); // extensions
    }

    private static void writeVersion(BinaryEncoder out, Version version) throws IOException {
        out.writeString(version.item().collection());
        out.writeString(version.item().id());
        out.writeLong(version.ov().value());
        out.writeLong(version.cv().value());
        out.writeEnum(version.op().ordinal());
        out.writeLong(Times.toMicros(version.insertedAt()));
        AvroFields.writeOptional(out, version.provenance().actor());
        AvroFields.writeOptional(out, version.provenance().reason());
        AvroFields.writeOptional(out, version.provenance().commandId());
        AvroFields.writeMap(out, version.provenance().headers());
        out.writeIndex(version.payload().isPresent() ? 1 : 0);
        if (version.payload().isPresent()) {
            out.writeBytes(version.payload().get().json());
        }
        AvroFields.writeTexts(out, version.provenance().functionIds());
        AvroFields.writeItem(out, version.lineage().parent());
        AvroFields.writeItem(out, version.lineage().origin());
        AvroFields.writeOptionalLong(out, version.restoredFrom().map(Ov::value));
        out.writeEnum(version.kept().keeps().ordinal());
        out.writeLong(version.kept().from().value());
        AvroFields.writeTexts(out, version.kept().blobProps());
        out.writeMapStart();
        out.setItemCount(version.blobs().size());
        for (Map.Entry<String, Blob> blob : version.blobs().entrySet()) {
            out.startItem();
            out.writeString(blob.getKey());
            out.writeBytes(blob.getValue().bytes());
        }
        out.writeMapEnd();
    }

    private static Event read(BinaryDecoder in, ReadVersion version) throws IOException {
        long seq = in.readLong();
        byte[] prev = new byte[Hash.BYTES];
        in.readFixed(prev);
        Instant at = Times.ofMicros(in.readLong());
        Link link = new Link(
                seq, Hash.fromBytes(prev), AvroFields.readString(in), in.readLong(), in.readInt(), in.readBoolean());
        Fact fact = switch (in.readIndex()) {
            case 0 -> version.read(in, at);
            case 1 -> new Configured(AvroFields.readString(in));
            case 2 -> new Transaction(AvroFields.readList(in, each -> version.read(each, at)));
            default -> throw new MalformedRecord("unknown fact");
        };
        for (long n = in.skipMap(); n > 0; n = in.skipMap()) {
            for (long i = 0; i < n; i++) {
                in.skipString();
                in.skipBytes();
            }
        }
        return new Event(link, at, fact);
    }

    private static Version readVersion1(BinaryDecoder in, Instant at) throws IOException {
        return new Version(
                new ItemKey(AvroFields.readString(in), AvroFields.readString(in)),
                new Ov(in.readLong()),
                new Cv(in.readLong()),
                Op.values()[in.readEnum()],
                at,
                Times.ofMicros(in.readLong()),
                new Provenance(
                        AvroFields.readOptional(in),
                        AvroFields.readOptional(in),
                        AvroFields.readOptional(in),
                        AvroFields.readMap(in)),
                in.readIndex() == 1 ? Optional.of(Payload.trusted(AvroFields.readBytes(in))) : Optional.empty());
    }

    /** The schemas since have all of the first one's fields, and their own behind them. */
    private static Version readVersion(BinaryDecoder in, Instant at) throws IOException {
        Version first = readVersion1(in, at);
        Provenance who = first.provenance();
        return new Version(
                first.item(),
                first.ov(),
                first.cv(),
                first.op(),
                at,
                first.insertedAt(),
                new Provenance(who.actor(), who.reason(), who.commandId(), who.headers(), AvroFields.readTexts(in)),
                new Lineage(AvroFields.readItem(in), AvroFields.readItem(in)),
                AvroFields.readOptionalLong(in).map(Ov::new),
                new Kept(Keeps.values()[in.readEnum()], new Ov(in.readLong()), AvroFields.readTexts(in)),
                first.payload(),
                readBlobs(in));
    }

    private static Map<String, Blob> readBlobs(BinaryDecoder in) throws IOException {
        return AvroFields.readMap(in, each -> new Blob(AvroFields.readBytes(each)));
    }
}
