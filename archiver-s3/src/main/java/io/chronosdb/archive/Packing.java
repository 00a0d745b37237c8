package io.chronosdb.archive;

import io.chronosdb.archive.StoredProgress.OpenPack;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Chain;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packs of one batch. A pack that is there is never changed: until its range is over, every batch writes the pack whole under a new name,
 * and takes the one before it away once the progress names the new one.
 *
 * @param objects puts a version's object, for what a pack does not take
 */
record Packing(
        Archive archive,
        ArchiveLocation location,
        DatabasePartition partition,
        Duration patience,
        BiConsumer<ObjectKey, byte[]> objects) {
    private static final Logger LOG = LoggerFactory.getLogger(Packing.class);

    /** Versions that are to be packed, made by one event. */
    record Packable(LoggedEvent event, List<PackedVersion> versions) {}

    /**
     * Stores what is new, and finishes the pack whose range is over.
     *
     * @param packables in the log's order, all of them between {@code before} and {@code after}
     * @return the progress to store; one that lies back where the pack to go on from is lost: its range is to be read again
     */
    StoredProgress store(List<Packable> packables, StoredProgress before, Progress after) {
        SortedMap<Long, List<Packable>> byRange = new TreeMap<>();
        before.pack().ifPresent(open -> byRange.put(open.range(partition).from(), new ArrayList<>()));
        packables.forEach(packable -> byRange.computeIfAbsent(
                        PackRange.of(packable.event().position()).from(), from -> new ArrayList<>())
                .add(packable));
        Optional<OpenPack> open = Optional.empty();
        for (Map.Entry<Long, List<Packable>> entry : byRange.entrySet()) {
            PackRange range = new PackRange(partition, entry.getKey());
            Optional<OpenPack> soFar =
                    before.pack().filter(pack -> pack.range(partition).equals(range));
            boolean over = range.end() <= after.next();
            if (!over && entry.getValue().isEmpty()) {
                open = soFar;
                continue;
            }
            Optional<PackWriter> writer = writer(range, soFar);
            if (writer.isEmpty()) {
                return StoredProgress.withoutPack(soFar.orElseThrow().begin());
            }
            boolean grown = add(entry.getValue(), writer.get());
            long end = over ? range.end() : after.next();
            if (grown || over && soFar.isPresent()) {
                put(range.pack(location, end), writer.get());
            }
            if (!over) {
                open = grown
                        ? Optional.of(
                                new OpenPack(end, soFar.map(OpenPack::begin).orElseGet(() -> before(entry.getValue()))))
                        : soFar;
            }
        }
        return new StoredProgress(after, open);
    }

    /** What the range has so far; nothing if that is lost. */
    private Optional<PackWriter> writer(PackRange range, Optional<OpenPack> soFar) {
        if (soFar.isEmpty()) {
            return Optional.of(new PackWriter());
        }
        ObjectKey key = range.pack(location, soFar.get().end());
        try {
            Optional<byte[]> pack = await(archive.get(key), key);
            if (pack.isPresent()) {
                return Optional.of(PackWriter.goingOn(pack.get()));
            }
            LOG.warn("a pack is not there, and is made again from the log: object={}", key);
        } catch (Invalid e) {
            LOG.warn("a pack cannot be read, and is made again from the log: object={} cause={}", key, e.getMessage());
        }
        return Optional.empty();
    }

    /** The progress before the first of these: what lies between is not packed, or parked. */
    private static Progress before(List<Packable> packables) {
        LoggedEvent first = packables.get(0).event();
        return new Progress(
                first.position().offset(),
                new Chain(first.event().link().seq(), first.event().link().prev()));
    }

    /** Whether the pack has something new then. */
    private boolean add(List<Packable> packables, PackWriter writer) {
        boolean grown = false;
        for (Packable packable : packables) {
            for (PackedVersion version : packable.versions()) {
                if (writer.add(version)) {
                    grown = true;
                } else {
                    putObject(version);
                }
            }
        }
        return grown;
    }

    private void putObject(PackedVersion version) {
        objects.accept(location.item(version.item(), version.ov()), version.body());
    }

    /**
     * Stores a pack. Where there is one of this name, a crash left it, and it has the same versions. Should it not, because something
     * was parked or configured otherwise then, they become objects; if it cannot be read, it is replaced.
     */
    private void put(ObjectKey key, PackWriter writer) {
        byte[] bytes = writer.bytes();
        if (await(archive.putIfAbsent(key, bytes, Archive.PACK), key)) {
            return;
        }
        byte[] there = await(archive.get(key), key)
                .orElseThrow(() -> new Unavailable("archive", "a pack came and went, object=" + key, null));
        if (Arrays.equals(there, bytes)) {
            return;
        }
        try {
            Map<PackedVersion.Name, byte[]> has = new HashMap<>();
            PackIndex.readAll(there).forEach(version -> has.put(version.name(), version.body()));
            writer.versions().stream()
                    .filter(version -> !Arrays.equals(version.body(), has.get(version.name())))
                    .forEach(this::putObject);
        } catch (Invalid e) {
            LOG.warn("a pack cannot be read, and is replaced: object={} cause={}", key, e.getMessage());
            boolean unused = await(archive.delete(key), key);
            unused = await(archive.putIfAbsent(key, bytes, Archive.PACK), key);
        }
    }

    /** Takes away the pack that nothing names any more. */
    void tidy(StoredProgress before, StoredProgress after) {
        before.pack().filter(pack -> !before.pack().equals(after.pack())).ifPresent(pack -> {
            ObjectKey key = pack.range(partition).pack(location, pack.end());
            boolean unused = await(archive.delete(key), key);
        });
    }

    private <T> T await(CompletableFuture<T> answer, ObjectKey key) {
        return Futures.await(answer, patience, "packing, object=" + key);
    }
}
