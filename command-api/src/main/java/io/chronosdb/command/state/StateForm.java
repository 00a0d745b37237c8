package io.chronosdb.command.state;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.decide.Head;
import io.chronosdb.command.decide.ItemState;
import io.chronosdb.command.decide.Remembered;
import io.chronosdb.command.decide.Remembered.Made;
import io.chronosdb.command.decide.VersionState;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Times;
import io.chronosdb.port.Progress;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kept values as bytes. */
final class StateForm {
    private StateForm() {}

    static void writeVersion(DataOutputStream out, VersionState version) throws IOException {
        out.writeLong(version.ov().value());
        out.writeLong(version.cv().value());
        out.writeByte(version.op().ordinal());
        writeTime(out, version.at());
        out.writeLong(version.offset());
        out.writeInt(version.bytes());
        out.writeBoolean(version.document().isPresent());
        if (version.document().isPresent()) {
            out.write(version.document().get().toBytes());
        }
    }

    static VersionState readVersion(DataInputStream in) throws IOException {
        return new VersionState(
                new Ov(in.readLong()),
                new Cv(in.readLong()),
                Op.values()[in.readByte()],
                readTime(in),
                in.readLong(),
                in.readInt(),
                in.readBoolean() ? Optional.of(readHash(in)) : Optional.empty());
    }

    static void writeItem(DataOutputStream out, ItemState item) throws IOException {
        writeVersion(out, item.latest());
        writeTime(out, item.insertedAt());
        writeKey(out, item.lineage().parent());
        writeKey(out, item.lineage().origin());
        out.writeInt(item.functionIds().size());
        for (String functionId : item.functionIds()) {
            out.writeUTF(functionId);
        }
        out.writeLong(item.firstKept().value());
    }

    static ItemState readItem(DataInputStream in) throws IOException {
        VersionState latest = readVersion(in);
        Instant insertedAt = readTime(in);
        Lineage lineage = new Lineage(readKey(in), readKey(in));
        List<String> functionIds = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            functionIds.add(in.readUTF());
        }
        return new ItemState(latest, insertedAt, lineage, functionIds, new Ov(in.readLong()));
    }

    static void writeRemembered(DataOutputStream out, Remembered what) throws IOException {
        out.writeInt(what.made().size());
        for (Made made : what.made()) {
            out.writeUTF(made.id());
            out.writeLong(made.ov().value());
            out.writeLong(made.cv().value());
            out.writeByte(made.op().ordinal());
            writeTime(out, made.at());
        }
        out.writeLong(what.events());
        writeTime(out, what.at());
        out.writeLong(what.offset());
    }

    static Remembered readRemembered(DataInputStream in) throws IOException {
        List<Made> made = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            made.add(new Made(
                    in.readUTF(),
                    new Ov(in.readLong()),
                    new Cv(in.readLong()),
                    Op.values()[in.readByte()],
                    readTime(in)));
        }
        return new Remembered(made, in.readLong(), readTime(in), in.readLong());
    }

    static void writeHead(DataOutputStream out, Head head) throws IOException {
        out.writeLong(head.progress().next());
        out.writeLong(head.progress().chain().next());
        out.write(head.progress().chain().last().toBytes());
        writeTime(out, head.at());
        out.writeUTF(head.generation());
        out.writeLong(head.commandOffset());
        out.writeBoolean(head.unfinished().isPresent());
        if (head.unfinished().isPresent()) {
            out.writeInt(head.unfinished().get().events());
            out.writeUTF(head.unfinished().get().lastId());
        }
    }

    static Head readHead(DataInputStream in) throws IOException {
        long next = in.readLong();
        long seq = in.readLong();
        return new Head(
                new Progress(next, new Chain(seq, readHash(in))),
                readTime(in),
                in.readUTF(),
                in.readLong(),
                in.readBoolean() ? Optional.of(new Head.Unfinished(in.readInt(), in.readUTF())) : Optional.empty());
    }

    private static void writeKey(DataOutputStream out, Optional<ItemKey> item) throws IOException {
        out.writeBoolean(item.isPresent());
        if (item.isPresent()) {
            out.writeUTF(item.get().collection());
            out.writeUTF(item.get().id());
        }
    }

    private static Optional<ItemKey> readKey(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(new ItemKey(in.readUTF(), in.readUTF())) : Optional.empty();
    }

    private static void writeTime(DataOutputStream out, Instant time) throws IOException {
        out.writeLong(Times.toMicros(time));
    }

    private static Instant readTime(DataInputStream in) throws IOException {
        return Times.ofMicros(in.readLong());
    }

    private static Hash readHash(DataInputStream in) throws IOException {
        return Hash.fromBytes(in.readNBytes(Hash.BYTES));
    }
}
