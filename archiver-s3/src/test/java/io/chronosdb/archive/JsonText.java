package io.chronosdb.archive;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** Random JSON objects as people and programs write them: odd spaces, escapes, any Unicode, numbers of any size. */
final class JsonText {
    private static final String[] SPACES = {"", "", "", " ", "\n", "\t", "\r\n", "   "};
    private static final String[] STRINGS = {
        "", "a", "name", "ä", "日本", "🙂", "\\u0041", "\\\\", "\\\"", "\\n", "_system", "}", "{", ",", ":", "\\/",
        "\u2028"
    };
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "1",
        "-1",
        "1.0",
        "1.50",
        "1e5",
        "1E+400",
        "-2.5e-300",
        "123456789012345678901234567890.123456789012345678901234567890",
        "9223372036854775808",
        "0.1"
    };
    private static final int DEPTH_MAX = 6;
    private static final int MEMBERS_MAX = 5;

    private final Random random;

    JsonText(Random random) {
        this.random = random;
    }

    String object() {
        return object(0);
    }

    private String object(int depth) {
        StringBuilder text = new StringBuilder("{").append(space());
        Set<String> names = new HashSet<>();
        // Chronos alone writes it at the top. The same name, escaped, is the same name.
        names.add(depth == 0 ? "_system" : "");
        int members = random.nextInt(MEMBERS_MAX);
        for (int i = 0; i < members; i++) {
            String name = string() + (random.nextBoolean() ? string() : "");
            if (names.add(name)) {
                text.append(text.length() > 1 && text.indexOf(":") > 0 ? "," : "")
                        .append(space())
                        .append('"')
                        .append(name)
                        .append('"')
                        .append(space())
                        .append(':')
                        .append(space())
                        .append(value(depth + 1))
                        .append(space());
            }
        }
        return text.append('}').toString();
    }

    private String value(int depth) {
        int kind = random.nextInt(depth < DEPTH_MAX ? 7 : 5);
        return switch (kind) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 3, 4 -> '"' + string() + string() + '"';
            case 5 -> object(depth);
            default -> array(depth);
        };
    }

    private String array(int depth) {
        StringBuilder text = new StringBuilder("[").append(space());
        int elements = random.nextInt(MEMBERS_MAX);
        for (int i = 0; i < elements; i++) {
            text.append(i == 0 ? "" : ",")
                    .append(space())
                    .append(value(depth + 1))
                    .append(space());
        }
        return text.append(']').toString();
    }

    private String string() {
        return STRINGS[random.nextInt(STRINGS.length)];
    }

    private String space() {
        return SPACES[random.nextInt(SPACES.length)];
    }
}
