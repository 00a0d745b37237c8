package io.chronosdb.simulation;

import io.chronosdb.archive.ArchiveParking;
import io.chronosdb.archive.ArchiveReader;
import io.chronosdb.archive.Archiver;
import io.chronosdb.archive.PackIndexes;
import io.chronosdb.archive.SimulatedArchive;
import io.chronosdb.archive.Window;
import io.chronosdb.port.Archive;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.archive.InMemoryS3;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The archive: the real client of S3 on a server in memory, with a bad line between them. */
final class S3 {
    private final World world;
    private final InMemoryS3 server = new InMemoryS3();

    S3(World world) {
        this.world = world;
        server.makeBucket(World.LOCATION.bucket());
    }

    /** As an archiver reaches it, with a point between any two requests. */
    Copier.Target target(Process process) {
        Archive archive = archive(process::point);
        return new Copier.Target(
                new Archiver(database -> archive, database -> World.LOCATION, world.packed, Window.DEFAULT),
                new ArchiveParking(database -> archive, database -> World.LOCATION, Window.DEFAULT.patience()));
    }

    /** As a reader reaches it. */
    Archive readable() {
        return archive(() -> {});
    }

    /** The same with what is known of packs. */
    ArchiveReader reader() {
        return new ArchiveReader(
                readable(),
                World.LOCATION,
                world.packed,
                new PackIndexes(PackIndexes.BYTES_MAX_DEFAULT),
                Window.DEFAULT.patience());
    }

    void wipe() {
        server.empty(World.LOCATION.bucket());
    }

    /** How far archivers are, by what the last one wrote down. */
    Progress progress(DatabasePartition partition) {
        return new Archiver(database -> readable(), database -> World.LOCATION, Window.DEFAULT).progress(partition);
    }

    Set<String> keys() {
        return server.keys(World.LOCATION.bucket());
    }

    Optional<byte[]> body(String key) {
        return server.body(World.LOCATION.bucket(), key);
    }

    private Archive archive(Runnable point) {
        return SimulatedArchive.on(server.client(new InMemoryS3.Wire() {
            @Override
            public <T> CompletableFuture<T> carry(InMemoryS3.Call call, String key, Supplier<T> request) {
                point.run();
                CompletableFuture<T> answer = line(call, request);
                point.run();
                return answer;
            }
        }));
    }

    private <T> CompletableFuture<T> line(InMemoryS3.Call call, Supplier<T> request) {
        if (call == InMemoryS3.Call.PUT_IF_ABSENT && world.fate.strikes(Fault.S3_CONFLICT)) {
            return failed(409, "ConditionalRequestConflict");
        }
        if (world.fate.strikes(Fault.S3_REFUSAL)) {
            return failed(503, "SlowDown");
        }
        if (call != InMemoryS3.Call.GET && world.fate.strikes(Fault.S3_LATE)) {
            world.network.arriveLate(() -> {
                CompletableFuture<T> unused = InMemoryS3.Wire.answer(request);
            });
            return failed(500, "InternalError");
        }
        CompletableFuture<T> answer = InMemoryS3.Wire.answer(request);
        return world.fate.strikes(Fault.S3_ANSWER_LOST) ? failed(500, "InternalError") : answer;
    }

    private static <T> CompletableFuture<T> failed(int status, String code) {
        S3Exception error = InMemoryS3.error(status, code);
        return CompletableFuture.failedFuture(error);
    }
}
