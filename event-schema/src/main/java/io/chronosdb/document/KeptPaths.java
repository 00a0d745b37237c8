package io.chronosdb.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.error.ChronosException.Invalid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which properties of a document a reader wants. Dotted paths; objects in arrays are descended into, and what of an array
 * is no object has no properties and is left out. A path that a document does not have is simply absent.
 *
 * @param paths none: the whole document
 */
public record KeptPaths(List<String> paths) {
    /** How many paths there may be. */
    public static final int PATHS_MAX = 100;

    /** The whole document. */
    public static final KeptPaths ALL = new KeptPaths(List.of());

    /** @throws Invalid if there are too many, or one is no dotted path of property names */
    public KeptPaths {
        paths = List.copyOf(paths);
        if (paths.size() > PATHS_MAX) {
            throw new Invalid("a projection has at most " + PATHS_MAX + " paths: paths=" + paths.size());
        }
        for (String path : paths) {
            requirePath(path);
        }
    }

    private static void requirePath(String path) {
        String[] names = path.split("\\.", -1);
        if (names.length > Json.DEPTH_MAX || List.of(names).contains("")) {
            throw new Invalid("not a dotted path of property names: path=\"" + path + '"');
        }
        if (names[0].equals(Json.SYSTEM)) {
            throw new Invalid("a projection is of the document; " + Json.SYSTEM + " always stays: path=" + path);
        }
    }

    /** What of a document is wanted, in the document's order. Shares nodes with it. */
    public ObjectNode of(ObjectNode document) {
        return paths.isEmpty() ? document : Wanted.of(paths).keep(document);
    }

    /** The paths as a tree; a leaf wants everything below it. */
    private record Wanted(Map<String, Wanted> below) {
        static Wanted of(List<String> paths) {
            Wanted root = new Wanted(new TreeMap<>());
            for (String path : paths) {
                root.add(List.of(path.split("\\.")));
            }
            return root;
        }

        private void add(List<String> names) {
            Wanted known = below.get(names.get(0));
            if (known != null && known.below.isEmpty()) {
                return; // All of it is wanted already.
            }
            if (names.size() == 1) {
                below.put(names.get(0), new Wanted(new TreeMap<>()));
            } else {
                below.computeIfAbsent(names.get(0), name -> new Wanted(new TreeMap<>()))
                        .add(names.subList(1, names.size()));
            }
        }

        ObjectNode keep(ObjectNode object) {
            ObjectNode kept = Json.object();
            object.properties().forEach(property -> {
                Wanted wanted = below.get(property.getKey());
                if (wanted != null) {
                    wanted.value(property.getValue()).ifPresent(value -> kept.set(property.getKey(), value));
                }
            });
            return kept;
        }

        private Optional<JsonNode> value(JsonNode value) {
            if (below.isEmpty()) {
                return Optional.of(value);
            }
            if (value instanceof ObjectNode object) {
                return Optional.of(keep(object));
            }
            if (value instanceof ArrayNode array) {
                ArrayNode kept = Json.MAPPER.createArrayNode();
                array.forEach(element -> value(element).ifPresent(kept::add));
                return Optional.of(kept);
            }
            return Optional.empty();
        }
    }
}
