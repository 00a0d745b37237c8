package io.chronosdb.testkit.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.chronosdb.document.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;

/**
 * Small documents of every shape, over few names and few values, so that they collide: the same property is a text here, a
 * list of objects there, and missing elsewhere.
 */
public final class DocumentGenerator {
    /** What documents have at their top, and objects within them. The last ones are names that an index may misread. */
    static final List<String> NAMES =
            List.of("s", "n", "flag", "mixed", "tags", "list", "obj", "b", "0", "2024", "#1", "$x", "x.y", "ü");

    private static final List<String> TEXTS = List.of(
            "", "a", "ab", "abc", "b", "A", "é", "😀", "￿", "a.b", "^a", "a\\E*", "10", "a\nb", "a\0b", "null",
            "(x|y)");

    private static final List<String> DECIMALS = List.of(
            "0.1",
            "0.10",
            "-0.0",
            "1.5",
            "1e3",
            "1000.0",
            "-7.25",
            "9007199254740993",
            "9223372036854775808",
            "1e-300",
            "1234567890.123456789012345678901234",
            "0.3000000000000000000000000000000001",
            "12e40",
            "-1e6000");

    private static final int DEPTH_MAX = 3;

    private final Random random;

    public DocumentGenerator(Random random) {
        this.random = random;
    }

    /** A document; the same random gives the same one. */
    public ObjectNode document() {
        return object(0, NAMES.size());
    }

    /** A value of any kind. */
    JsonNode value(int depth) {
        int kind = random.nextInt(depth < DEPTH_MAX ? 10 : 7);
        return switch (kind) {
            case 7 -> object(depth + 1, 3);
            case 8, 9 -> array(depth + 1);
            default -> scalar();
        };
    }

    /** A value that a filter may compare with. */
    JsonNode scalar() {
        return switch (random.nextInt(8)) {
            case 0 -> NullNode.getInstance();
            case 1 -> BooleanNode.valueOf(random.nextBoolean());
            case 2, 3 -> LongNode.valueOf(random.nextInt(5) - 1);
            case 4 -> DecimalNode.valueOf(new BigDecimal(DECIMALS.get(random.nextInt(DECIMALS.size()))));
            default -> TextNode.valueOf(TEXTS.get(random.nextInt(TEXTS.size())));
        };
    }

    private ObjectNode object(int depth, int propertiesMax) {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(propertiesMax + 1); i > 0; i--) {
            object.set(NAMES.get(random.nextInt(NAMES.size())), value(depth));
        }
        return object;
    }

    private ArrayNode array(int depth) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            array.add(value(depth));
        }
        return array;
    }
}
