package io.chronosdb.document;

import io.chronosdb.error.ChronosException.NotIndexed;
import java.util.Set;
import java.util.TreeSet;

/**
 * A field that filters and sorts may name: an indexed property of the document, or one of Chronos's own.
 *
 * @param system whether it is Chronos's own
 * @param path dotted, without {@code []} and without {@code _system.}
 */
public record Field(boolean system, String path) {
    private static final Set<String> SYSTEM_FIELDS = new TreeSet<>(
            Set.of("id", "ov", "cv", "op", "at", "createdAt", "updatedAt", "deletedAt", "actor", "reason"));
    private static final Set<String> SORTABLE_SYSTEM_FIELDS =
            new TreeSet<>(Set.of("id", "cv", "createdAt", "updatedAt"));
    private static final Set<String> UNINDEXED_SYSTEM_FIELDS = new TreeSet<>(Set.of("ov", "op", "actor", "reason"));
    private static final String PREFIX = Json.SYSTEM + ".";

    /**
     * The field of a name: {@code _system.x} is always Chronos's own; a plain name is a property if the map lists it,
     * else Chronos's own if it is one of those, else a property where everything is indexed.
     *
     * @throws NotIndexed if there is no such field
     */
    public static Field of(String name, CollectionMap map) {
        if (name.startsWith(PREFIX)) {
            String path = name.substring(PREFIX.length());
            if (SYSTEM_FIELDS.contains(path)) {
                return new Field(true, path);
            }
            throw new NotIndexed(name, "no such system field: path=" + name + " known=" + SYSTEM_FIELDS);
        }
        if (!map.indexesEverything() && map.indexes(name)) {
            return new Field(false, CollectionMap.plain(name));
        }
        if (SYSTEM_FIELDS.contains(name)) {
            return new Field(true, name);
        }
        if (!CollectionMap.isPath(name) || !map.indexes(name)) {
            throw new NotIndexed(name, "the property is not indexed: path=" + name + " indexed=" + map.paths());
        }
        return new Field(false, CollectionMap.plain(name));
    }

    /** Whether an index gives this order; a sort by any other field would be a scan. */
    public boolean sortable() {
        return !system || SORTABLE_SYSTEM_FIELDS.contains(path);
    }

    /** Whether an index finds its values; a filter by nothing but other fields would be a scan. */
    public boolean indexed() {
        return !system || !UNINDEXED_SYSTEM_FIELDS.contains(path);
    }

    /** Whether its values are times. */
    public boolean time() {
        return system && (path.equals("at") || path.endsWith("At"));
    }

    @Override
    public String toString() {
        return system ? PREFIX + path : path;
    }
}
