package io.chronosdb;

import io.chronosdb.command.client.CommandClient.Watcher;

/**
 * How a collection is restored.
 *
 * @param dryRun only count what would be done
 * @param keepNewer leave items alone that came later; otherwise they are deleted, as they were not there
 * @param watcher hears how far it is
 */
public record RestoreOptions(boolean dryRun, boolean keepNewer, Watcher watcher) {
    /** Exactly as it was. */
    public static final RestoreOptions PLAIN = new RestoreOptions(false, false, Watcher.NONE);

    public RestoreOptions dryRunOnly() {
        return new RestoreOptions(true, keepNewer, watcher);
    }

    public RestoreOptions keepingNewer() {
        return new RestoreOptions(dryRun, true, watcher);
    }

    public RestoreOptions watchedBy(Watcher other) {
        return new RestoreOptions(dryRun, keepNewer, other);
    }
}
