package io.chronosdb.archive;

import io.chronosdb.address.ItemKey;
import io.chronosdb.archive.StoredProgress.OpenPack;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Gets versions out of one database's packs, by range. Thread-safe. */
record PackReader(Archive archive, ArchiveLocation location, PackIndexes indexes) {
    /** Whether there is the pack, and what it has of the version. */
    private record Look(boolean there, Optional<byte[]> body) {
        static final Look NOTHING = new Look(false, Optional.empty());
    }

    /**
     * The bytes that a version's object would have, from the pack that its event's position is in; nothing where it is not packed, or not
     * yet. Fails with {@link Invalid} if the pack is damaged.
     */
    CompletableFuture<Optional<byte[]>> get(ItemKey item, Ov ov, Position position) {
        PackRange range = PackRange.of(position);
        PackedVersion.Name name = new PackedVersion.Name(item, ov);
        return look(range.pack(location, range.end()), name)
                .thenCompose(look -> look.there()
                        ? CompletableFuture.completedFuture(look)
                        : lookBeforeItIsOver(range, position, name))
                .thenApply(Look::body);
    }

    /** The name of a pack that is not finished is in the progress. It may be finished meanwhile. */
    private CompletableFuture<Look> lookBeforeItIsOver(PackRange range, Position position, PackedVersion.Name name) {
        ObjectKey key = location.progress(range.partition());
        return archive.get(key).thenCompose(body -> {
            Optional<OpenPack> open = body.map(bytes -> StoredProgress.decode(key, bytes))
                    .flatMap(StoredProgress::pack)
                    .filter(pack -> pack.range(range.partition()).equals(range) && position.offset() < pack.end());
            if (open.isEmpty()) {
                return CompletableFuture.completedFuture(Look.NOTHING);
            }
            return look(range.pack(location, open.get().end()), name)
                    .thenCompose(look -> look.there()
                            ? CompletableFuture.completedFuture(look)
                            : look(range.pack(location, range.end()), name));
        });
    }

    /** Whoever mends a pack gives it other bytes: an index that does not fit any more is read again. */
    private CompletableFuture<Look> look(ObjectKey pack, PackedVersion.Name name) {
        return lookOnce(pack, name).exceptionallyCompose(failure -> {
            if (!(Futures.unwrap(failure) instanceof Invalid)) {
                return CompletableFuture.failedFuture(failure);
            }
            indexes.forget(archive, pack);
            return lookOnce(pack, name);
        });
    }

    private CompletableFuture<Look> lookOnce(ObjectKey pack, PackedVersion.Name name) {
        return indexes.get(archive, pack).thenCompose(index -> {
            Optional<PackIndex.Place> place = index.flatMap(there -> there.find(name));
            if (place.isEmpty()) {
                return CompletableFuture.completedFuture(new Look(index.isPresent(), Optional.empty()));
            }
            return archive.getRange(pack, index.get().range(place.get()))
                    .thenApply(block -> block.map(bytes ->
                                    new Look(true, Optional.of(index.get().body(place.get(), bytes))))
                            .orElse(Look.NOTHING));
        });
    }
}
