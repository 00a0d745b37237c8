package io.chronosdb.command;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.chronosdb.command.Action.Configure;
import io.chronosdb.command.Action.Create;
import io.chronosdb.command.Action.Delete;
import io.chronosdb.command.Action.Update;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.AvroFields;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.SingleObject;
import io.chronosdb.event.SingleObject.MalformedRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Commands as bytes: Avro by {@code Command.avsc}, or plain JSON for any Kafka client. A document in a JSON command is
 * cut out of it to the byte and never re-serialised.
 */
public final class CommandCodec {
    public static final String CONTENT_TYPE = "content-type";
    public static final String JSON = "application/json";

    private static final SingleObject AVRO = SingleObject.of("/avro/Command.avsc");
    private static final int ENVELOPE_BYTES = 160;

    private CommandCodec() {}

    public static byte[] encode(Command command) {
        return AVRO.encode(ENVELOPE_BYTES + size(command.action()), out -> write(out, command));
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
            return AVRO.decode(value, CommandCodec::read);
        } catch (MalformedRecord e) {
            throw new Invalid("the command is malformed: " + e.getMessage() + " (plain JSON needs the header "
                    + CONTENT_TYPE + ": " + JSON + ")");
        }
    }

    private static int size(Action action) {
        return action.match(new Action.Cases<Integer>() {
            @Override
            public Integer create(Create create) {
                return create.data().size();
            }

            @Override
            public Integer update(Update update) {
                return update.data().size();
            }

            @Override
            public Integer delete(Delete delete) {
                return 0;
            }

            @Override
            public Integer configure(Configure configure) {
                return configure.settings().length();
            }
        });
    }

    private static void write(BinaryEncoder out, Command command) throws IOException {
        AvroFields.writeOptional(out, command.commandId());
        out.writeString(command.collection());
        AvroFields.writeOptional(out, command.id());
        AvroFields.writeOptional(out, command.actor());
        AvroFields.writeOptional(out, command.reason());
        AvroFields.writeMap(out, command.headers());
        Action action = command.action();
        if (action instanceof Create create) {
            out.writeIndex(0);
            out.writeBytes(create.data().json());
        } else if (action instanceof Update update) {
            out.writeIndex(1);
            out.writeBytes(update.data().json());
            writeExpected(out, update.expected());
        } else if (action instanceof Delete delete) {
            out.writeIndex(2);
            writeExpected(out, delete.expected());
        } else if (action instanceof Configure configure) {
            out.writeIndex(3);
            out.writeString(configure.settings());
        }
    }

    private static void writeExpected(BinaryEncoder out, ExpectedOv expected) throws IOException {
        Optional<Ov> exact = expected.exact();
        out.writeIndex(exact.isPresent() ? 1 : 0);
        if (exact.isPresent()) {
            out.writeLong(exact.get().value());
        }
    }

    private static Command read(BinaryDecoder in) throws IOException {
        return new Command(
                AvroFields.readOptional(in),
                AvroFields.readString(in),
                AvroFields.readOptional(in),
                AvroFields.readOptional(in),
                AvroFields.readOptional(in),
                AvroFields.readMap(in),
                switch (in.readIndex()) {
                    case 0 -> new Create(Payload.of(AvroFields.readBytes(in)));
                    case 1 -> new Update(Payload.of(AvroFields.readBytes(in)), readExpected(in));
                    case 2 -> new Delete(readExpected(in));
                    case 3 -> new Configure(AvroFields.readString(in));
                    default -> throw new MalformedRecord("unknown action");
                });
    }

    private static ExpectedOv readExpected(BinaryDecoder in) throws IOException {
        return in.readIndex() == 1 ? new Ov(in.readLong()) : ExpectedOv.ANY;
    }

    /** The plain JSON form: {@code {"command":"update","collection":…,"id":…,"expectedOv":…,"data":{…},…}}. */
    private static final class JsonCommand {
        private @Nullable String command;
        private Optional<String> commandId = Optional.empty();
        private String collection = "";
        private Optional<String> id = Optional.empty();
        private Optional<String> actor = Optional.empty();
        private Optional<String> reason = Optional.empty();
        private final Map<String, String> headers = new TreeMap<>();
        private ExpectedOv expected = ExpectedOv.ANY;
        private @Nullable Payload data;

        static Command parse(byte[] json) {
            JsonCommand parsed = new JsonCommand();
            try (JsonParser parser = Json.MAPPER.createParser(json)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new Invalid("a command is a JSON object");
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    parsed.field(parser, json);
                }
                if (parser.nextToken() != null) {
                    throw new Invalid("the command is malformed: something stands behind the object");
                }
            } catch (JsonProcessingException e) {
                throw new Invalid("the command is malformed: not valid JSON: line="
                        + e.getLocation().getLineNr() + " column="
                        + e.getLocation().getColumnNr());
            } catch (IOException e) {
                throw new Invalid("the command is malformed: not valid JSON in UTF-8");
            }
            return parsed.toCommand();
        }

        private void field(JsonParser parser, byte[] json) throws IOException {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "command" -> command = text(parser, name);
                case "commandId" -> commandId = Optional.of(text(parser, name));
                case "collection" -> collection = text(parser, name);
                case "id" -> id = Optional.of(text(parser, name));
                case "actor" -> actor = Optional.of(text(parser, name));
                case "reason" -> reason = Optional.of(text(parser, name));
                case "expectedOv" -> expected = expected(parser);
                case "headers" -> headers(parser);
                case "data" -> {
                    if (value != JsonToken.START_OBJECT) {
                        throw new Invalid("data is a JSON object");
                    }
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                    data = Payload.of(Arrays.copyOfRange(
                            json, from, (int) parser.currentLocation().getByteOffset()));
                }
                default ->
                    throw new Invalid("unknown key in the command: known=command commandId collection id actor reason"
                            + " expectedOv headers data");
            }
        }

        private static String text(JsonParser parser, String name) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw new Invalid("the value is a string: key=" + name);
            }
            return parser.getText();
        }

        private static ExpectedOv expected(JsonParser parser) throws IOException {
            if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                return new Ov(parser.getLongValue());
            }
            if (parser.currentToken() == JsonToken.VALUE_STRING
                    && parser.getText().equals("ANY")) {
                return ExpectedOv.ANY;
            }
            throw new Invalid("expectedOv is a whole number or \"ANY\"");
        }

        private void headers(JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new Invalid("headers is an object of strings");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                headers.put(name, text(parser, "headers"));
            }
        }

        private Command toCommand() {
            return new Command(commandId, collection, id, actor, reason, headers, action());
        }

        private Action action() {
            return switch (command == null ? "" : command) {
                case "create" -> new Create(requireData());
                case "update" -> new Update(requireData(), expected);
                case "delete" -> new Delete(expected);
                default -> throw new Invalid("command is one of create, update, delete");
            };
        }

        private Payload requireData() {
            if (data == null) {
                throw new Invalid("the command needs data: command=" + command);
            }
            return data;
        }
    }
}
