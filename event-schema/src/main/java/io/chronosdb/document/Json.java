package io.chronosdb.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.error.ChronosException.Invalid;
import java.io.IOException;
import java.math.BigDecimal;

/** JSON, strictly: no duplicate names, bounded depth, numbers kept as decimals, nothing behind the value. */
public final class Json {
    /** How many levels a document may have. */
    public static final int DEPTH_MAX = 100;

    /** The name that only Chronos writes. */
    public static final String SYSTEM = "_system";

    /** Longer than any document a broker would take; the payload limit is the one that users meet. */
    private static final int STRING_CHARACTERS_MAX = 64 << 20;

    /** Arithmetic with larger exponents overflows, and what a decimal prints of one, it cannot read again. */
    private static final long EXPONENT_MAX = 999_999_999;

    /** A number of so few characters has a smaller exponent. */
    private static final int DECIMAL_CHARACTERS_SURE = 10;

    /** The one mapper. Thread-safe. */
    public static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(STRING_CHARACTERS_MAX)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** @throws Invalid unless it is one strict JSON value; the message never quotes the input */
    public static JsonNode parse(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new Invalid(problem(e));
        } catch (NumberFormatException e) {
            throw new Invalid("not valid JSON: a number's exponent is out of range");
        } catch (IOException e) { // By its first bytes it might be UTF-32, and is not.
            throw new Invalid("not valid JSON: not UTF-8");
        }
    }

    /** @throws Invalid unless it is one strict JSON object */
    public static ObjectNode parseObject(byte[] json) {
        if (parse(json) instanceof ObjectNode object) {
            return object;
        }
        throw new Invalid("not a JSON object");
    }

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new Invalid(
                    "not representable as JSON: type=" + value.getClass().getName());
        }
    }

    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new Invalid(
                    "not representable as JSON: type=" + value.getClass().getName());
        }
    }

    /** @throws Invalid unless it is one strict JSON object without a {@code _system} of the caller's */
    public static void requireDocument(byte[] json) {
        // The parser would take other encodings, and a byte order mark, by the first bytes.
        if (json.length < 2 || json[0] != '{' || json[1] == 0) {
            throw new Invalid("a document is a JSON object in UTF-8");
        }
        if (!Utf8.isValid(json)) {
            throw new Invalid("not valid JSON: not UTF-8");
        }
        try (JsonParser parser = MAPPER.createParser(json)) {
            parser.nextToken();
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    throw new Invalid("not valid JSON: it ends too early");
                } else if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (depth == 1
                        && token == JsonToken.FIELD_NAME
                        && parser.currentName().equals(SYSTEM)) {
                    throw new Invalid("a document may not have " + SYSTEM + ": Chronos writes it");
                } else if (token.isScalarValue()) {
                    requireReadable(parser, token);
                }
            }
            if (parser.nextToken() != null) {
                throw new Invalid("not valid JSON: something stands behind the object");
            }
        } catch (JsonProcessingException e) {
            throw new Invalid(problem(e));
        } catch (IOException e) {
            throw new Invalid("not valid JSON: not UTF-8");
        }
    }

    /** Reads the token to its end, so that a malformed one is found now. */
    private static void requireReadable(JsonParser parser, JsonToken token) throws IOException {
        int length = parser.getTextLength();
        if (token == JsonToken.VALUE_NUMBER_FLOAT && length > DECIMAL_CHARACTERS_SURE) {
            try {
                BigDecimal number = new BigDecimal(parser.getText());
                if (Math.abs((long) number.precision() - number.scale() - 1) <= EXPONENT_MAX) {
                    return;
                }
            } catch (NumberFormatException e) {
                // Falls through to the one answer for both.
            }
            throw new Invalid("not valid JSON: a number's exponent is out of range: exponentMax=" + EXPONENT_MAX);
        }
    }

    /** Where and what, never the content: documents do not belong into logs and errors. */
    private static String problem(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        String what = message.startsWith("Duplicate")
                ? "a name stands twice in one object"
                : message.contains("nesting depth") ? "nested deeper than " + DEPTH_MAX + " levels" : "syntax";
        return "not valid JSON: " + what
                + (e.getLocation() == null
                        ? ""
                        : " line=" + e.getLocation().getLineNr() + " column="
                                + e.getLocation().getColumnNr());
    }
}
