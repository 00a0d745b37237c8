package io.chronosdb.system;

import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.CommandCodec;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.port.NewRecord;
import io.chronosdb.testkit.index.DocumentGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Records for a commands topic, from good commands over nearly good ones to noise, in JSON and in Avro. The same random gives
 * the same ones.
 */
final class RandomCommands {
    static final List<String> COLLECTIONS = List.of("f0", "f1", "users");

    private static final List<String> NASTY = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1e400",
            "-0.0",
            "1.00",
            "9223372036854775807",
            "9223372036854775808",
            "123456789012345678901234567890",
            "1e99999999999",
            "100e2147483647",
            "1e999999999",
            "\"\"",
            "\"ANY\"",
            "\"..\"",
            "\"../x\"",
            "\"%2e%2e\"",
            "\"a\\u0000b\"",
            "\"\\ud800\"",
            "\"\\\\\"",
            "\"$where\"",
            "{}",
            "[]",
            "[[]]",
            "[{}]",
            "{\"$gt\":\"\"}",
            "{\"_system\":{\"ov\":1}}",
            "{\"a.b\":1,\"$x\":2,\"\":3}",
            "{\"collection\":\"f0\",\"id\":\"a\"}",
            "\"2026-01-01T00:00:00Z\"",
            "\"+999999999-01-01T00:00:00Z\"",
            "\"create\"",
            "\"enrich\"",
            "\"restoreCollection\"");
    private static final List<String> DOCUMENTS = List.of(
            "{}",
            "{ \"email\" : \"a@x.io\" , \"n\" : 1.10 }",
            "{\"email\":\"b@x.io\",\"tags\":[\"a\",{\"id\":\"x\",\"v\":1}],\"n\":1e400}",
            "{\"email\":\"c@x.io\",\"n\":[1e999999999,-1e-999999999,-0.0,123456789012345678901234567890]}",
            "{\"email\":\"\\ud800\",\"a.b\":{\"$where\":1},\"\":[[[]]]}",
            "{\"email\":\"ü😀\",\"0\":{\"1\":2},\"#\":1,\"a\\u0000\":1}",
            "{\"n\":" + "7".repeat(1_000) + "}");

    private final Random random;
    private final DocumentGenerator documents;

    RandomCommands(Random random) {
        this.random = random;
        this.documents = new DocumentGenerator(random);
    }

    NewRecord next() {
        boolean json = random.nextBoolean();
        byte[] value = json ? json() : CommandCodec.encode(command());
        for (int n = random.nextInt(4) - 1; n > 0; n--) {
            value = mutated(value);
        }
        Map<String, String> headers = new HashMap<>();
        if (random.nextInt(20) > 0 ? json : !json) {
            headers.put(
                    "content-type",
                    random.nextInt(20) > 0 ? "application/json" : one(List.of("", "text/plain", "application/jsonp")));
        }
        if (random.nextInt(3) > 0) {
            headers.put(
                    "chronos-reply-partition",
                    random.nextInt(10) > 0 ? "0" : one(List.of("-1", "99", "", "x", "1e1", "٣", "00000000000")));
            headers.put(
                    "chronos-correlation",
                    random.nextInt(20) > 0 ? "fuzz:" + random.nextInt() : "x".repeat(random.nextInt(400)));
        }
        if (random.nextInt(200) == 0) {
            headers.put("noise", "n".repeat(random.nextInt(100_000)));
        }
        return new NewRecord(random.nextBoolean() ? "" : "key", value, headers);
    }

    // ---- in Avro

    private Command command() {
        Command command = switch (random.nextInt(12)) {
            case 0 ->
                Command.of(
                        one(COLLECTIONS),
                        Optional.empty(),
                        new Action.RestoreCollection(
                                random.nextBoolean()
                                        ? RestorePoint.cv(random.nextInt(300))
                                        : RestorePoint.at(Instant.now().minusSeconds(random.nextInt(20))),
                                random.nextInt(4) > 0,
                                random.nextBoolean()));
            case 1, 2 -> Command.of("", Optional.empty(), new Action.Transact(operations()));
            default -> Command.of(one(COLLECTIONS), Optional.of(id()), action());
        };
        return new Command(
                random.nextInt(3) == 0 ? Optional.of("id" + random.nextInt(500)) : Optional.empty(),
                command.collection(),
                command.id(),
                random.nextBoolean() ? Optional.of(one(List.of("ann", "", "\u0000", "😀"))) : Optional.empty(),
                Optional.empty(),
                random.nextInt(5) == 0 ? Map.of("h", "v", "", "") : Map.of(),
                command.action());
    }

    private List<Action.Operation> operations() {
        List<Action.Operation> operations = new ArrayList<>();
        String collection = one(COLLECTIONS);
        for (int n = random.nextInt(5); n >= 0; n--) {
            operations.add(new Action.Operation(
                    random.nextInt(20) == 0 ? one(COLLECTIONS) : collection,
                    id(),
                    random.nextInt(5) == 0 ? new Action.Check(expected()) : action()));
        }
        return operations;
    }

    private Action.OnItem action() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Action.Create(document(), Lineage.NONE);
            case 2, 3 -> new Action.Update(document(), expected());
            case 4, 5 -> new Action.Enrich(List.of(document(), document()), "f" + random.nextInt(700), expected());
            case 6 -> new Action.RestoreObject(RestorePoint.ov(random.nextInt(6)));
            default -> new Action.Delete(expected());
        };
    }

    private ExpectedOv expected() {
        return random.nextInt(4) > 0 ? ExpectedOv.ANY : new Ov(random.nextInt(10));
    }

    private String id() {
        return (random.nextInt(3) == 0 ? "rare" + random.nextInt(100_000) : "i" + random.nextInt(60));
    }

    private Payload document() {
        return Payload.of(text().getBytes(StandardCharsets.UTF_8));
    }

    private String text() {
        if (random.nextInt(300) == 0) {
            return "{\"email\":\"large\",\"text\":\"" + "t".repeat(random.nextInt(100_000)) + "\"}";
        }
        if (random.nextInt(300) == 0) {
            int levels = random.nextInt(99);
            return "{\"a\":".repeat(levels) + "{}" + "}".repeat(levels);
        }
        return random.nextBoolean()
                ? one(DOCUMENTS)
                : Json.text(documents.document().put("email", "g@x.io"));
    }

    // ---- in JSON

    private byte[] json() {
        Map<String, String> keys = new HashMap<>();
        keys.put(
                "command",
                '"'
                        + one(List.of(
                                "create",
                                "update",
                                "enrich",
                                "delete",
                                "restoreObject",
                                "restoreCollection",
                                "transact"))
                        + '"');
        String command = keys.getOrDefault("command", "");
        if (command.contains("transact")) {
            List<String> operations = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                operations.add("{\"command\":\"update\",\"collection\":\"f0\",\"id\":\"" + id() + "\",\"data\":"
                        + text() + "}");
            }
            keys.put("operations", operations.toString());
        } else {
            keys.put("collection", '"' + one(COLLECTIONS) + '"');
            if (command.contains("Collection")) {
                keys.put("cv", "" + random.nextInt(300));
                keys.put("dryRun", "" + (random.nextInt(4) > 0));
            } else {
                keys.put("id", '"' + id() + '"');
            }
            if (command.contains("create") || command.contains("update")) {
                keys.put("data", text());
            } else if (command.contains("enrich")) {
                keys.put("patch", random.nextBoolean() ? text() : "[" + text() + "," + text() + "]");
            } else if (command.contains("Object")) {
                keys.put("ov", "" + random.nextInt(5));
            }
        }
        if (random.nextInt(3) == 0) {
            keys.put("commandId", "\"id" + random.nextInt(500) + '"');
        }
        for (int n = random.nextInt(6) - 3; n > 0; n--) { // Values replaced, fields swapped, left out, added.
            List<String> names = List.copyOf(keys.keySet());
            switch (random.nextInt(4)) {
                case 0 -> keys.put(one(names), one(NASTY));
                case 1 -> keys.put(one(names), keys.getOrDefault(one(names), ""));
                case 2 -> keys.remove(one(names));
                default ->
                    keys.put(
                            one(List.of(
                                    "expectedOv", "headers", "parent", "at", "ov", "patch", "actor", "surprise", "")),
                            one(NASTY));
            }
            if (keys.isEmpty()) {
                keys.put("command", "\"create\"");
            }
        }
        StringBuilder text = new StringBuilder("{");
        keys.forEach((name, value) -> text.append(text.length() > 1 ? "," : "")
                .append('"')
                .append(name)
                .append("\":")
                .append(value));
        return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    // ---- neither

    byte[] mutated(byte[] value) {
        if (value.length == 0) {
            return value;
        }
        int at = random.nextInt(value.length);
        int to = at + random.nextInt(Math.min(40, value.length - at) + 1);
        byte[] changed = value.clone();
        return switch (random.nextInt(9)) {
            case 0 -> {
                changed[at] = (byte) random.nextInt();
                yield changed;
            }
            case 1 -> {
                changed[at] ^= (byte) (1 << random.nextInt(8));
                yield changed;
            }
            case 2 -> Arrays.copyOf(value, at);
            case 3 -> concat(Arrays.copyOf(value, at), Arrays.copyOfRange(value, to, value.length)); // Cut out.
            case 4 -> concat(Arrays.copyOf(value, to), Arrays.copyOfRange(value, at, value.length)); // Twice.
            case 5 ->
                concat(
                        Arrays.copyOf(value, at),
                        concat(
                                one(NASTY).getBytes(StandardCharsets.UTF_8),
                                Arrays.copyOfRange(value, at, value.length)));
            case 6 -> {
                byte[] noise = new byte[to - at];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, changed, at, noise.length);
                yield changed;
            }
            case 7 -> {
                // The largest number that Avro can say, somewhere.
                Arrays.fill(changed, at, Math.min(value.length, at + 9), (byte) 0xFF);
                yield changed;
            }
            default ->
                new String(value, StandardCharsets.UTF_8)
                        .getBytes(one(List.of(
                                StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.ISO_8859_1)));
        };
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Whether a record could be decided at all, by what can be seen without state. */
    static boolean isReadable(NewRecord record) {
        try {
            CommandCodec.decode(record.value(), record.headers());
            return true;
        } catch (ChronosException e) {
            return false;
        }
    }
}
