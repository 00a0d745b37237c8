package io.chronosdb.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Payload;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Documents as trees to change and write again, whose numbers keep their text: {@code 1.10}, {@code -0.0} and
 * {@code 1e400} stay as their writer wrote them. Numbers compare by value all the same.
 */
final class ExactJson {
    /** For texts with half a surrogate pair, which JSON can spell and UTF-8 can't. */
    private static final ObjectWriter ESCAPING = Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private ExactJson() {}

    /** @param payload checked when it was made, so this fails for damage only */
    static ObjectNode parse(Payload payload) {
        try (JsonParser parser = Json.MAPPER.createParser(payload.json())) {
            parser.nextToken();
            return (ObjectNode) read(parser);
        } catch (IOException e) {
            throw new Invalid("not a JSON object");
        }
    }

    private static JsonNode read(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.set(name, read(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(read(parser));
                }
                yield array;
            }
            case VALUE_STRING -> TextNode.valueOf(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new POJONode(new RawValue(parser.getText()));
            case VALUE_TRUE -> BooleanNode.TRUE;
            case VALUE_FALSE -> BooleanNode.FALSE;
            default -> NullNode.getInstance();
        };
    }

    static Payload write(ObjectNode tree) {
        try {
            return Payload.trusted(Json.MAPPER.writeValueAsBytes(tree));
        } catch (JsonProcessingException e) {
            return escaped(tree);
        }
    }

    private static Payload escaped(ObjectNode tree) {
        try {
            return Payload.trusted(ESCAPING.writeValueAsBytes(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read cannot be written", e);
        }
    }

    /** Deep equality; numbers by value. */
    static boolean equal(JsonNode a, JsonNode b) {
        if (a instanceof ObjectNode x && b instanceof ObjectNode y) {
            return equalObjects(x, y);
        }
        if (a instanceof ArrayNode x && b instanceof ArrayNode y) {
            return equalArrays(x, y);
        }
        if (a instanceof POJONode x && b instanceof POJONode y) {
            return number(x).compareTo(number(y)) == 0;
        }
        return a.equals(b);
    }

    private static boolean equalObjects(ObjectNode a, ObjectNode b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> property : a.properties()) {
            JsonNode other = b.get(property.getKey());
            if (other == null || !equal(property.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalArrays(ArrayNode a, ArrayNode b) {
        Iterator<JsonNode> others = b.iterator();
        if (a.size() != b.size()) {
            return false;
        }
        for (JsonNode element : a) {
            if (!equal(element, others.next())) {
                return false;
            }
        }
        return true;
    }

    /** A text that two values share exactly where they are {@link #equal}. */
    static String canonical(JsonNode node) {
        StringBuilder text = new StringBuilder();
        append(node, text);
        return text.toString();
    }

    private static void append(JsonNode node, StringBuilder to) {
        if (node instanceof ObjectNode object) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            object.properties().forEach(property -> sorted.put(property.getKey(), property.getValue()));
            to.append('{');
            sorted.forEach((name, value) -> {
                appendText(name, to);
                append(value, to);
            });
            to.append('}');
        } else if (node instanceof ArrayNode array) {
            to.append('[');
            array.forEach(element -> append(element, to));
            to.append(']');
        } else if (node instanceof POJONode number) {
            to.append('#').append(number(number).stripTrailingZeros()).append(';');
        } else if (node.isTextual()) {
            appendText(node.textValue(), to);
        } else {
            to.append(node.isNull() ? '0' : node.booleanValue() ? 't' : 'f');
        }
    }

    /** With its length, so that no text can look like something else. */
    private static void appendText(String text, StringBuilder to) {
        to.append('"').append(text.length()).append(':').append(text);
    }

    private static BigDecimal number(POJONode node) {
        return new BigDecimal((String) ((RawValue) node.getPojo()).rawValue());
    }
}
