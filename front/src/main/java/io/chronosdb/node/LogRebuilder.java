package io.chronosdb.node;

import io.chronosdb.address.Database;
import io.chronosdb.address.Selection;
import io.chronosdb.archive.ArchiveAudit;
import io.chronosdb.archive.ArchivedVersions;
import io.chronosdb.archive.Archiver;
import io.chronosdb.archive.Unpacking;
import io.chronosdb.archive.Window;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.process.ChainWriter;
import io.chronosdb.command.state.ScratchTable;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.config.DatabaseConfig;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Transaction;
import io.chronosdb.log.EventReader;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.mongo.IndexRebuild;
import io.chronosdb.mongo.MongoVerified;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Parking;
import io.chronosdb.port.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes a database's log again from its archive, when Kafka has lost it, or has dropped its beginning. What the log still has and the
 * archive does not is archived first. The new log has the same versions, with their times, authors and hashes; then the index is
 * built anew and counting begins anew. Nobody may work with the installation meanwhile.
 *
 * <p>Once it has begun, a mark in the archive says so: killed, it starts over, and so it must, for the log is not whole before its end.
 */
public final class LogRebuilder implements AutoCloseable {
    private static final Duration LOG_READ_MAX = Duration.ofSeconds(30);
    private static final int NAMED_MAX = 10;
    private static final int PAGE = 1_000;

    private final ChronosConfig config;
    private final KafkaLog log;
    private final EventReader events;
    private final Stores stores;

    /** Learns how far it is. */
    public interface Watcher {
        /** @param what is being done, for a person; another one begins at 0 */
        void done(String what, long done, long total);
    }

    /**
     * What was made.
     *
     * @param versions how many
     * @param events how many they are: versions that were made together are one
     * @param missing versions that the archive does not have, though it has later ones of their items
     */
    public record Result(long versions, long events, long missing) {}

    /**
     * How it is done.
     *
     * @param incomplete also if versions are missing
     * @param replaceLog also if the log is whole
     * @param perSecond how many events are written at most
     */
    public record Options(boolean incomplete, boolean replaceLog, Pace perSecond) {}

    public LogRebuilder(ChronosConfig config) {
        this.config = config;
        this.log = new KafkaLog(config.kafka());
        this.events = new EventReader(log, LOG_READ_MAX);
        this.stores = new Stores(config);
    }

    /**
     * Rebuilds.
     *
     * @throws Invalid if somebody works with the installation, the log is whole, or the archive lacks something; nothing has changed
     * @throws Unavailable if a server cannot be reached. Once it has begun, it has to be run again
     */
    public Result rebuild(Database database, Options options, Watcher watcher) {
        DatabaseConfig found = config.database(database);
        requireNobody();
        ObjectKey mark = stores.location(database).logRebuild();
        boolean begun = await(stores.archive(database).get(mark)).isPresent();
        if (!begun && log.exists(log.topics().events(database))) {
            archiveTheRest(database, options);
        }
        try (ScratchTable table = new ScratchTable()) {
            int partitions = config.kafka().partitions();
            DecisionSettings settings = config.decisions(found);
            ArchivedVersions versions = new ArchivedVersions(
                    stores.archive(database),
                    stores.location(database),
                    Window.DEFAULT.patience(),
                    table,
                    item -> settings.routing(item.collection())
                            .partition(database, found.dbName(), item.collection(), item.id(), partitions));
            // Packs are found by positions, which will be others.
            Unpacking unpacking =
                    new Unpacking(stores.archive(database), stores.location(database), database, Window.DEFAULT);
            Unpacking.Result unused =
                    unpacking.run(Selection.ALL, (done, packs) -> watcher.done("unpack", done, packs));
            long total = versions.find(done -> watcher.done("list", done, done));
            long missing = sort(versions, total, options, watcher);
            await(stores.archive(database).put(mark, "{}".getBytes(StandardCharsets.UTF_8)));
            unpacking.removePacks();
            log.deleteEvents(database);
            if (log.open(database) != partitions) {
                throw new Invalid(
                        "the commands topic has another number of partitions than is configured: database=" + database);
            }
            Map<Integer, Progress> ends = new TreeMap<>();
            long made = write(database, settings, versions, total, options, watcher, ends);
            requireEqual(database, ends, missing, table, watcher);
            settle(database, ends);
            await(stores.archive(database).delete(mark));
            return new Result(total, made, missing);
        }
    }

    private void requireNobody() {
        Map<String, List<String>> active = log.activeGroups();
        if (!active.isEmpty()) {
            throw new Invalid(
                    "stop every process of the installation first, and wait until their sessions are over: working="
                            + active);
        }
    }

    /** What only the log has would be gone with it. */
    private void archiveTheRest(Database database, Options options) {
        Archiver archiver = stores.archiver();
        boolean whole = true;
        for (DatabasePartition partition : partitions(database, log.open(database))) {
            LogPartition source = new LogPartition(log.topics().events(database), partition.number());
            Progress archived = archiver.progress(partition);
            long begin = log.begin(source);
            long end = log.end(source);
            whole &= begin == 0 && end > 0;
            if (archived.next() < begin && !options.incomplete()) {
                throw new Invalid("events are in neither: the archive has those before " + archived.next()
                        + ", the log those from " + begin + " on: partition=" + partition
                        + "; --incomplete does without them");
            }
            if (archived.next() > end && end > 0 && !options.replaceLog()) {
                throw new Invalid(
                        "the log is another one than the archive is of: partition=" + partition + " archivedUpTo="
                                + archived.next() + " end=" + end + "; --replace-log does away with what is in it");
            }
            if (end > archived.next()) {
                Progress[] at = {archived};
                Progress after = events.replay(partition, archived, end, batch -> {
                    at[0] = archiver.project(partition, batch, at[0], Progress.behind(batch.get(batch.size() - 1)));
                });
                if (after.chain().equals(archived.chain()) && !options.replaceLog()) {
                    throw new Invalid(
                            "the log has records that do not continue what is archived: partition=" + partition
                                    + " archivedUpTo=" + archived.next() + " end=" + end
                                    + "; --replace-log does away with them");
                }
            }
        }
        if (whole && !options.replaceLog()) {
            throw new Invalid(
                    "the log is whole: it begins at its beginning, and the index is rebuilt from it without --from archive."
                            + " --replace-log makes it anew all the same: database=" + database);
        }
    }

    private static long sort(ArchivedVersions versions, long total, Options options, Watcher watcher) {
        List<String> named = new ArrayList<>();
        long[] missing = {0};
        versions.sort(done -> watcher.done("read", done, total), (item, ov) -> {
            missing[0]++;
            if (named.size() < NAMED_MAX) {
                named.add(item + "@" + ov);
            }
        });
        if (missing[0] > 0 && !options.incomplete()) {
            throw new Invalid("the archive lacks versions, or cannot read them: versions=" + missing[0] + " first="
                    + named + "; --incomplete does without them");
        }
        return missing[0];
    }

    private long write(
            Database database,
            DecisionSettings settings,
            ArchivedVersions versions,
            long total,
            Options options,
            Watcher watcher,
            Map<Integer, Progress> ends) {
        String commands = log.topics().commands(database);
        String generation = log.generation(commands);
        long[] written = {0, 0};
        try (Log.Appender appender = log.appender()) {
            for (DatabasePartition partition :
                    partitions(database, config.kafka().partitions())) {
                // Commands that were not answered are not decided: who waits for them asks again.
                long lastCommand = log.end(new LogPartition(commands, partition.number())) - 1;
                ChainWriter chain = new ChainWriter(partition, log, appender, generation, lastCommand);
                chain.settings(settings);
                versions.forEach(partition.number(), together -> {
                    options.perSecond().take(1);
                    chain.append(
                            together.get(0).at(), together.size() == 1 ? together.get(0) : new Transaction(together));
                    written[0] += together.size();
                    written[1]++;
                    watcher.done("write", written[0], total);
                });
                ends.put(partition.number(), chain.end());
            }
        }
        return written[1];
    }

    /** Before anybody is told of the new log, it is read back. */
    private void requireEqual(
            Database database, Map<Integer, Progress> ends, long missing, ScratchTable table, Watcher watcher) {
        ArchiveAudit audit =
                new ArchiveAudit(database, stores.reader(database, Window.DEFAULT.patience()), Selection.ALL, table);
        ends.forEach((number, end) -> {
            Progress read =
                    events.replay(new DatabasePartition(database, number), Progress.START, end.next(), audit::expect);
            if (!read.equals(end)) {
                throw new Unavailable("kafka", "the log does not read as it was written: partition=" + number, null);
            }
        });
        List<String> differences = new ArrayList<>();
        Consumer<ArchiveAudit.Finding> different =
                finding -> differences.add(finding.object() + ": " + finding.problem());
        long objects = audit.compare(events::at, different, done -> watcher.done("compare", done, done));
        long unknown = audit.search(events::at, different);
        if (!differences.isEmpty() || unknown > missing) {
            throw new Unavailable(
                    "rebuild",
                    "the new log is not what the archive has: objects=" + objects + " unknown=" + unknown
                            + " different="
                            + differences.size() + " first="
                            + differences.stream().limit(NAMED_MAX).collect(Collectors.joining(", ")),
                    null);
        }
    }

    /** Everything that speaks of places in the old log. */
    private void settle(Database database, Map<Integer, Progress> ends) {
        Archiver archiver = stores.archiver();
        List<Parking> parkings = List.of(stores.indexParking(), stores.archiveParking());
        MongoVerified verified = new MongoVerified(stores::indexSettings, stores::mongo);
        ends.forEach((number, end) -> {
            DatabasePartition partition = new DatabasePartition(database, number);
            parkings.forEach(parking -> releaseAll(parking, partition));
            verified.forget(partition);
            archiver.restart(partition, end);
        });
        stores.totals(database).clear();
        try (Rebuilder index = new Rebuilder(config)) {
            var unused =
                    index.rebuild(database, Optional.empty(), IndexRebuild.IfDifferent.SWITCH, (done, total) -> {});
        }
    }

    private static void releaseAll(Parking parking, DatabasePartition partition) {
        parking.settled(partition);
        List<ParkedEvent> page = parking.events(partition, 0, PAGE);
        while (!page.isEmpty()) {
            parking.release(partition, page.stream().map(ParkedEvent::position).collect(Collectors.toSet()));
            page = parking.events(partition, 0, PAGE);
        }
    }

    private static List<DatabasePartition> partitions(Database database, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new DatabasePartition(database, number))
                .toList();
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(Window.DEFAULT.patience().toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("archive", "interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new Unavailable("archive", "the mark of a rebuild", e);
        }
    }

    @Override
    public void close() {
        events.close();
        log.close();
        stores.close();
    }
}
