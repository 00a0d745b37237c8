package io.chronosdb.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.chronosdb.command.Action.Create;
import io.chronosdb.command.Action.Delete;
import io.chronosdb.command.Action.Operation;
import io.chronosdb.command.Action.Transact;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Commands that are none, in JSON and in Avro: each is invalid, for a reason of bounded length, in bounded memory. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BadCommandTest {
    private static final Map<String, String> HEADERS = Map.of("content-type", "application/json");
    private static final Map<String, byte[]> JSON = new LinkedHashMap<>();

    static {
        json("nothing", "");
        json("no json", "no json");
        json("a list", "[]");
        json("a text", "\"create\"");
        json("two commands", create("{}") + create("{}"));
        json("no command", "{\"collection\":\"c\",\"data\":{}}");
        json("an unknown command", "{\"command\":\"explode\",\"collection\":\"c\"}");
        json("a command in capitals", "{\"command\":\"CREATE\",\"collection\":\"c\",\"data\":{}}");
        json("settings from outside", "{\"command\":\"configure\",\"settings\":\"{}\"}");
        json("a check alone", "{\"command\":\"check\",\"collection\":\"c\",\"id\":\"a\"}");
        json("an unknown key", "{\"command\":\"create\",\"collection\":\"c\",\"data\":{},\"surprise\":1}");
        json("a tenant", "{\"command\":\"create\",\"collection\":\"c\",\"data\":{},\"tenantId\":\"b\"}");
        json("a database", "{\"command\":\"create\",\"collection\":\"c\",\"data\":{},\"dbName\":\"b\"}");
        json("another command's key", "{\"command\":\"create\",\"collection\":\"c\",\"data\":{},\"expectedOv\":1}");
        json("no data", "{\"command\":\"create\",\"collection\":\"c\"}");
        json("data that is null", create("null"));
        json("data that is a list", create("[]"));
        json("data that is text", create("\"{}\""));
        json("a forged system block", create("{\"_system\":{\"ov\":9}}"));
        json("a duplicate name in the document", create("{\"a\":1,\"a\":2}"));
        json("a duplicate key", "{\"command\":\"create\",\"command\":\"create\",\"collection\":\"c\",\"data\":{}}");
        json("101 levels", create("{\"a\":".repeat(100) + "{}" + "}".repeat(100)));
        json("10,000 levels", create("{\"a\":".repeat(10_000) + "{}" + "}".repeat(10_000)));
        json("10,000 levels that are no document", "{\"command\":" + "[".repeat(10_000));
        json("an exponent out of range", create("{\"a\":1e99999999999}"));
        json("an exponent that merging cannot take", create("{\"a\":[100e2147483647]}"));
        json("a number of 10,000 digits", create("{\"a\":" + "9".repeat(10_000) + "}"));
        json("a collection that is a number", "{\"command\":\"create\",\"collection\":7,\"data\":{}}");
        json("an id that is an object", "{\"command\":\"create\",\"collection\":\"c\",\"id\":{},\"data\":{}}");
        for (String expected : List.of("1.5", "-1", "9223372036854775808", "1e400", "\"1\"", "null", "true", "[]")) {
            json(
                    "expectedOv " + expected,
                    "{\"command\":\"delete\",\"collection\":\"c\",\"id\":\"a\",\"expectedOv\":" + expected + "}");
        }
        for (String point : List.of(
                "",
                ",\"ov\":-1",
                ",\"ov\":1e3",
                ",\"ov\":18446744073709551616",
                ",\"ov\":\"1\"",
                ",\"at\":7",
                ",\"at\":\"yesterday\"",
                ",\"at\":\"\"",
                ",\"at\":\"+999999999-12-31T23:59:59Z\"",
                ",\"at\":\"-999999999-01-01T00:00:00Z\"",
                ",\"at\":\"" + "9".repeat(1_000_000) + "\"",
                ",\"ov\":1,\"at\":\"2026-01-01T00:00:00Z\"",
                ",\"cv\":1")) {
            json(
                    "a point in time " + point.substring(0, Math.min(40, point.length())),
                    "{\"command\":\"restoreObject\",\"collection\":\"c\",\"id\":\"a\"" + point + "}");
        }
        json(
                "dryRun that is text",
                "{\"command\":\"restoreCollection\",\"collection\":\"c\",\"cv\":1,\"dryRun\":\"no\"}");
        json("headers that are a list", "{\"command\":\"create\",\"collection\":\"c\",\"data\":{},\"headers\":[]}");
        json("headers of numbers", "{\"command\":\"create\",\"collection\":\"c\",\"data\":{},\"headers\":{\"a\":1}}");
        json("a million headers", "{\"command\":\"create\",\"headers\":{" + many(1_000_000, "\"h%x\":\"\"") + "}}");
        json("a parent that is text", "{\"command\":\"create\",\"collection\":\"c\",\"data\":{},\"parent\":\"c/a\"}");
        json("a parent without an id", "{\"command\":\"create\",\"data\":{},\"parent\":{\"collection\":\"c\"}}");
        json("a parent elsewhere", "{\"command\":\"create\",\"parent\":{\"collection\":\"../c\",\"id\":\"a\"}}");
        json(
                "a parent's tenant",
                "{\"command\":\"create\",\"parent\":{\"collection\":\"c\",\"id\":\"a\",\"tenantId\":\"b\"}}");
        json(
                "a parent of a million keys",
                "{\"command\":\"create\",\"parent\":{" + many(1_000_000, "\"p%x\":\"\"") + "}}");
        json("a patch that is text", "{\"command\":\"enrich\",\"collection\":\"c\",\"id\":\"a\",\"patch\":\"{}\"}");
        json("patches of lists", "{\"command\":\"enrich\",\"collection\":\"c\",\"id\":\"a\",\"patch\":[[]]}");
        json(
                "a patch to the system block",
                "{\"command\":\"enrich\",\"collection\":\"c\",\"id\":\"a\",\"patch\":{\"_system\":{}}}");
        json("1,001 patches", "{\"command\":\"enrich\",\"patch\":[" + many(1_001, "{}") + "]}");
        json("operations that are an object", "{\"command\":\"transact\",\"operations\":{}}");
        json("an operation that is text", "{\"command\":\"transact\",\"operations\":[\"delete\"]}");
        json(
                "501 operations",
                "{\"command\":\"transact\",\"operations\":["
                        + many(501, "{\"command\":\"delete\",\"collection\":\"c\",\"id\":\"i%x\"}") + "]}");
        json(
                "a transaction in a transaction",
                "{\"command\":\"transact\",\"operations\":[{\"command\":\"transact\",\"operations\":[]}]}");
        json(
                "a restoration in a transaction",
                "{\"command\":\"transact\",\"operations\":[{\"command\":\"restoreCollection\",\"cv\":1}]}");
        json(
                "an operation's command id",
                "{\"command\":\"transact\",\"operations\":[{\"command\":\"delete\",\"commandId\":\"x\"}]}");
        json("a byte order mark", "\ufeff" + create("{}"));
        json("NUL before it", "\0" + create("{}"));
        for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE")) {
            JSON.put(charset, create("{\"a\":1}").getBytes(Charset.forName(charset)));
            JSON.put(charset + " behind a blank", (" " + create("{\"a\":1}")).getBytes(Charset.forName(charset)));
        }
        JSON.put("Latin 1", create("{\"a\":\"\u00e4\"}").getBytes(StandardCharsets.ISO_8859_1));
        JSON.put("an avro record", CommandCodec.encode(command("c", "a", new Delete(ExpectedOv.ANY))));
    }

    @TestFactory
    @DisplayName("no command in JSON:")
    Stream<DynamicTest> no_command_in_json() {
        return JSON.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> refuse(entry.getValue(), HEADERS)));
    }

    private static final Map<String, byte[]> AVRO = new LinkedHashMap<>();

    static {
        byte[] good = CommandCodec.encode(command("c", "a", new Delete(ExpectedOv.ANY)));
        byte[] header = Arrays.copyOf(good, 10);
        AVRO.put("nothing", new byte[0]);
        AVRO.put("json without the header that says so", create("{}").getBytes(StandardCharsets.UTF_8));
        AVRO.put("the header alone", header);
        AVRO.put("half a command", Arrays.copyOf(good, good.length - 1));
        AVRO.put("a byte behind it", Arrays.copyOf(good, good.length + 1));
        byte[] unknown = good.clone();
        unknown[4]++;
        AVRO.put("an unknown fingerprint", unknown);
        AVRO.put("a command id of 2 GB", avro(header, out -> {
            out.writeIndex(1);
            out.writeLong(Integer.MAX_VALUE);
        }));
        AVRO.put("a command id of a negative length", avro(header, out -> {
            out.writeIndex(1);
            out.writeLong(-7);
        }));
        AVRO.put("an unknown branch", avro(header, out -> {
            writeStart(out);
            out.writeLong(0);
            out.writeIndex(77);
        }));
        AVRO.put("a negative branch", avro(header, out -> {
            writeStart(out);
            out.writeLong(0);
            out.writeIndex(-3);
        }));
        AVRO.put("a million million headers", avro(header, out -> {
            writeStart(out);
            out.writeLong(1L << 40);
        }));
        AVRO.put("three million headers", avro(header, out -> {
            writeStart(out);
            out.writeLong(3_000_000);
            for (int i = 0; i < 3_000_000; i++) {
                out.writeString(Integer.toString(i, 36));
                out.writeString("");
            }
        }));
        AVRO.put("four million operations", avro(header, out -> {
            writeStart(out);
            out.writeLong(0);
            out.writeIndex(7);
            out.writeLong(4_000_000);
            for (int i = 0; i < 4_000_000; i++) {
                out.writeLong(0);
                out.writeLong(0);
                out.writeIndex(2);
                out.writeIndex(0);
            }
            out.writeLong(0);
        }));
        AVRO.put("five million patches", avro(header, out -> {
            writeStart(out);
            out.writeLong(0);
            out.writeIndex(4);
            out.writeLong(5_000_000);
            for (int i = 0; i < 5_000_000; i++) {
                out.writeString("{}");
            }
        }));
        AVRO.put("a restoration to nothing", avro(header, out -> {
            writeStart(out);
            out.writeLong(0);
            out.writeIndex(5);
            out.writeIndex(0);
            out.writeIndex(0);
        }));
        AVRO.put("a restoration to a time that there is not", avro(header, out -> {
            writeStart(out);
            out.writeLong(0);
            out.writeIndex(5);
            out.writeIndex(0);
            out.writeIndex(1);
            out.writeLong(Long.MAX_VALUE);
        }));
        AVRO.put("a document in UTF-16", avro(header, out -> {
            writeStart(out);
            out.writeLong(0);
            out.writeIndex(0);
            out.writeBytes("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE));
        }));
    }

    @TestFactory
    @DisplayName("no command in Avro:")
    Stream<DynamicTest> no_command_in_avro() {
        return AVRO.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> refuse(entry.getValue(), Map.of())));
    }

    private static void refuse(byte[] value, Map<String, String> headers) {
        long before = allocated();
        assertThatThrownBy(() -> CommandCodec.decode(value, headers))
                .isInstanceOf(Invalid.class)
                .hasMessageMatching("(?s).{5,400}");
        assertThat(allocated() - before).isLessThan(8L << 20);
    }

    private static final Map<String, Command> RULES = new LinkedHashMap<>();

    static {
        for (String name : List.of(
                "",
                ".",
                "..",
                "../c",
                "c/../d",
                "c//d",
                "%2e%2e",
                "c\0",
                "c\\d",
                ".c",
                "c.d",
                "c d",
                "c\n",
                "\u00e4",
                "$c",
                "c".repeat(101),
                "c".repeat(1_000_000))) {
            rule("the collection " + shown(name), command(name, "a", new Delete(ExpectedOv.ANY)));
        }
        for (String id : List.of(
                "",
                ".",
                "..",
                "../a",
                "a/../b",
                "a//b",
                "/a",
                "a/",
                "%2e%2e",
                "a%2fb",
                "a\0b",
                "a\\b",
                "a b",
                "a\n",
                "\u00e4",
                "$a",
                "\ud800",
                "a".repeat(201),
                "a".repeat(1_000_000))) {
            rule("the id " + shown(id), command("c", id, new Delete(ExpectedOv.ANY)));
            rule("an operation's id " + shown(id), transact(new Operation("c", id, new Delete(ExpectedOv.ANY))));
        }
        rule("no id", Command.of("c", Optional.empty(), new Delete(ExpectedOv.ANY)));
        Command good = command("c", "a", new Delete(ExpectedOv.ANY));
        rule("an empty command id", good.withCommandId(""));
        rule("a long command id", good.withCommandId("i".repeat(201)));
        rule("half a surrogate pair as a command id", good.withCommandId("\ud800"));
        rule("a surrogate pair that stands on its head", good.withCommandId("\udc00\ud800"));
        rule("a huge command id", good.withCommandId("i".repeat(1_000_000)));
        rule("a long actor", with(Optional.of("a".repeat(1_001)), Optional.empty(), Map.of()));
        rule("half a surrogate pair as an actor", with(Optional.of("a\ud800"), Optional.empty(), Map.of()));
        rule("a long reason", with(Optional.empty(), Optional.of("r".repeat(10_001)), Map.of()));
        rule("half a surrogate pair as a reason", with(Optional.empty(), Optional.of("\udfffr"), Map.of()));
        rule("a long header", with(Optional.empty(), Optional.empty(), Map.of("h", "v".repeat(1_001))));
        rule("a header's long name", with(Optional.empty(), Optional.empty(), Map.of("h".repeat(1_001), "v")));
        rule("half a surrogate pair in a header", with(Optional.empty(), Optional.empty(), Map.of("\ud800", "v")));
        Map<String, String> headers = new TreeMap<>();
        for (int i = 0; i < 100_000; i++) {
            headers.put("h" + i, "v".repeat(2_000));
        }
        rule("too many headers, all of them too long", with(Optional.empty(), Optional.empty(), headers));
        rule("no operations", transact());
        rule(
                "an item twice",
                transact(
                        new Operation("c", "a", new Delete(ExpectedOv.ANY)),
                        new Operation("c", "a", new Delete(ExpectedOv.ANY))));
        rule(
                "a huge item twice",
                transact(Collections.nCopies(500, new Operation("c".repeat(100_000), "a", new Delete(ExpectedOv.ANY)))
                        .toArray(Operation[]::new)));
        rule("a function with blanks", command("c", "a", new Action.Enrich(List.of(), "f g", ExpectedOv.ANY)));
        rule("a long function", command("c", "a", new Action.Enrich(List.of(), "f".repeat(201), ExpectedOv.ANY)));
    }

    @TestFactory
    @DisplayName("against the rules:")
    Stream<DynamicTest> against_the_rules() {
        return RULES.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    List<String> problems = CommandRules.problems(entry.getValue());
                    assertThat(problems).isNotEmpty();
                    assertThat(String.join("; ", problems).length()).isLessThan(20_000);
                    assertThat(problems)
                            .allSatisfy(problem -> assertThat(problem).matches("[\\x20-\\x7e\u2026]{5,300}"));
                }));
    }

    @Test
    void a_document_may_have_as_many_levels_in_json_as_elsewhere() {
        String deepest = "{\"a\":".repeat(99) + "{}" + "}".repeat(99);
        Payload document = Payload.of(deepest.getBytes(StandardCharsets.UTF_8));
        String patch = "{\"command\":\"enrich\",\"collection\":\"c\",\"id\":\"a\",\"patch\":[" + deepest + "]}";

        assertThat(decode(create(deepest)).action()).isEqualTo(new Create(document));
        assertThat(decode("{\"command\":\"transact\",\"operations\":[" + patch + "]}")
                        .action()
                        .bytes())
                .isEqualTo(document.size());
    }

    @Test
    void a_time_that_no_log_can_keep_is_refused_where_it_is_given() {
        assertThatThrownBy(() -> RestorePoint.at(Instant.MAX)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> RestorePoint.at(Instant.MIN)).isInstanceOf(Invalid.class);
    }

    private static Command decode(String json) {
        return CommandCodec.decode(json.getBytes(StandardCharsets.UTF_8), HEADERS);
    }

    private static void json(String name, String json) {
        JSON.put(name, json.getBytes(StandardCharsets.UTF_8));
    }

    private static void rule(String name, Command command) {
        RULES.put(name, command);
    }

    private static String create(String data) {
        return "{\"command\":\"create\",\"collection\":\"c\",\"data\":" + data + "}";
    }

    private static String many(int count, String element) {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(String.format(element, i));
        }
        return String.join(",", elements);
    }

    private static Command command(String collection, String id, Action action) {
        return Command.of(collection, Optional.of(id), action);
    }

    private static Command transact(Operation... operations) {
        return Command.of("", Optional.empty(), new Transact(List.of(operations)));
    }

    private static Command with(Optional<String> actor, Optional<String> reason, Map<String, String> headers) {
        return new Command(Optional.empty(), "c", Optional.of("a"), actor, reason, headers, new Delete(ExpectedOv.ANY));
    }

    private static String shown(String name) {
        return name.length() > 20 ? name.length() + " characters" : name.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** Writes a body. */
    private interface Body {
        void write(BinaryEncoder out) throws IOException;
    }

    private static byte[] avro(byte[] header, Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header);
        try {
            BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
            body.write(out);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    /** Up to the headers. */
    private static void writeStart(BinaryEncoder out) throws IOException {
        out.writeIndex(0);
        out.writeString("c");
        out.writeIndex(0);
        out.writeIndex(0);
        out.writeIndex(0);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
