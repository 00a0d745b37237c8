package io.chronosdb.verify;

import io.chronosdb.address.Database;
import io.chronosdb.archive.ArchiveReader;
import io.chronosdb.archive.Archiver;
import io.chronosdb.archive.Window;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Version;
import io.chronosdb.mongo.MongoProjector;
import io.chronosdb.mongo.MongoVerified;
import io.chronosdb.node.Pace;
import io.chronosdb.node.Stores;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Verification that never ends, as a projection: it follows the log behind index and archive and looks whether they have each version as
 * the log has it. Its progress is the position up to which all three agree. It refuses an event that one of them has differently, and so stops there.
 */
public final class Verifier implements Projection {
    private final Stores stores;
    private final MongoProjector projector;
    private final Archiver archiver;
    private final MongoVerified verified;
    private final Pace pace;

    /** @param pace bounds what it costs the stores */
    public Verifier(Stores stores, Pace pace) {
        this.stores = stores;
        this.projector = stores.projector();
        this.archiver = stores.archiver();
        this.verified = new MongoVerified(stores::indexSettings, stores::mongo);
        this.pace = pace;
    }

    @Override
    public String name() {
        return "verifier";
    }

    @Override
    public Progress progress(DatabasePartition partition) {
        return verified.progress(partition);
    }

    /**
     * {@inheritDoc}
     *
     * @throws Differs if index or archive has one of the versions differently
     */
    @Override
    public Progress project(DatabasePartition partition, List<LoggedEvent> events, Progress before, Progress after) {
        requireReached("index", projector.progress(partition), after);
        requireReached("archive", archiver.progress(partition), after);
        pace(events);
        Database database = partition.database();
        Index index = stores.index(database);
        ArchiveReader reader = stores.reader(database, Window.DEFAULT.patience());
        List<Expected> objects = new ArrayList<>();
        for (LoggedEvent event : events) {
            for (Version version : event.event().fact().versions()) {
                requireIndexed(index, event, version);
                if (!version.kept().nothing()) {
                    ObjectKey key = stores.location(database).item(version.item(), version.ov());
                    objects.add(
                            new Expected(version, key, reader.bytes(version.item(), version.ov(), event.position())));
                }
            }
        }
        objects.forEach(object -> object.require(index));
        return verified.move(partition, before, after);
    }

    private synchronized void pace(List<LoggedEvent> events) {
        pace.take(events.size());
    }

    private static void requireReached(String copy, Progress at, Progress after) {
        if (at.next() < after.next()) {
            throw new Unavailable(copy, "it is not there yet: at=" + at.next() + " wanted=" + after.next(), null);
        }
    }

    private static void requireIndexed(Index index, LoggedEvent event, Version version) {
        Optional<IndexEntry> head = index.head(version.item());
        if (head.filter(entry -> entry.ov().compareTo(version.ov()) >= 0).isEmpty() && !isGone(index, version)) {
            throw new Differs("index", version, "its head is older");
        }
        Optional<IndexEntry> found = index.version(version.item(), version.ov());
        if (found.isEmpty()) {
            boolean latest =
                    head.filter(entry -> entry.ov().equals(version.ov())).isPresent();
            if (latest && !isGone(index, version)) {
                throw new Differs("index", version, "it is not there");
            }
            return; // An earlier one may have been left out by retention: the whole verification knows.
        }
        IndexEntry entry = found.get();
        boolean same = entry.cv().equals(version.cv())
                && entry.op() == version.op()
                && entry.at().equals(version.at())
                && entry.createdAt().equals(version.insertedAt())
                && entry.position().equals(event.position())
                && entry.payload()
                        .map(IndexEntry.PayloadRef::sha256)
                        .equals(version.payload().map(Payload::sha256));
        if (!same) {
            throw new Differs("index", version, "it differs from the log");
        }
    }

    /** Whether the item does not keep this version any more. */
    private static boolean isGone(Index index, Version version) {
        return index.firstKept(version.item()).compareTo(version.ov()) > 0;
    }

    /** An object that is being fetched. */
    private record Expected(Version version, ObjectKey key, CompletableFuture<Optional<byte[]>> answer) {
        void require(Index index) {
            Optional<byte[]> body = body();
            if (body.isEmpty() && !isGone(index, version)) {
                throw new Differs("archive", version, "it is not there");
            }
            if (body.filter(bytes -> !Arrays.equals(bytes, ItemDocument.encode(version)))
                    .isPresent()) {
                throw new Differs("archive", version, "its bytes differ from the log");
            }
        }

        private Optional<byte[]> body() {
            try {
                return answer.get(Window.DEFAULT.patience().toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Unavailable("archive", "interrupted", e);
            } catch (ExecutionException | TimeoutException e) {
                throw new Unavailable("archive", "an object cannot be compared: object=" + key, e);
            }
        }
    }

    /** A copy has a version differently from the log. */
    public static final class Differs extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Differs(String copy, Version version, String problem) {
            super(copy + ": " + version.item() + "@" + version.ov() + ": " + problem
                    + "; ./chronos verify --repair mends it");
        }
    }
}
