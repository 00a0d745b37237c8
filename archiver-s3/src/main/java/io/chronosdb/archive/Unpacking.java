package io.chronosdb.archive;

import io.chronosdb.address.Database;
import io.chronosdb.address.Selection;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes the versions that are in a database's packs as the objects that they would have been otherwise. What is there is left, so it can be
 * repeated. The packs stay, too.
 */
public final class Unpacking {
    /** Of a partition whose archiver is at work, a pack goes with every batch and another one comes. */
    private static final int ATTEMPTS_MAX = 10;

    private final Archive archive;
    private final ArchiveLocation location;
    private final String packs;
    private final Window window;
    private final Permits permits;

    /** Learns how far it is. */
    public interface Watcher {
        /** @param done of the packs */
        void done(long done, long packs);
    }

    /**
     * What was done.
     *
     * @param packs that were read
     * @param versions that are objects now
     */
    public record Result(long packs, long versions) {}

    /** @param window how much may be in flight at once */
    public Unpacking(Archive archive, ArchiveLocation location, Database database, Window window) {
        this.archive = archive;
        this.location = location;
        this.packs = location.packs(database);
        this.window = window;
        this.permits = new Permits(window);
    }

    /**
     * Unpacks what there is at the time of the call.
     *
     * @throws Invalid if a pack is damaged; {@code verify --repair} mends it from the log
     * @throws Unavailable if the archive cannot be reached, or an archiver is too busy: it can be repeated
     */
    public Result run(Selection only, Watcher watcher) {
        long[] total = {0};
        archive.list(location.bucket(), packs, pack -> total[0]++);
        long[] done = {0, 0};
        List<ObjectKey> gone = new ArrayList<>();
        archive.list(location.bucket(), packs, pack -> {
            done[1] += unpack(pack, only, gone);
            done[0]++;
            watcher.done(done[0], Math.max(done[0], total[0]));
        });
        for (int attempt = 1; !gone.isEmpty(); attempt++) {
            if (attempt == ATTEMPTS_MAX) {
                throw new Unavailable(
                        "archive", "a pack is replaced faster than it is read, pack=" + gone.get(0), null);
            }
            List<ObjectKey> before = List.copyOf(gone);
            gone.clear();
            before.forEach(pack ->
                    archive.list(location.bucket(), folder(pack), other -> done[1] += unpack(other, only, gone)));
        }
        return new Result(done[0], done[1]);
    }

    private static String folder(ObjectKey pack) {
        return pack.key().substring(0, pack.key().lastIndexOf('/') + 1);
    }

    /** @param gone gets the pack if it is not there any more */
    private long unpack(ObjectKey pack, Selection only, List<ObjectKey> gone) {
        Optional<byte[]> body = await(archive.get(pack), pack);
        if (body.isEmpty()) {
            gone.add(pack);
            return 0;
        }
        BatchOfPuts objects = new BatchOfPuts(archive, window, permits);
        List<PackedVersion> versions = versions(pack, body.get()).stream()
                .filter(version -> only.has(version.item()))
                .toList();
        versions.forEach(
                version -> objects.put(location.item(version.item(), version.ov()), version.body(), Archive.JSON));
        objects.await();
        return versions.size();
    }

    private static List<PackedVersion> versions(ObjectKey pack, byte[] body) {
        try {
            return PackIndex.readAll(body);
        } catch (Invalid e) {
            throw new Invalid(
                    e.getMessage() + ", object=" + pack + "; ./chronos verify --repair mends it from the log");
        }
    }

    /** Removes all packs. Their versions have to be objects, and no archiver may be at work. */
    public void removePacks() {
        archive.list(location.bucket(), packs, pack -> {
            boolean unused = await(archive.delete(pack), pack);
        });
    }

    private <T> T await(CompletableFuture<T> answer, ObjectKey pack) {
        return Futures.await(answer, window.patience(), "unpacking, object=" + pack);
    }
}
