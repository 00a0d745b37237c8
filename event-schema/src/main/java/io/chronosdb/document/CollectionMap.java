package io.chronosdb.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.error.ChronosException.Invalid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What of a collection's documents is indexed and required.
 *
 * @param indexedProps dotted paths, {@code []} behind a part for the elements of an array; empty: everything
 * @param requiredIndexed dotted paths that must be present, not null and not empty
 * @param base64Props dotted paths of properties that are bytes: never indexed
 */
public record CollectionMap(List<String> indexedProps, List<String> requiredIndexed, List<String> base64Props) {
    /** What a collection without a map has: everything is indexed, nothing is required. */
    public static final CollectionMap EVERYTHING = new CollectionMap(List.of(), List.of(), List.of());

    /**
     * How many values of a document are indexed, objects and lists among them: the first ones, in the document's order. An
     * index entry each is what a server has to write at once; a valid document of a hundred thousand would be refused
     * for ever.
     */
    public static final int VALUES_MAX = 10_000;

    public CollectionMap {
        indexedProps = List.copyOf(indexedProps);
        requiredIndexed = List.copyOf(requiredIndexed);
        base64Props = List.copyOf(base64Props);
        for (String path : indexedProps) {
            requirePath(path);
        }
        for (String path : requiredIndexed) {
            requirePath(path);
        }
    }

    /** A map without base64 properties. */
    public CollectionMap(List<String> indexedProps, List<String> requiredIndexed) {
        this(indexedProps, requiredIndexed, List.of());
    }

    public boolean indexesEverything() {
        return indexedProps.isEmpty();
    }

    /** The paths as the index knows them: without {@code []}. */
    public List<String> paths() {
        return indexedProps.stream().map(CollectionMap::plain).distinct().toList();
    }

    /** The path without {@code []}. */
    public static String plain(String path) {
        return path.replace("[]", "");
    }

    /** Whether a filter or a sort may name the path. */
    public boolean indexes(String path) {
        String plain = plain(path);
        if (base64Props.stream().anyMatch(bytes -> plain.equals(bytes) || plain.startsWith(bytes + "."))) {
            return false;
        }
        return indexesEverything()
                || paths().stream().anyMatch(indexed -> indexed.equals(plain) || plain.startsWith(indexed + "."));
    }

    /** The indexed part of a document, in the document's own shape. Shares nodes with it. */
    public ObjectNode meta(ObjectNode document) {
        ObjectNode meta = indexesEverything() ? document : Json.object();
        for (String path : paths()) {
            copy(document, meta, List.of(path.split("\\.")));
        }
        ObjectNode addressable = addressable(meta);
        base64Props.forEach(path -> Blobs.parent(addressable, path).ifPresent(p -> p.remove(Blobs.lastName(path))));
        return addressable;
    }

    /** Every required path that is missing, null or an empty string, as a sentence. Empty: all is well. */
    public List<String> violations(ObjectNode document) {
        List<String> violations = new ArrayList<>();
        for (String path : requiredIndexed) {
            List<JsonNode> values = values(document, plain(path));
            if (values.isEmpty()
                    || values.stream()
                            .anyMatch(v ->
                                    v.isNull() || v.isTextual() && v.textValue().isEmpty())) {
                violations.add("a required property is missing: path=" + path);
            }
        }
        return violations;
    }

    /**
     * The values at a dotted path, descending into the elements of arrays: what MongoDB would compare. An array at the
     * path's end is given as itself.
     */
    public static List<JsonNode> values(JsonNode document, String path) {
        List<JsonNode> found = List.of(document);
        for (String name : path.split("\\.")) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode node : found) {
                if (node.isArray()) {
                    node.forEach(element -> addIfPresent(element.get(name), next));
                } else {
                    addIfPresent(node.get(name), next);
                }
            }
            found = next;
        }
        return found;
    }

    /**
     * The value at a dotted path that a sort goes by: a scalar. Null where there is none, and where there is a list, an
     * object, or something within a list: those have no order.
     */
    public static JsonNode sortValue(JsonNode document, String path) {
        JsonNode node = document;
        for (String name : path.split("\\.")) {
            node = node.isObject() ? node.path(name) : MissingNode.getInstance();
        }
        return node.isValueNode() ? node : NullNode.getInstance();
    }

    private static void addIfPresent(@org.jspecify.annotations.Nullable JsonNode node, List<JsonNode> to) {
        if (node != null) {
            to.add(node);
        }
    }

    private static void copy(ObjectNode from, ObjectNode to, List<String> path) {
        String name = path.get(0);
        JsonNode value = from.get(name);
        if (value == null) {
            return;
        }
        List<String> rest = path.subList(1, path.size());
        if (rest.isEmpty()) {
            to.set(name, value);
        } else if (value instanceof ObjectNode object) {
            copy(object, to.withObjectProperty(name), rest);
        } else if (value instanceof ArrayNode array) {
            ArrayNode target = to.get(name) instanceof ArrayNode present ? present : to.putArray(name);
            while (target.size() < array.size()) {
                target.addObject();
            }
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof ObjectNode element && target.get(i) instanceof ObjectNode into) {
                    copy(element, into, rest);
                }
            }
        }
    }

    /**
     * Without the names that no dotted path can address and that an index would misread: with dots, dollars, NUL; and
     * without what comes behind the first {@link #VALUES_MAX} values.
     */
    private static ObjectNode addressable(ObjectNode document) {
        return addressable(document, new int[] {VALUES_MAX});
    }

    private static ObjectNode addressable(ObjectNode node, int[] left) {
        ObjectNode copy = Json.object();
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            String name = property.getKey();
            boolean addressable =
                    !name.isEmpty() && name.indexOf('.') < 0 && name.charAt(0) != '$' && name.indexOf('\0') < 0;
            if (addressable && left[0]-- > 0) {
                copy.set(name, addressableValue(property.getValue(), left));
            }
        }
        return copy;
    }

    private static JsonNode addressableValue(JsonNode value, int[] left) {
        if (value instanceof ObjectNode object) {
            return addressable(object, left);
        }
        if (value instanceof ArrayNode array) {
            ArrayNode copy = Json.MAPPER.createArrayNode();
            for (JsonNode element : array) {
                if (left[0]-- > 0) {
                    copy.add(addressableValue(element, left));
                }
            }
            return copy;
        }
        return value;
    }

    private static void requirePath(String path) {
        if (!isPath(path)) {
            throw new Invalid("not a dotted path of property names: path=\"" + path + '"');
        }
    }

    /** Whether it is a dotted path that an index can address, no deeper than documents are. */
    static boolean isPath(String path) {
        String[] names = plain(path).split("\\.", -1);
        return names.length <= Json.DEPTH_MAX
                && Arrays.stream(names)
                        .noneMatch(name -> name.isEmpty()
                                || name.charAt(0) == '$'
                                || name.indexOf('\0') >= 0
                                || name.equals(Json.SYSTEM));
    }
}
