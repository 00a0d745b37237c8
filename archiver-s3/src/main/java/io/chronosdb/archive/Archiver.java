package io.chronosdb.archive;

import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Version;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.util.List;
import java.util.function.Function;

/**
 * Copies every version, deletions too, from the log to the archive: one object each, put if absent, and behind them an
 * object per partition that says how far this is. An object that is there is left as it is and not read; whether it has
 * the right bytes is for readers and for verification to see.
 *
 * <p>The progress is read before it is written, once per batch, so that a bucket that was deleted, or an archiver that
 * took over, is noticed with the next batch. This is not a compare-and-swap: an archiver that was suspended between the
 * two can move the progress back. That is harmless. Whoever owns the partition is told by its next batch to go on from
 * there, and its puts find everything in place. Only a bucket deleted between the two goes unnoticed: delete buckets
 * while no archiver runs.
 *
 * <p>Thread-safe: several partitions may be projected at once and share the window.
 */
public final class Archiver implements Projection {
    private final Function<Database, Archive> archives;
    private final Function<Database, ArchiveLocation> locations;
    private final Window window;
    private final Permits permits;

    /**
     * Closes no archive.
     *
     * @param archives where a database's objects go
     * @param locations and under which names; may not change while there are objects
     * @param window how much may be in flight at once, over all partitions
     */
    public Archiver(
            Function<Database, Archive> archives, Function<Database, ArchiveLocation> locations, Window window) {
        this.archives = archives;
        this.locations = locations;
        this.window = window;
        this.permits = new Permits(window);
    }

    @Override
    public String name() {
        return "archiver";
    }

    /** @throws RuntimeException other than {@link Unavailable} if there is one that cannot be read: a person has to look */
    @Override
    public Progress progress(DatabasePartition partition) {
        ObjectKey key = locations.apply(partition.database()).progress(partition);
        return Futures.await(
                        archives.apply(partition.database()).get(key),
                        window.patience(),
                        "reading the progress, object=" + key)
                .map(body -> StoredProgress.decode(key, body))
                .orElse(Progress.START);
    }

    /**
     * {@inheritDoc}
     *
     * <p>When this throws {@link Unavailable}, some of the batch's puts may still be under way if the archive did not
     * keep its deadline.
     */
    @Override
    public Progress project(DatabasePartition partition, List<LoggedEvent> events, Progress before, Progress after) {
        store(partition.database(), events);
        Progress stored = progress(partition);
        if (!stored.equals(before) || stored.equals(after)) {
            return stored;
        }
        ObjectKey key = locations.apply(partition.database()).progress(partition);
        Futures.await(
                archives.apply(partition.database()).put(key, StoredProgress.encode(after)),
                window.patience(),
                "writing the progress, object=" + key);
        return after;
    }

    private void store(Database database, List<LoggedEvent> events) {
        VersionObjects objects = new VersionObjects(locations.apply(database));
        List<Version> versions = events.stream()
                .flatMap(event -> event.event().fact().versions().stream())
                .toList();
        BatchOfPuts batch = new BatchOfPuts(archives.apply(database), window, permits);
        versions.forEach(version -> objects.put(version, batch));
        batch.await();
        // What goes may be of the same batch.
        BatchOfPuts removal = new BatchOfPuts(archives.apply(database), window, permits);
        versions.forEach(version -> objects.remove(version, removal));
        removal.await();
    }
}
