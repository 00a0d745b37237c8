package io.chronosdb.archive;

import io.chronosdb.address.Database;
import io.chronosdb.archive.Packing.Packable;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Keeps;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Version;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Copies every version, deletions too, from the log to the archive: an object each, put if absent, or many of them in a pack; and behind
 * them an object per partition that says how far this is. An object that is there is left as it is and not read; whether it has
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
    private final Predicate<String> packed;
    private final Window window;
    private final Permits permits;

    /**
     * Closes no archive.
     *
     * @param archives where a database's objects go
     * @param locations and under which names; may not change while there are objects
     * @param packed whether a collection's versions go into packs; may change at any time
     * @param window how much may be in flight at once, over all partitions
     */
    public Archiver(
            Function<Database, Archive> archives,
            Function<Database, ArchiveLocation> locations,
            Predicate<String> packed,
            Window window) {
        this.archives = archives;
        this.locations = locations;
        this.packed = packed;
        this.window = window;
        this.permits = new Permits(window);
    }

    /** One that packs nothing. */
    public Archiver(
            Function<Database, Archive> archives, Function<Database, ArchiveLocation> locations, Window window) {
        this(archives, locations, collection -> false, window);
    }

    @Override
    public String name() {
        return "archiver";
    }

    /** @throws RuntimeException other than {@link Unavailable} if there is one that cannot be read: a person has to look */
    @Override
    public Progress progress(DatabasePartition partition) {
        return stored(partition).progress();
    }

    private StoredProgress stored(DatabasePartition partition) {
        ObjectKey key = locations.apply(partition.database()).progress(partition);
        return Futures.await(
                        archives.apply(partition.database()).get(key),
                        window.patience(),
                        "reading the progress, object=" + key)
                .map(body -> StoredProgress.decode(key, body))
                .orElse(StoredProgress.withoutPack(Progress.START));
    }

    private void store(DatabasePartition partition, StoredProgress progress) {
        ObjectKey key = locations.apply(partition.database()).progress(partition);
        Futures.await(
                archives.apply(partition.database()).put(key, progress.encode()),
                window.patience(),
                "writing the progress, object=" + key);
    }

    /** Moves the progress where another log has made what is archived, and there are no packs of the old one any more. */
    public void restart(DatabasePartition partition, Progress at) {
        store(partition, StoredProgress.withoutPack(at));
    }

    /**
     * {@inheritDoc}
     *
     * <p>When this throws {@link Unavailable}, some of the batch's puts may still be under way if the archive did not
     * keep its deadline.
     */
    @Override
    public Progress project(DatabasePartition partition, List<LoggedEvent> events, Progress before, Progress after) {
        List<Packable> packables = new ArrayList<>();
        // What was parked comes when the packs of its time are written: it becomes objects.
        storeObjects(partition.database(), events, before.equals(after) ? Optional.empty() : Optional.of(packables));
        StoredProgress stored = stored(partition);
        if (!stored.progress().equals(before) || before.equals(after)) {
            return stored.progress();
        }
        BatchOfPuts objects = batch(partition.database());
        Packing packing = new Packing(
                archives.apply(partition.database()),
                locations.apply(partition.database()),
                partition,
                window.patience(),
                (key, body) -> objects.put(key, body, Archive.JSON));
        StoredProgress next = packing.store(packables, stored, after);
        objects.await();
        store(partition, next);
        packing.tidy(stored, next);
        return next.progress();
    }

    /** @param packables gets what is to be packed instead */
    private void storeObjects(Database database, List<LoggedEvent> events, Optional<List<Packable>> packables) {
        VersionObjects objects = new VersionObjects(locations.apply(database));
        BatchOfPuts batch = batch(database);
        for (LoggedEvent event : events) {
            List<PackedVersion> together = new ArrayList<>();
            for (Version version : event.event().fact().versions()) {
                if (packables.isPresent() && isPackable(version)) {
                    together.add(new PackedVersion(
                            new PackedVersion.Name(version.item(), version.ov()), ItemDocument.encode(version)));
                } else {
                    objects.put(version, batch);
                }
            }
            if (!together.isEmpty()) {
                packables.ifPresent(all -> all.add(new Packable(event, together)));
            }
        }
        batch.await();
        // What goes may be of the same batch.
        BatchOfPuts removal = batch(database);
        events.stream()
                .flatMap(event -> event.event().fact().versions().stream())
                .forEach(version -> objects.remove(version, removal));
        removal.await();
    }

    /** Not what may have to be removed again, nor what has bytes beside it. */
    private boolean isPackable(Version version) {
        return packed.test(version.item().collection())
                && version.kept().keeps() == Keeps.ALL
                && version.blobs().isEmpty();
    }

    private BatchOfPuts batch(Database database) {
        return new BatchOfPuts(archives.apply(database), window, permits);
    }
}
