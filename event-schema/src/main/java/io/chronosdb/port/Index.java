package io.chronosdb.port;

import io.chronosdb.address.ItemKey;
import io.chronosdb.document.Query;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Ov;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The read index of one database: bound to it when it is made, so that no call can reach another's. Every method may
 * throw {@link Unavailable}.
 */
public interface Index {
    /** The latest version of an item, deleted or not. */
    Optional<IndexEntry> head(ItemKey item);

    Optional<IndexEntry> version(ItemKey item, Ov ov);

    /** The version whose validity contains the time; nothing before the item's first. */
    Optional<IndexEntry> asOf(ItemKey item, Instant time);

    /**
     * The versions, newest first.
     *
     * @param before only versions below this one, if given
     * @param limit at most this many
     */
    List<IndexEntry> history(ItemKey item, Optional<Ov> before, int limit);

    /**
     * A page of the items as they are, or as they were at the query's moment: every item once, and a change is seen
     * whole or not at all.
     *
     * @throws Invalid if the query's cursor is not one of this collection, sort and moment, or the moment is so long ago
     *     that the index does not have all its versions any more
     */
    Page list(String collection, Query query);

    /**
     * The first version that the item keeps, which may be the one behind its latest: then it is gone for good. Versions from
     * here on that the index does not have are in the archive.
     */
    Ov firstKept(ItemKey item);

    /** The offset of the first event of the partition that readers may not see yet. */
    long visibleUpTo(int partition);

    /**
     * A page of items, one version each.
     *
     * @param next the cursor of the next page; absent on the last one
     */
    record Page(List<IndexEntry> entries, Optional<String> next) {}
}
