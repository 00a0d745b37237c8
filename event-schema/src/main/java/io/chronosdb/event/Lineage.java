package io.chronosdb.event;

import io.chronosdb.address.ItemKey;
import java.util.Optional;

/**
 * Where an item comes from: given when it is created, kept by every later version.
 *
 * @param parent the item that it was made from
 * @param origin the first of the line that the parent is of; the parent itself where that has none
 */
public record Lineage(Optional<ItemKey> parent, Optional<ItemKey> origin) {
    public static final Lineage NONE = new Lineage(Optional.empty(), Optional.empty());
}
