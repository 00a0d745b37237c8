package io.chronosdb.address;

import io.chronosdb.error.ChronosException.Invalid;
import java.util.Optional;

/**
 * What of a database is meant: all of it, one collection, or one item.
 *
 * @param item of the collection; empty: all of them
 */
public record Selection(Optional<String> collection, Optional<String> item) {
    public static final Selection ALL = new Selection(Optional.empty(), Optional.empty());

    public Selection {
        collection.ifPresent(name -> Names.require(Names.collectionProblem(name)));
        item.ifPresent(id -> Names.require(Names.itemIdProblem(id)));
        if (item.isPresent() && collection.isEmpty()) {
            throw new Invalid("an item is one of a collection: item=" + item.get());
        }
    }

    /** Whether an item belongs to it. */
    public boolean has(ItemKey key) {
        return hasCollection(key.collection()) && (item.isEmpty() || item.get().equals(key.id()));
    }

    /** Whether it has something of a collection. */
    public boolean hasCollection(String name) {
        return collection.isEmpty() || collection.get().equals(name);
    }
}
