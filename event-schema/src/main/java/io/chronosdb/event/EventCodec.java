package io.chronosdb.event;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.SingleObject.MalformedRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;

/** Events as bytes, by {@code Event.avsc}. The same event is the same bytes, always: the chain's hashes rest on it. */
public final class EventCodec {
    private static final SingleObject AVRO = SingleObject.of("/avro/Event.avsc");
    private static final int ENVELOPE_BYTES = 256;

    private EventCodec() {}

    public static byte[] encode(Event event) {
        int payloadBytes = event.fact() instanceof Version version
                ? version.payload().map(Payload::size).orElse(0)
                : 0;
        return AVRO.encode(payloadBytes + ENVELOPE_BYTES, out -> write(out, event));
    }

    /** @throws MalformedRecord if the bytes are no event */
    public static Event decode(byte[] bytes) {
        return AVRO.decode(bytes, EventCodec::read);
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
    }

    private static Event read(BinaryDecoder in) throws IOException {
        long seq = in.readLong();
        byte[] prev = new byte[Hash.BYTES];
        in.readFixed(prev);
        Instant at = Times.ofMicros(in.readLong());
        Link link = new Link(
                seq, Hash.fromBytes(prev), AvroFields.readString(in), in.readLong(), in.readInt(), in.readBoolean());
        Fact fact = switch (in.readIndex()) {
            case 0 -> readVersion(in, at);
            case 1 -> new Configured(AvroFields.readString(in));
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

    private static Version readVersion(BinaryDecoder in, Instant at) throws IOException {
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
}
