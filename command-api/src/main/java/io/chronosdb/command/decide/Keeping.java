package io.chronosdb.command.decide;

import io.chronosdb.event.Keeps;
import io.chronosdb.event.Kept;
import io.chronosdb.event.Ov;
import java.util.List;

/**
 * What a collection keeps of its items.
 *
 * @param versions whether earlier versions are kept; otherwise the latest one only
 * @param deleted whether a deleted item's versions are kept, so that it can be restored; otherwise it is gone for good
 */
public record Keeping(boolean versions, boolean deleted) {
    /** Everything. */
    public static final Keeping ALL = new Keeping(true, true);

    /**
     * What a version keeps.
     *
     * @param firstKept the first version of the item until now
     * @param blobProps the collection's properties that are bytes
     */
    Kept of(boolean deletion, Ov firstKept, List<String> blobProps) {
        if (deletion && !deleted) {
            return new Kept(Keeps.NOTHING, firstKept, blobProps);
        }
        return versions ? new Kept(Keeps.ALL, firstKept, List.of()) : new Kept(Keeps.LATEST, firstKept, List.of());
    }
}
