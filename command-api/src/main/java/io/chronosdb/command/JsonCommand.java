package io.chronosdb.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.chronosdb.address.ItemKey;
import io.chronosdb.command.Action.OnItem;
import io.chronosdb.command.Action.Operation;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Cv;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Times;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The plain JSON form of a command: {@code {"command": "update", "collection": …, "id": …, "expectedOv": …, "data": {…}, …}}.
 * Documents and patches are cut out of it to the byte and never re-serialised.
 */
final class JsonCommand {
    /** Which keys each command takes beside those that all take. */
    private static final Map<String, List<String>> KEYS = Map.of(
            "create", List.of("collection", "id", "data", "parent", "origin"),
            "update", List.of("collection", "id", "data", "expectedOv"),
            "enrich", List.of("collection", "id", "patch", "functionId", "expectedOv"),
            "delete", List.of("collection", "id", "expectedOv"),
            "restoreObject", List.of("collection", "id", "ov", "at"),
            "restoreCollection", List.of("collection", "cv", "at", "dryRun", "keepNewer"),
            "transact", List.of("operations"),
            "check", List.of("collection", "id", "expectedOv"));

    private static final List<String> KEYS_OF_ALL = List.of("command", "commandId", "actor", "reason", "headers");

    /** A command is at most so many levels around a document: a patch in a list of a transaction's operation. */
    private static final int LEVELS_AROUND = 4;

    private static final JsonFactory FACTORY = Json.MAPPER
            .getFactory()
            .rebuild()
            .streamReadConstraints(Json.MAPPER
                    .getFactory()
                    .streamReadConstraints()
                    .rebuild()
                    .maxNestingDepth(Json.DEPTH_MAX + LEVELS_AROUND)
                    .build())
            .build();

    private final byte[] json;
    private final boolean nested;
    private final Set<String> keys = new TreeSet<>();
    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, Long> numbers = new TreeMap<>();
    private final Map<String, Boolean> flags = new TreeMap<>();
    private final Map<String, String> headers = new TreeMap<>();
    private final Map<String, ItemKey> items = new TreeMap<>();
    private ExpectedOv expected = ExpectedOv.ANY;
    private @Nullable Payload data;
    private @Nullable List<Payload> patches;
    private final List<Operation> operations = new ArrayList<>();

    private JsonCommand(byte[] json, boolean nested) {
        this.json = json;
        this.nested = nested;
    }

    static Command parse(byte[] json) {
        requireUtf8Object(json);
        JsonCommand parsed = new JsonCommand(json, false);
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Invalid("a command is a JSON object");
            }
            parsed.readFields(parser);
            if (parser.nextToken() != null) {
                throw new Invalid("the command is malformed: something stands behind the object");
            }
        } catch (JsonProcessingException e) {
            throw new Invalid("the command is malformed: not valid JSON" + place(e.getLocation()));
        } catch (IOException e) {
            throw new Invalid("the command is malformed: not valid JSON in UTF-8");
        }
        return parsed.toCommand();
    }

    /** A number that is too long has no place. */
    private static String place(@Nullable JsonLocation at) {
        return at == null ? "" : ": line=" + at.getLineNr() + " column=" + at.getColumnNr();
    }

    /** The parser would take other encodings by their first bytes, and then not know where a document begins. */
    private static void requireUtf8Object(byte[] json) {
        int at = 0;
        while (at < json.length && (json[at] == ' ' || json[at] == '\t' || json[at] == '\r' || json[at] == '\n')) {
            at++;
        }
        if (at + 1 >= json.length || json[at] != '{' || json[at + 1] == 0) {
            throw new Invalid("a command is a JSON object in UTF-8");
        }
    }

    private void readFields(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            keys.add(name);
            parser.nextToken();
            readField(parser, name);
        }
    }

    private void readField(JsonParser parser, String name) throws IOException {
        switch (name) {
            case "command", "commandId", "collection", "id", "actor", "reason", "functionId", "at" ->
                texts.put(name, text(parser, name));
            case "ov", "cv" -> numbers.put(name, number(parser, name));
            case "dryRun", "keepNewer" -> flags.put(name, flag(parser, name));
            case "expectedOv" -> expected = expected(parser);
            case "headers" -> readHeaders(parser);
            case "parent", "origin" -> items.put(name, item(parser, name));
            case "data" -> data = document(parser, "data");
            case "patch" -> patches = patches(parser);
            case "operations" -> readOperations(parser);
            default ->
                throw new Invalid("unknown key in the command: known=" + String.join(" ", KEYS_OF_ALL)
                        + " and those of the command");
        }
    }

    private static String text(JsonParser parser, String name) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new Invalid("the value is a string: key=" + name);
        }
        return parser.getText();
    }

    private static long number(JsonParser parser, String name) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new Invalid("the value is a whole number: key=" + name);
        }
        return parser.getLongValue();
    }

    private static boolean flag(JsonParser parser, String name) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_TRUE && parser.currentToken() != JsonToken.VALUE_FALSE) {
            throw new Invalid("the value is true or false: key=" + name);
        }
        return parser.getBooleanValue();
    }

    private static ExpectedOv expected(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return new Ov(parser.getLongValue());
        }
        if (parser.currentToken() == JsonToken.VALUE_STRING && parser.getText().equals("ANY")) {
            return ExpectedOv.ANY;
        }
        throw new Invalid("expectedOv is a whole number or \"ANY\"");
    }

    private void readHeaders(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new Invalid("headers is an object of strings");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            headers.put(name, text(parser, "headers"));
            if (headers.size() > CommandRules.HEADERS_MAX) {
                throw new Invalid("at most " + CommandRules.HEADERS_MAX + " headers");
            }
        }
    }

    private static ItemKey item(JsonParser parser, String key) throws IOException {
        Map<String, String> parts = new TreeMap<>();
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                parts.put(name, text(parser, key));
                if (parts.size() > 2) {
                    break;
                }
            }
        }
        if (!parts.keySet().equals(Set.of("collection", "id"))) {
            throw new Invalid("the value is an object with collection and id: key=" + key);
        }
        return new ItemKey(parts.getOrDefault("collection", ""), parts.getOrDefault("id", ""));
    }

    private Payload document(JsonParser parser, String key) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new Invalid(key + " is a JSON object");
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        return Payload.of(
                Arrays.copyOfRange(json, from, (int) parser.currentLocation().getByteOffset()));
    }

    private List<Payload> patches(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return List.of(document(parser, "patch"));
        }
        List<Payload> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (list.size() >= CommandRules.PATCHES_MAX) {
                throw new Invalid("too many patches: patchesMax=" + CommandRules.PATCHES_MAX);
            }
            list.add(document(parser, "each patch"));
        }
        return list;
    }

    private void readOperations(JsonParser parser) throws IOException {
        if (nested || parser.currentToken() != JsonToken.START_ARRAY) {
            throw new Invalid("operations is a list of a transaction's commands");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new Invalid("an operation is a JSON object");
            }
            if (operations.size() >= CommandRules.OPERATIONS_MAX) {
                throw new Invalid("too many operations: operationsMax=" + CommandRules.OPERATIONS_MAX);
            }
            JsonCommand operation = new JsonCommand(json, true);
            operation.readFields(parser);
            operations.add(operation.toOperation());
        }
    }

    private Operation toOperation() {
        if (action() instanceof OnItem onItem) {
            return new Operation(text("collection").orElse(""), text("id").orElse(""), onItem);
        }
        throw new Invalid("an operation is one of create, update, enrich, delete, restoreObject, check");
    }

    private Command toCommand() {
        Action action = action();
        if (action instanceof Action.Check) {
            throw new Invalid("a check is an operation of a transaction");
        }
        return new Command(
                text("commandId"),
                text("collection").orElse(""),
                text("id"),
                text("actor"),
                text("reason"),
                headers,
                action);
    }

    private Action action() {
        String command = text("command").orElse("");
        requireKnown(command);
        return switch (command) {
            case "create" ->
                new Action.Create(
                        require(data, "data"),
                        new Lineage(
                                Optional.ofNullable(items.get("parent")), Optional.ofNullable(items.get("origin"))));
            case "update" -> new Action.Update(require(data, "data"), expected);
            case "enrich" ->
                new Action.Enrich(require(patches, "patch"), text("functionId").orElse(""), expected);
            case "delete" -> new Action.Delete(expected);
            case "check" -> new Action.Check(expected);
            case "restoreObject" ->
                new Action.RestoreObject(time().<RestorePoint.OfItem>map(RestorePoint::at)
                        .orElseGet(() -> RestorePoint.ov(require(numbers.get("ov"), "ov or at"))));
            case "restoreCollection" ->
                new Action.RestoreCollection(
                        time().<RestorePoint.OfCollection>map(RestorePoint::at)
                                .orElseGet(() -> new RestorePoint.AtCv(new Cv(require(numbers.get("cv"), "cv or at")))),
                        flags.getOrDefault("dryRun", false),
                        flags.getOrDefault("keepNewer", false));
            default -> new Action.Transact(operations);
        };
    }

    private void requireKnown(String command) {
        List<String> own = KEYS.get(command);
        if (own == null) {
            throw new Invalid("command is one of " + String.join(", ", new TreeSet<>(KEYS.keySet()))
                    + " (check only within transact)");
        }
        for (String key : keys) {
            if (!own.contains(key) && (nested ? !key.equals("command") : !KEYS_OF_ALL.contains(key))) {
                throw new Invalid("the command does not take this key: command=" + command + " key=" + key);
            }
        }
        if (texts.containsKey("at") && (numbers.containsKey("ov") || numbers.containsKey("cv"))) {
            throw new Invalid("a restore goes back to a version or to a time, to one of them");
        }
    }

    private Optional<Instant> time() {
        return text("at").map(Times::parse);
    }

    private Optional<String> text(String key) {
        return Optional.ofNullable(texts.get(key));
    }

    private <T> T require(@Nullable T value, String key) {
        if (value == null) {
            throw new Invalid("the command needs " + key + ": command=" + texts.get("command"));
        }
        return value;
    }
}
