package io.chronosdb.node;

import io.chronosdb.command.process.PayloadSource;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.event.Version;
import io.chronosdb.log.OffsetReader;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Documents for the processor: from the log, and from the archive once the log has dropped them. One thread reads. */
final class StoredPayloads implements PayloadSource, AutoCloseable {
    private static final Duration LOG_READ_MAX = Duration.ofSeconds(10);
    private static final Duration ARCHIVE_READ_MAX = Duration.ofSeconds(35);

    private final Stores stores;
    private final OffsetReader reader;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "chronos-payloads");
        thread.setDaemon(true);
        return thread;
    });

    StoredPayloads(Log log, Stores stores) {
        this.stores = stores;
        this.reader = new OffsetReader(log, LOG_READ_MAX);
    }

    @Override
    public CompletableFuture<List<Optional<Payload>>> fetch(DatabasePartition partition, List<Wanted> wanted) {
        return CompletableFuture.supplyAsync(() -> read(partition, wanted), thread);
    }

    private List<Optional<Payload>> read(DatabasePartition partition, List<Wanted> wanted) {
        TreeSet<Long> offsets = new TreeSet<>();
        wanted.forEach(one -> offsets.add(one.offset()));
        Map<Long, LoggedEvent> events = reader.read(partition, offsets);
        return wanted.stream()
                .map(one -> logged(events, one).or(() -> archived(partition, one)))
                .toList();
    }

    private static Optional<Payload> logged(Map<Long, LoggedEvent> events, Wanted wanted) {
        return Optional.ofNullable(events.get(wanted.offset()))
                .flatMap(event -> event.event().fact().version(wanted.item(), wanted.ov()))
                .flatMap(Version::payload);
    }

    private Optional<Payload> archived(DatabasePartition partition, Wanted wanted) {
        Position position = new Position(partition.database(), partition.number(), wanted.offset());
        return stores.reader(partition.database(), ARCHIVE_READ_MAX)
                .read(wanted.item(), wanted.ov(), position)
                .flatMap(ItemDocument::payload);
    }

    @Override
    public void close() {
        thread.execute(reader::close); // A reader is for one thread.
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LOG_READ_MAX.toSeconds(), TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
