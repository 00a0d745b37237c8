package io.chronosdb.command;

import io.chronosdb.command.Action.Check;
import io.chronosdb.command.Action.Configure;
import io.chronosdb.command.Action.Create;
import io.chronosdb.command.Action.Delete;
import io.chronosdb.command.Action.Enrich;
import io.chronosdb.command.Action.OnItem;
import io.chronosdb.command.Action.Operation;
import io.chronosdb.command.Action.RestoreCollection;
import io.chronosdb.command.Action.RestoreObject;
import io.chronosdb.command.Action.Transact;
import io.chronosdb.command.Action.Update;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.AvroFields;
import io.chronosdb.event.Cv;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.SingleObject;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.event.Times;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;

/**
 * Commands as bytes: Avro by {@code Command.avsc}, or plain JSON for any Kafka client ({@link JsonCommand}). What was sent by
 * an earlier schema is still understood.
 */
public final class CommandCodec {
    public static final String CONTENT_TYPE = "content-type";
    public static final String JSON = "application/json";

    private static final SingleObject AVRO = SingleObject.of("/avro/Command.avsc");
    private static final SingleObject AVRO_1 = SingleObject.of("/avro/Command-1.avsc");
    /** The union of an operation's actions, in its order. */
    private static final List<Class<? extends OnItem>> BRANCHES =
            List.of(Create.class, Update.class, Delete.class, Enrich.class, RestoreObject.class, Check.class);

    private static final int SIZE_HINT = 512;

    private CommandCodec() {}

    public static byte[] encode(Command command) {
        int hint = SIZE_HINT + (int) Math.min(command.action().bytes(), Integer.MAX_VALUE - SIZE_HINT);
        return AVRO.encode(hint, out -> write(out, command));
    }

    /**
     * @param headers the record's, which say how it is encoded
     * @throws Invalid if it is no command, saying why without quoting it
     */
    public static Command decode(byte[] value, Map<String, String> headers) {
        if (headers.getOrDefault(CONTENT_TYPE, "").startsWith(JSON)) {
            return JsonCommand.parse(value);
        }
        try {
            return AVRO_1.wrote(value)
                    ? AVRO_1.decode(value, in -> read(in, Lineages.NONE))
                    : AVRO.decode(value, in -> read(in, Lineages.READ));
        } catch (MalformedRecord e) {
            throw new Invalid("the command is malformed: " + e.getMessage() + " (plain JSON needs the header "
                    + CONTENT_TYPE + ": " + JSON + ")");
        }
    }

    private static void write(BinaryEncoder out, Command command) throws IOException {
        AvroFields.writeOptional(out, command.commandId());
        out.writeString(command.collection());
        AvroFields.writeOptional(out, command.id());
        AvroFields.writeOptional(out, command.actor());
        AvroFields.writeOptional(out, command.reason());
        AvroFields.writeMap(out, command.headers());
        Action action = command.action();
        if (action instanceof OnItem onItem) {
            // The order of the union: the first schema's, and what came later behind it.
            int index = BRANCHES.indexOf(onItem.getClass());
            out.writeIndex(index < 3 ? index : index + 1);
            write(out, onItem);
        } else if (action instanceof Configure configure) {
            out.writeIndex(3);
            out.writeString(configure.settings());
        } else if (action instanceof RestoreCollection restore) {
            out.writeIndex(6);
            write(out, restore);
        } else if (action instanceof Transact transact) {
            out.writeIndex(7);
            out.writeArrayStart();
            out.setItemCount(transact.operations().size());
            for (Operation operation : transact.operations()) {
                out.startItem();
                out.writeString(operation.collection());
                out.writeString(operation.id());
                out.writeIndex(BRANCHES.indexOf(operation.action().getClass()));
                write(out, operation.action());
            }
            out.writeArrayEnd();
        }
    }

    private static void write(BinaryEncoder out, OnItem action) throws IOException {
        if (action instanceof Create create) {
            out.writeBytes(create.data().json());
            AvroFields.writeItem(out, create.lineage().parent());
            AvroFields.writeItem(out, create.lineage().origin());
        } else if (action instanceof Update update) {
            out.writeBytes(update.data().json());
            writeExpected(out, update.expected());
        } else if (action instanceof Delete delete) {
            writeExpected(out, delete.expected());
        } else if (action instanceof Enrich enrich) {
            out.writeArrayStart();
            out.setItemCount(enrich.patches().size());
            for (Payload patch : enrich.patches()) {
                out.startItem();
                out.writeBytes(patch.json());
            }
            out.writeArrayEnd();
            out.writeString(enrich.functionId());
            writeExpected(out, enrich.expected());
        } else if (action instanceof RestoreObject restore) {
            RestorePoint.OfItem to = restore.to();
            AvroFields.writeOptionalLong(
                    out,
                    to instanceof RestorePoint.AtOv at ? Optional.of(at.ov().value()) : Optional.empty());
            writeTime(out, to);
        } else if (action instanceof Check check) {
            writeExpected(out, check.expected());
        }
    }

    private static void write(BinaryEncoder out, RestoreCollection restore) throws IOException {
        RestorePoint.OfCollection to = restore.to();
        AvroFields.writeOptionalLong(
                out, to instanceof RestorePoint.AtCv at ? Optional.of(at.cv().value()) : Optional.empty());
        writeTime(out, to);
        out.writeBoolean(restore.dryRun());
        out.writeBoolean(restore.keepNewer());
    }

    private static void writeTime(BinaryEncoder out, RestorePoint to) throws IOException {
        AvroFields.writeOptionalLong(
                out, to instanceof RestorePoint.AtTime at ? Optional.of(Times.toMicros(at.time())) : Optional.empty());
    }

    private static void writeExpected(BinaryEncoder out, ExpectedOv expected) throws IOException {
        AvroFields.writeOptionalLong(out, expected.exact().map(Ov::value));
    }

    /** Reads a create's lineage, which the first schema did not have. */
    private interface Lineages {
        Lineages NONE = in -> Lineage.NONE;
        Lineages READ = in -> new Lineage(AvroFields.readItem(in), AvroFields.readItem(in));

        Lineage read(BinaryDecoder in) throws IOException;
    }

    private static Command read(BinaryDecoder in, Lineages lineages) throws IOException {
        return new Command(
                AvroFields.readOptional(in),
                AvroFields.readString(in),
                AvroFields.readOptional(in),
                AvroFields.readOptional(in),
                AvroFields.readOptional(in),
                AvroFields.readMap(in),
                readAction(in, lineages));
    }

    private static Action readAction(BinaryDecoder in, Lineages lineages) throws IOException {
        int index = in.readIndex();
        return switch (index) {
            case 3 -> new Configure(AvroFields.readString(in));
            case 6 -> readRestoreCollection(in);
            case 7 ->
                new Transact(AvroFields.readList(
                        in,
                        each -> new Operation(
                                AvroFields.readString(each),
                                AvroFields.readString(each),
                                readOnItem(each, each.readIndex(), lineages))));
            default -> readOnItem(in, index < 3 ? index : index - 1, lineages);
        };
    }

    private static OnItem readOnItem(BinaryDecoder in, int branch, Lineages lineages) throws IOException {
        return switch (branch) {
            case 0 -> new Create(Payload.of(AvroFields.readBytes(in)), lineages.read(in));
            case 1 -> new Update(Payload.of(AvroFields.readBytes(in)), readExpected(in));
            case 2 -> new Delete(readExpected(in));
            case 3 -> new Enrich(readPatches(in), AvroFields.readString(in), readExpected(in));
            case 4 -> new RestoreObject(readOfItem(in));
            case 5 -> new Check(readExpected(in));
            default -> throw new MalformedRecord("unknown action");
        };
    }

    private static List<Payload> readPatches(BinaryDecoder in) throws IOException {
        return AvroFields.readList(in, each -> Payload.of(AvroFields.readBytes(each)));
    }

    private static RestorePoint.OfItem readOfItem(BinaryDecoder in) throws IOException {
        Optional<Long> ov = AvroFields.readOptionalLong(in);
        Optional<Long> at = AvroFields.readOptionalLong(in);
        requireOneOf(ov, at);
        return ov.isPresent() ? RestorePoint.ov(ov.get()) : RestorePoint.at(Times.ofMicros(at.orElseThrow()));
    }

    private static RestoreCollection readRestoreCollection(BinaryDecoder in) throws IOException {
        Optional<Long> cv = AvroFields.readOptionalLong(in);
        Optional<Long> at = AvroFields.readOptionalLong(in);
        requireOneOf(cv, at);
        RestorePoint.OfCollection to = cv.isPresent()
                ? new RestorePoint.AtCv(new Cv(cv.get()))
                : RestorePoint.at(Times.ofMicros(at.orElseThrow()));
        return new RestoreCollection(to, in.readBoolean(), in.readBoolean());
    }

    private static void requireOneOf(Optional<Long> one, Optional<Long> other) {
        if (one.isPresent() == other.isPresent()) {
            throw new MalformedRecord("a restore goes back to a version or to a time, to one of them");
        }
    }

    private static ExpectedOv readExpected(BinaryDecoder in) throws IOException {
        Optional<Long> exact = AvroFields.readOptionalLong(in);
        return exact.isPresent() ? new Ov(exact.get()) : ExpectedOv.ANY;
    }
}
