package io.chronosdb.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.config.ConfigException.Problem;
import io.chronosdb.document.Json;
import io.chronosdb.port.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An object of the configuration while it is read. Remembers which keys were asked for, so that a key nobody knows is a
 * problem with the nearest known one. Problems are collected, never thrown: a default stands in until the end.
 */
final class Section {
    /** Stands in for a secret that there is a problem with. */
    static final Secret UNREADABLE = new Secret("unreadable");

    private static final long SECRET_FILE_BYTES_MAX = 64 << 10;

    private final String path;
    private final ObjectNode json;
    private final Path folder;
    private final List<Problem> problems;
    private final Set<String> known = new LinkedHashSet<>();

    Section(String path, ObjectNode json, Path folder, List<Problem> problems) {
        this.path = path;
        this.json = json;
        this.folder = folder;
        this.problems = problems;
    }

    String path() {
        return path;
    }

    String path(String key) {
        return path + "." + key;
    }

    void problem(String key, String message) {
        problems.add(new Problem(path(key), message));
    }

    private Optional<JsonNode> value(String key) {
        known.add(key);
        JsonNode value = json.get(key);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    /** The value as it is. */
    Optional<JsonNode> raw(String key) {
        return value(key);
    }

    Optional<String> text(String key) {
        return value(key).flatMap(value -> {
            if (value.isTextual() && !value.textValue().isEmpty()) {
                return Optional.of(value.textValue());
            }
            problem(key, "expected a string, found " + kind(value));
            return Optional.empty();
        });
    }

    /** A text that may be empty. */
    Optional<String> anyText(String key) {
        return value(key).filter(JsonNode::isTextual).map(JsonNode::textValue).or(() -> text(key));
    }

    String requiredText(String key) {
        if (value(key).isEmpty()) {
            problem(key, "expected a string, found nothing");
        }
        return text(key).orElse("");
    }

    /** A text that is one of a few; the first is the default. */
    String oneOf(String key, List<String> allowed) {
        String found = text(key).orElse(allowed.get(0));
        if (!allowed.contains(found)) {
            problem(key, "expected one of " + allowed + ", found \"" + found + "\"");
            return allowed.get(0);
        }
        return found;
    }

    boolean flag(String key, boolean byDefault) {
        return value(key)
                .map(value -> {
                    if (!value.isBoolean()) {
                        problem(key, "expected true or false, found " + kind(value));
                    }
                    return value.asBoolean(byDefault);
                })
                .orElse(byDefault);
    }

    long number(String key, long byDefault, long min, long max) {
        return value(key)
                .map(value -> {
                    if (!value.isIntegralNumber()
                            || !value.canConvertToLong()
                            || value.longValue() < min
                            || value.longValue() > max) {
                        problem(key, "expected a whole number from " + min + " to " + max + ", found " + kind(value));
                        return byDefault;
                    }
                    return value.longValue();
                })
                .orElse(byDefault);
    }

    /** A secret, given as a string or as {@code {"file": "…"}}. */
    Secret secret(String key) {
        Optional<JsonNode> value = value(key);
        if (value.isEmpty()) {
            problem(key, "expected a string or {\"file\": \"path\"}, found nothing");
            return UNREADABLE;
        }
        if (value.get().isTextual() && !value.get().textValue().isBlank()) {
            return new Secret(value.get().textValue());
        }
        if (value.get() instanceof ObjectNode object) {
            Section section = new Section(path(key), object, folder, problems);
            Secret secret = section.secretFile();
            section.done();
            return secret;
        }
        problem(key, "expected a string or {\"file\": \"path\"}");
        return UNREADABLE;
    }

    private Secret secretFile() {
        Path file = folder.resolve(requiredText("file"));
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= SECRET_FILE_BYTES_MAX) {
                String text = Files.readString(file).strip();
                if (!text.isEmpty()) {
                    return new Secret(text);
                }
            }
        } catch (IOException e) {
            // The one answer below is for every reason.
        }
        problem(
                "file",
                "expected a readable file that is not empty, of at most " + SECRET_FILE_BYTES_MAX + " bytes: " + file);
        return UNREADABLE;
    }

    Optional<Section> section(String key) {
        return value(key).flatMap(value -> object(path(key), value));
    }

    /** The objects of an object, by name. */
    Map<String, Section> sections(String key) {
        Map<String, Section> sections = new LinkedHashMap<>();
        value(key)
                .flatMap(value -> object(path(key), value))
                .ifPresent(outer -> outer.json
                        .properties()
                        .forEach(entry -> object(outer.path(entry.getKey()), entry.getValue())
                                .ifPresent(section -> sections.put(entry.getKey(), section))));
        return sections;
    }

    /** The objects of a list. */
    List<Section> list(String key) {
        List<Section> sections = new ArrayList<>();
        value(key).ifPresent(value -> {
            if (!value.isArray()) {
                problem(key, "expected a list, found " + kind(value));
            }
            for (int i = 0; i < value.size() && value.isArray(); i++) {
                object(path(key) + "[" + i + "]", value.get(i)).ifPresent(sections::add);
            }
        });
        return sections;
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        value(key).ifPresent(value -> {
            boolean allText = value.isArray();
            for (JsonNode element : value) {
                allText &= element.isTextual();
                texts.add(element.asText());
            }
            if (!allText) {
                problem(key, "expected a list of strings, found " + kind(value));
                texts.clear();
            }
        });
        return texts;
    }

    /** Strings, numbers and flags by name, as text. */
    Map<String, String> properties(String key) {
        Map<String, String> properties = new LinkedHashMap<>();
        section(key)
                .ifPresent(section -> section.json.properties().forEach(entry -> {
                    if (entry.getValue().isObject()) {
                        properties.put(
                                entry.getKey(), section.secret(entry.getKey()).reveal());
                    } else if (entry.getValue().isValueNode()) {
                        properties.put(entry.getKey(), entry.getValue().asText());
                    } else {
                        section.problem(
                                entry.getKey(), "expected a string, a number, true, false or {\"file\": \"path\"}");
                    }
                }));
        return properties;
    }

    private Optional<Section> object(String at, JsonNode value) {
        if (value instanceof ObjectNode object) {
            return Optional.of(new Section(at, object, folder, problems));
        }
        problems.add(new Problem(at, "expected an object, found " + kind(value)));
        return Optional.empty();
    }

    /** Ends the reading: every key that nobody asked for is a problem. */
    void done() {
        json.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                problem(
                        key,
                        "unknown key"
                                + nearest(key, known)
                                        .map(k -> "; did you mean \"" + k + "\"?")
                                        .orElse("") + " known: " + known);
            }
        });
    }

    /** The type, and the value where it is short and cannot be a secret. */
    private static String kind(JsonNode value) {
        return value.isNumber() || value.isBoolean()
                ? value.toString()
                : value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }

    static Optional<String> nearest(String key, Collection<String> known) {
        return known.stream()
                .min(java.util.Comparator.comparingInt(candidate -> distance(key, candidate)))
                .filter(candidate -> distance(key, candidate) <= Math.max(2, key.length() / 3));
    }

    /** Edit distance (Levenshtein, 1966), ignoring case. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1)) ? 0 : 1;
                int best = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + same);
                diagonal = row[j];
                row[j] = best;
            }
        }
        return row[b.length()];
    }

    /** Reads a file's text as an object. */
    static Section root(Path file, List<Problem> problems) {
        try {
            ObjectNode json = Json.parseObject(Files.readAllBytes(file));
            Path folder = file.toAbsolutePath().getParent();
            return new Section("$", json, folder == null ? Path.of("") : folder, problems);
        } catch (IOException e) {
            throw new ConfigException(file.toString(), List.of(new Problem("$", "the file cannot be read")));
        } catch (io.chronosdb.error.ChronosException e) {
            throw new ConfigException(file.toString(), List.of(new Problem("$", String.valueOf(e.getMessage()))));
        }
    }
}
