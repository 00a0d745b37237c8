package io.chronosdb.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Payload;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a document may be and what not; and that whatever is taken can be read, indexed, merged and archived. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BadDocumentTest {
    private static final Map<String, byte[]> REFUSED = new LinkedHashMap<>();

    static {
        refuse("nothing", "");
        refuse("blanks", " \n");
        refuse("null", "null");
        refuse("a list", "[{}]");
        refuse("a text", "\"{}\"");
        refuse("a number", "1");
        refuse("two documents", "{}{}");
        refuse("no end", "{\"a\":{}");
        refuse("an end too many", "{}}");
        refuse("a comment", "{/**/}");
        refuse("single quotes", "{'a':1}");
        refuse("a comma too many", "{\"a\":1,}");
        refuse("not a number", "{\"a\":NaN}");
        refuse("infinity", "{\"a\":-Infinity}");
        refuse("a leading zero", "{\"a\":01}");
        refuse("a plus", "{\"a\":+1}");
        refuse("a hexadecimal number", "{\"a\":0x10}");
        refuse("a duplicate name", "{\"a\":1,\"a\":1}");
        refuse("a duplicate name in another spelling", "{\"a\":1,\"\\u0061\":1}");
        refuse("a duplicate name deep inside", "{\"a\":[{\"b\":{\"c\":1,\"c\":1}}]}");
        refuse("a duplicate empty name", "{\"\":1,\"\":1}");
        refuse("a forged system block", "{\"_system\":{\"ov\":7}}");
        refuse("a forged system block in another spelling", "{\"\\u005fsystem\":{}}");
        refuse("101 levels", nested(101));
        refuse("10,000 levels", nested(10_000));
        refuse("101 lists", "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}");
        refuse("an exponent that no decimal has", "{\"a\":1e99999999999}");
        refuse("an exponent below that", "{\"a\":1e-99999999999}");
        refuse("an exponent that only its own spelling has", "{\"a\":100e2147483647}");
        refuse("an exponent at the edge", "{\"a\":1e2147483647}");
        refuse("an exponent at the other edge", "{\"a\":1e-2147483647}");
        refuse("a number of 1,001 digits", "{\"a\":" + "7".repeat(1_001) + "}");
        refuse("a fraction of 1,001 digits", "{\"a\":0." + "7".repeat(1_001) + "}");
        refuse("a raw control character", "{\"a\":\"\u0001\"}");
        refuse("a raw NUL", "{\"a\":\"\0\"}");
        refuse("NUL around it", "\0{}\0");
        refuse("a byte order mark", "\ufeff{}");
        refuse("half a surrogate pair in a name", "{\"\\ud800\":1}");
        refuse("a surrogate pair's half without its digits", "{\"a\":\"\\ud8\"}");
        for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE")) {
            REFUSED.put(charset, "{\"a\":1}".getBytes(Charset.forName(charset)));
        }
        REFUSED.put("Latin 1", "{\"a\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1));
        refuse("an overlong NUL", 0xC0, 0x80);
        refuse("an overlong slash", 0xE0, 0x80, 0xAF);
        refuse("a surrogate in UTF-8", 0xED, 0xA0, 0x80);
        refuse("a code point behind the last", 0xF4, 0x90, 0x80, 0x80);
        refuse("a continuation alone", 0x80);
        refuse("half a character", 0xE2, 0x82);
        refuse("the byte FF", 0xFF);
    }

    private static void refuse(String name, String json) {
        REFUSED.put(name, json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refuse(String name, int... text) {
        byte[] start = "{\"a\":\"".getBytes(StandardCharsets.UTF_8);
        byte[] json = Arrays.copyOf(start, start.length + text.length + 2);
        for (int i = 0; i < text.length; i++) {
            json[start.length + i] = (byte) text[i];
        }
        json[json.length - 2] = '"';
        json[json.length - 1] = '}';
        REFUSED.put(name, json);
    }

    @TestFactory
    @DisplayName("no document:")
    Stream<DynamicTest> no_document() {
        return REFUSED.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> assertThatThrownBy(() -> Payload.of(entry.getValue()))
                                .isInstanceOf(Invalid.class)
                                .hasMessageMatching("(?s).{5,200}")));
    }

    private static final Map<String, String> TAKEN = new LinkedHashMap<>();

    static {
        TAKEN.put("empty", "{}");
        TAKEN.put("100 levels", nested(100));
        TAKEN.put("a forged system block inside", "{\"a\":{\"_system\":{}}}");
        TAKEN.put("names with dots and dollars", "{\"a.b\":1,\"$where\":\"1\",\"$\":{\"$gt\":1},\"..\":2}");
        TAKEN.put("NUL in a name and a value", "{\"a\\u0000b\":\"c\\u0000d\"}");
        TAKEN.put("an empty name", "{\"\":{\"\":1}}");
        TAKEN.put("names of digits", "{\"0\":[{\"1\":2}],\"#0\":1}");
        TAKEN.put("half a surrogate pair", "{\"b\":\"\\udc00\",\"a\":[\"\\ud800\",\"\\ud801\",\"?\"]}");
        TAKEN.put("all planes", "{\"a\":\"\ud83d\ude00\u20ac\u00e4\uffff\udbff\udfff\"}");
        TAKEN.put("names that programs fall for", "{\"__proto__\":{\"x\":1},\"constructor\":{},\"toString\":null}");
        TAKEN.put(
                "numbers",
                "{\"a\":[1e400,-1e400,1e-400,-0.0,0e5,9223372036854775808,-9223372036854775809,"
                        + "123456789012345678901234567890,0.1234567890123456789012345678901234567890,"
                        + "1e999999999,-1e-999999999,1.0,1.00,1e999999999]}");
        TAKEN.put("numbers of 1,000 digits", "{\"a\":[" + "7".repeat(1_000) + ",0." + "7".repeat(900) + "]}");
        TAKEN.put("a name of 40,000 characters", "{\"" + "n".repeat(40_000) + "\":1}");
        TAKEN.put("a text of a million characters", "{\"a\":\"" + "t".repeat(1_000_000) + "\"}");
    }

    @TestFactory
    @DisplayName("a document that everything can be done with:")
    Stream<DynamicTest> a_document() {
        return TAKEN.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> requireUsable(entry.getValue())));
    }

    private static void requireUsable(String json) throws Exception {
        Payload payload = Payload.of(json.getBytes(StandardCharsets.UTF_8));

        assertThat(payload.json()).asString(StandardCharsets.UTF_8).isEqualTo(json);
        var tree = Json.parseObject(payload.json());
        assertThat(CollectionMap.EVERYTHING.meta(tree)).isNotNull();
        assertThat(Merge.enrich(payload, List.of(payload))).isEmpty();
        Payload merged = Merge.enrich(payload, List.of(Payload.of("{\"more\":1}".getBytes(StandardCharsets.UTF_8))))
                .orElseThrow();
        assertThat(Json.parseObject(Payload.of(merged.json()).json())).isEqualTo(tree.put("more", 1));
    }

    @Test
    void what_is_read_is_json_or_invalid_whatever_its_first_bytes_say() {
        for (byte[] bytes : List.of(
                new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3},
                new byte[] {'{', 0, 0, 0, 1, 2},
                "{\"a\":1e99999999999}".getBytes(StandardCharsets.UTF_8),
                ("{\"a\":" + "7".repeat(10_000) + "}").getBytes(StandardCharsets.UTF_8))) {
            assertThatThrownBy(() -> Json.parse(bytes)).isInstanceOf(Invalid.class);
        }
    }

    @Test
    void blanks_around_a_document_are_not_part_of_it() {
        assertThat(Payload.of(" \t\r\n{ }\n ".getBytes(StandardCharsets.UTF_8)).json())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{ }");
    }

    private static String nested(int levels) {
        return "{\"a\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1);
    }
}
