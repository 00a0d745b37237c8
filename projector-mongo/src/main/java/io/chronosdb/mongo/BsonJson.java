package io.chronosdb.mongo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * JSON as the index has it. A property name of digits only is written with a {@code #} before it, and so is one that starts
 * with it: MongoDB would take {@code tags.0} for the first element of a list, and our paths name properties only.
 */
final class BsonJson {
    private static final char ESCAPE = '#';

    private BsonJson() {}

    static BsonDocument document(ObjectNode json) {
        BsonDocument document = new BsonDocument();
        json.properties().forEach(property -> document.append(name(property.getKey()), value(property.getValue())));
        return document;
    }

    static BsonValue value(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> document((ObjectNode) json);
            case ARRAY -> {
                BsonArray array = new BsonArray(json.size());
                json.forEach(element -> array.add(value(element)));
                yield array;
            }
            case STRING -> new BsonString(wellFormed(json.textValue()));
            case NUMBER -> BsonNumbers.of(json);
            case BOOLEAN -> BsonBoolean.valueOf(json.booleanValue());
            case NULL -> BsonNull.VALUE;
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("not JSON: type=" + json.getNodeType());
        };
    }

    /** The inverse of {@link #value}, for scalars. */
    static JsonNode scalar(BsonValue value) {
        return switch (value.getBsonType()) {
            case STRING -> TextNode.valueOf(value.asString().getValue());
            case INT32, INT64 -> LongNode.valueOf(value.asNumber().longValue());
            case DECIMAL128 ->
                DecimalNode.valueOf(value.asDecimal128().getValue().bigDecimalValue());
            case BOOLEAN -> BooleanNode.valueOf(value.asBoolean().getValue());
            default -> NullNode.getInstance();
        };
    }

    /** A dotted path of JSON names as a dotted path of BSON names. */
    static String path(String path) {
        return Arrays.stream(path.split("\\.")).map(BsonJson::name).collect(Collectors.joining("."));
    }

    private static String name(String name) {
        return wellFormed(name.charAt(0) == ESCAPE || isDigits(name) ? ESCAPE + name : name);
    }

    private static boolean isDigits(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** JSON can spell half a surrogate pair, which UTF-8 can't: a question mark, as Java writes it everywhere else. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) { // Every text of every document: a stream of characters shows.
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            }
        }
        return text;
    }
}
