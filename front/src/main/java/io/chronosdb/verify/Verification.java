package io.chronosdb.verify;

import io.chronosdb.address.Database;
import io.chronosdb.archive.ArchiveAudit;
import io.chronosdb.archive.Archiver;
import io.chronosdb.archive.Window;
import io.chronosdb.command.state.ScratchTable;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.counters.Recount;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.log.EventReader;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.mongo.IndexAudit;
import io.chronosdb.node.Stores;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Period;
import io.chronosdb.port.Progress;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.verify.VerifyReport.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Holds the copies of one database to its log.
 *
 * <p>The log is read from its beginning to a position that index and archive have both reached, and what each of them should
 * have there is written, sorted, to a table on disk; then both are read and compared with it. So memory does not grow with the
 * database, and what is written meanwhile does no harm. Needs a folder for temporary files with room for about a kilobyte for
 * each version.
 */
public final class Verification implements AutoCloseable {
    private static final Duration LOG_READ_MAX = Duration.ofSeconds(30);

    /** How long the copies may need for what is in the log already. */
    private static final Duration COPIES_PATIENCE = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ChronosConfig config;
    private final KafkaLog log;
    private final EventReader events;
    private final Stores stores;

    /** Learns how far it is. */
    public interface Watcher {
        /** @param what is being done, for a person; another one begins at 0 */
        void done(String what, long done, long total);
    }

    public Verification(ChronosConfig config) {
        this.config = config;
        this.log = new KafkaLog(config.kafka());
        this.events = new EventReader(log, LOG_READ_MAX);
        this.stores = new Stores(config);
    }

    /**
     * Verifies a database.
     *
     * @throws Unavailable if a server cannot be reached, the log has dropped events that the copies are to be held to, or with
     *     {@link VerifyOptions#repair} if the index is being rebuilt or repaired by someone else
     */
    public VerifyReport verify(Database database, VerifyOptions options, Watcher watcher) {
        if (!log.exists(log.topics().events(database))) {
            return new VerifyReport(Map.of(), 0, 0, 0, 0, 0, List.of(), 0);
        }
        int partitions = log.open(database);
        try (ScratchTable table = new ScratchTable();
                IndexAudit index = new IndexAudit(
                        stores.indexSettings(database), stores.mongo(database), partitions, options.only(), table)) {
            return new Run(database, partitions, options, watcher, table, index).run();
        }
    }

    /** One verification. */
    private final class Run {
        private final Database database;
        private final List<DatabasePartition> partitions;
        private final VerifyOptions options;
        private final Watcher watcher;
        private final IndexAudit index;
        private final Archiver archiver = stores.archiver();
        private final ArchiveAudit archive;
        private final TotalsStore totals;
        private final Findings findings;
        private final Map<Integer, Progress> reached = new TreeMap<>();
        private long versions;

        Run(
                Database database,
                int partitions,
                VerifyOptions options,
                Watcher watcher,
                ScratchTable table,
                IndexAudit index) {
            this.database = database;
            this.partitions = IntStream.range(0, partitions)
                    .mapToObj(number -> new DatabasePartition(database, number))
                    .toList();
            this.options = options;
            this.watcher = watcher;
            this.index = index;
            this.archive = new ArchiveAudit(
                    database, stores.reader(database, Window.DEFAULT.patience()), options.only(), table);
            this.totals = stores.totals(database);
            this.findings =
                    new Findings(options, stores.reader(database, Window.DEFAULT.patience()), stores.index(database));
            for (DatabasePartition partition : this.partitions) {
                reached.put(partition.number(), Progress.START);
                findings.waits(stores.indexParking().parked(partition).keySet());
                findings.waits(stores.archiveParking().parked(partition).keySet());
            }
        }

        VerifyReport run() {
            List<Part> stored = totals();
            List<Recount.Finding> miscounts = new ArrayList<>();
            Recount recount = new Recount(
                    database,
                    config.counterRules(),
                    (ofDatabase, collection) -> config.map(collection),
                    config.counterRetention(),
                    stored,
                    miscounts::add);
            awaitCopies();
            Map<Integer, Progress> indexed = options.repair() ? index.pause() : index.progress();
            Map<Integer, Progress> archived = archived();
            replay("log", least(indexed, archived), batch -> {
                index.expect(batch);
                archive.expect(batch);
                recount.add(batch);
                versions += batch.stream()
                        .mapToLong(event -> event.event().fact().versions().size())
                        .sum();
            });
            Map<Integer, Progress> at = Map.copyOf(reached);
            // A copy of another log is held to nothing, and above all not mended by it.
            boolean same = isOfThisLog(indexed, Store.INDEX, at) & isOfThisLog(archived, Store.ARCHIVE, at);
            long objects = same ? compareCopies(at) : 0;
            long parts = 0;
            if (options.only().item().isEmpty()) {
                reached.putAll(at);
                replay("totals", furthest(stored), recount::add);
                parts = recount.end();
                miscounted(miscounts);
            }
            return findings.report(offsets(at), versions, objects, parts);
        }

        private long compareCopies(Map<Integer, Progress> at) {
            index.compare(at, findings::ofIndex, done -> watcher.done("index", done, Math.max(done, versions)));
            watcher.done("index", versions, versions);
            long objects = archive.compare(
                    events::at, findings::ofArchive, done -> watcher.done("archive", done, Math.max(done, versions)));
            if (archive.search(events::at, findings::ofArchive) > 0) {
                replay("later events", ends(), archive::expectLater);
                archive.unknown(findings::ofArchive);
            }
            return objects;
        }

        /** Reads on in the log. */
        private void replay(String what, Map<Integer, Long> upTo, Consumer<List<LoggedEvent>> batches) {
            long total = upTo.values().stream().mapToLong(Long::longValue).sum();
            for (DatabasePartition partition : partitions) {
                Progress from = reached.getOrDefault(partition.number(), Progress.START);
                long to = Math.min(upTo.getOrDefault(partition.number(), 0L), events.end(partition));
                if (to > from.next()) {
                    Progress after = events.replay(partition, from, to, batch -> {
                        batches.accept(batch);
                        long behind = batch.get(batch.size() - 1).position().offset() + 1;
                        watcher.done(what, done(partition.number()) + behind, total);
                    });
                    reached.put(partition.number(), after);
                }
            }
            watcher.done(what, total, total);
        }

        private long done(int except) {
            return reached.entrySet().stream()
                    .filter(at -> at.getKey() != except)
                    .mapToLong(at -> at.getValue().next())
                    .sum();
        }

        private Map<Integer, Long> ends() {
            Map<Integer, Long> ends = new TreeMap<>();
            partitions.forEach(partition -> ends.put(partition.number(), events.end(partition)));
            return ends;
        }

        private Map<Integer, Progress> archived() {
            Map<Integer, Progress> archived = new TreeMap<>();
            partitions.forEach(partition -> archived.put(partition.number(), archiver.progress(partition)));
            return archived;
        }

        /** Gives index and archive some time for what there is now: what they do not have yet is not verified. */
        private void awaitCopies() {
            Map<Integer, Long> ends = ends();
            waitFor(() -> least(index.progress(), archived()).entrySet().stream()
                    .allMatch(at -> at.getValue() >= ends.getOrDefault(at.getKey(), 0L)));
        }

        private boolean isOfThisLog(Map<Integer, Progress> copy, Store store, Map<Integer, Progress> at) {
            boolean same = true;
            for (DatabasePartition partition : partitions) {
                Progress has = copy.getOrDefault(partition.number(), Progress.START);
                long end = events.end(partition);
                Progress there = at.getOrDefault(partition.number(), Progress.START);
                boolean differs = has.next() == there.next() && !has.equals(there);
                if (has.next() > end || differs) {
                    same = false;
                    findings.ofAnotherLog(store, partition, has.next(), end);
                }
            }
            return same;
        }

        private List<Part> totals() {
            List<Part> parts = new ArrayList<>();
            totals.parts(parts::add);
            return parts;
        }

        private Map<Integer, Long> furthest(List<Part> parts) {
            Map<Integer, Long> furthest = new TreeMap<>();
            parts.forEach(part -> furthest.merge(part.partition(), part.next(), Math::max));
            return furthest;
        }

        private void miscounted(List<Recount.Finding> found) {
            List<Recount.Finding> ours = found.stream()
                    .filter(finding ->
                            options.only().hasCollection(finding.should().collection()))
                    .toList();
            Set<Place> missing = ours.stream()
                    .filter(finding -> finding.has().isEmpty())
                    .map(finding -> Place.of(finding.should()))
                    .collect(Collectors.toSet());
            Set<Place> late = new HashSet<>();
            // Counters may be behind: what is not there at all, they get some time for.
            waitFor(() -> {
                if (!missing.isEmpty()) {
                    totals.parts(part -> {
                        if (missing.remove(Place.of(part))) {
                            late.add(Place.of(part));
                        }
                    });
                }
                return missing.isEmpty();
            });
            ours.stream()
                    .filter(finding -> !late.contains(Place.of(finding.should())))
                    .forEach(finding ->
                            findings.ofTotals(finding.should(), finding.has(), () -> totals.replace(finding.should())));
        }
    }

    /** Which part of the totals one is. */
    private record Place(String collection, int partition, Optional<Period> period) {
        static Place of(Part part) {
            return new Place(part.collection(), part.partition(), part.period());
        }
    }

    private static Map<Integer, Long> least(Map<Integer, Progress> one, Map<Integer, Progress> other) {
        Map<Integer, Long> least = new TreeMap<>();
        one.forEach((partition, at) -> least.put(
                partition,
                Math.min(
                        at.next(), other.getOrDefault(partition, Progress.START).next())));
        return least;
    }

    private static Map<Integer, Long> offsets(Map<Integer, Progress> progress) {
        Map<Integer, Long> offsets = new TreeMap<>();
        progress.forEach((partition, at) -> offsets.put(partition, at.next()));
        return offsets;
    }

    private static void waitFor(BooleanSupplier condition) {
        long deadline = System.nanoTime() + COPIES_PATIENCE.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    @Override
    public void close() {
        events.close();
        log.close();
        stores.close();
    }
}
