package io.chronosdb.command.decide;

import io.chronosdb.event.Keeps;

/**
 * What a collection keeps of its items.
 *
 * @param versions whether earlier versions are kept; otherwise the latest one only
 * @param deleted whether a deleted item's versions are kept, so that it can be restored; otherwise it is gone for good
 */
public record Keeping(boolean versions, boolean deleted) {
    /** Everything. */
    public static final Keeping ALL = new Keeping(true, true);

    Keeps of(boolean deletion) {
        return deletion && !deleted ? Keeps.NOTHING : versions ? Keeps.ALL : Keeps.LATEST;
    }
}
