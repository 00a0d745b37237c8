package io.chronosdb.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotIndexed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which items of a collection to list, as they are or as they were, in which order, and where to go on.
 *
 * <p>Only scalars have an order: null, then numbers, then texts by their UTF-8 bytes, then false and true. A field that
 * is missing, a list, an object, or within a list counts as null (see {@link CollectionMap#sortValue}).
 *
 * @param sort at most {@link #SORT_MAX} fields; ties are ordered by item id, in the direction of the last field; where
 *     it is empty, everything is, ascending
 * @param limit at most this many, 1 to {@link #LIMIT_MAX}
 * @param after the cursor of the page before, opaque
 * @param asOf the moment; absent: the present
 */
public record Query(
        Filter filter,
        List<Order> sort,
        int limit,
        Optional<String> after,
        boolean includeDeleted,
        Optional<AsOf> asOf) {
    public static final int LIMIT_MAX = 1_000;
    public static final int LIMIT_DEFAULT = 50;
    public static final int SORT_MAX = 4;

    /** One field of a sort. */
    public record Order(Field field, boolean ascending) {}

    public Query {
        sort = List.copyOf(sort);
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new Invalid("limit is 1 to " + LIMIT_MAX + ": limit=" + limit);
        }
        if (sort.size() > SORT_MAX) {
            throw new Invalid("a sort has at most " + SORT_MAX + " fields: fields=" + sort.size());
        }
    }

    /** Of the present. */
    public Query(Filter filter, List<Order> sort, int limit, Optional<String> after, boolean includeDeleted) {
        this(filter, sort, limit, after, includeDeleted, Optional.empty());
    }

    /** Everything that is not deleted, by item id. */
    public static Query all() {
        return new Query(Filter.ALL, List.of(), LIMIT_DEFAULT, Optional.empty(), false);
    }

    public Query filtered(Filter by) {
        return new Query(by, sort, limit, after, includeDeleted, asOf);
    }

    public Query sorted(List<Order> by) {
        return new Query(filter, by, limit, after, includeDeleted, asOf);
    }

    public Query limited(int max) {
        return new Query(filter, sort, max, after, includeDeleted, asOf);
    }

    /** Goes on behind a page. */
    public Query after(String cursor) {
        return new Query(filter, sort, limit, Optional.of(cursor), includeDeleted, asOf);
    }

    /** With the deleted items or without. */
    public Query includingDeleted(boolean include) {
        return new Query(filter, sort, limit, after, include, asOf);
    }

    public Query at(AsOf moment) {
        return new Query(filter, sort, limit, after, includeDeleted, Optional.of(moment));
    }

    /**
     * Reads a filter that an index can answer.
     *
     * @throws Invalid if it is none
     * @throws NotIndexed if it names a field that is not indexed, or would have to look at every item: a condition on
     *     {@code ov}, {@code op}, {@code actor} or {@code reason} narrows what an indexed one has found, and stands never
     *     alone
     */
    public static Filter parseFilter(JsonNode json, CollectionMap map) {
        Filter filter = Filter.parse(json, map);
        filter.match(new Anchor()).requireAnchored();
        return filter;
    }

    /**
     * Reads a sort such as {@code {"status": 1, "updatedAt": -1}}.
     *
     * @throws Invalid if a direction is not 1 or -1
     * @throws NotIndexed if a field has no index to sort by
     */
    public static List<Order> parseSort(JsonNode json, CollectionMap map) {
        if (!(json instanceof ObjectNode object)) {
            throw new Invalid("a sort is a JSON object such as {\"updatedAt\": -1}");
        }
        List<Order> sort = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            Field field = Field.of(entry.getKey(), map);
            if (!field.sortable()) {
                throw new NotIndexed(entry.getKey(), "no index gives this order: path=" + entry.getKey());
            }
            int direction = entry.getValue().isInt() ? entry.getValue().intValue() : 0;
            if (direction != 1 && direction != -1) {
                throw new Invalid("a sort's direction is 1 or -1: path=" + entry.getKey());
            }
            sort.add(new Order(field, direction == 1));
        }
        return sort;
    }

    /** A cursor is good for the same database, collection, sort and moment only; this text names all four. */
    public String fingerprint(Database database, String collection) {
        return database + "/" + collection + sort
                + asOf.map(moment -> "@" + moment).orElse("");
    }
}
