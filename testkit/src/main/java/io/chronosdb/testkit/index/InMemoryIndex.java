package io.chronosdb.testkit.index;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Cursor;
import io.chronosdb.document.Query;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Version;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** The index of one database in maps. The same answers as MongoDB's, and gone with the process. Thread-safe. */
public final class InMemoryIndex implements Projection, Index {
    private final Database database;
    private final Function<String, CollectionMap> maps;
    private final ArchiveLocation archive;
    private final Map<ItemKey, TreeMap<Ov, IndexedVersion>> items = new HashMap<>();
    private final Map<ItemKey, Ov> firstKept = new HashMap<>();
    private final Map<Integer, Progress> progress = new HashMap<>();

    /**
     * An empty one.
     *
     * @param maps what of a collection is indexed, by its name
     * @param archive where payloads are
     */
    public InMemoryIndex(Database database, Function<String, CollectionMap> maps, ArchiveLocation archive) {
        this.database = database;
        this.maps = maps;
        this.archive = archive;
    }

    @Override
    public String name() {
        return "projector";
    }

    @Override
    public synchronized Progress progress(DatabasePartition partition) {
        requireOurs(partition);
        return progress.getOrDefault(partition.number(), Progress.START);
    }

    @Override
    public synchronized Progress project(
            DatabasePartition partition, List<LoggedEvent> events, Progress before, Progress after) {
        for (LoggedEvent event : events) {
            for (Version version : event.event().fact().versions()) {
                items.computeIfAbsent(version.item(), item -> new TreeMap<>())
                        .putIfAbsent(version.ov(), indexed(event, version));
                firstKept.merge(version.item(), version.kept().firstKept(version.ov()), InMemoryIndex::later);
            }
        }
        if (progress(partition).equals(before)) {
            progress.put(partition.number(), after);
        }
        return progress(partition);
    }

    private static Ov later(Ov one, Ov other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private IndexedVersion indexed(LoggedEvent event, Version version) {
        return IndexedVersion.of(event, version, maps.apply(version.item().collection()), archive);
    }

    private void requireOurs(DatabasePartition partition) {
        if (!partition.database().equals(database)) {
            throw new IllegalArgumentException("another database: expected=" + database + " actual=" + partition);
        }
    }

    @Override
    public synchronized Optional<IndexEntry> head(ItemKey item) {
        return versions(item).findFirst();
    }

    @Override
    public synchronized Optional<IndexEntry> version(ItemKey item, Ov ov) {
        return versions(item).filter(entry -> entry.ov().equals(ov)).findFirst();
    }

    @Override
    public synchronized Optional<IndexEntry> asOf(ItemKey item, Instant time) {
        return versions(item).filter(entry -> !entry.at().isAfter(time)).findFirst();
    }

    @Override
    public synchronized List<IndexEntry> history(ItemKey item, Optional<Ov> before, int limit) {
        return versions(item)
                .filter(entry -> before.isEmpty() || entry.ov().compareTo(before.get()) < 0)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Ov firstKept(ItemKey item) {
        return firstKept.getOrDefault(item, Ov.FIRST);
    }

    /** Newest first. */
    private Stream<IndexEntry> versions(ItemKey item) {
        return kept(item).map(IndexedVersion::entry);
    }

    private Stream<IndexedVersion> kept(ItemKey item) {
        return items
                .getOrDefault(item, new TreeMap<>())
                .tailMap(firstKept(item), true)
                .descendingMap()
                .values()
                .stream();
    }

    @Override
    public synchronized Page list(String collection, Query query) {
        String fingerprint = query.fingerprint(database, collection);
        Comparator<Cursor> order = new ListOrder(query.sort());
        Optional<Cursor> after = query.after()
                .map(text -> Cursor.decode(text, fingerprint, query.sort().size()));
        List<IndexedVersion> found = items.entrySet().stream()
                .filter(item -> item.getKey().collection().equals(collection))
                .flatMap(item -> kept(item.getKey()).filter(version -> version.isBy(query.asOf())).findFirst().stream())
                .filter(version -> version.isListed(query))
                .filter(version -> after.isEmpty() || order.compare(version.place(query.sort()), after.get()) > 0)
                .sorted(Comparator.comparing(version -> version.place(query.sort()), order))
                .limit(query.limit() + 1L)
                .toList();
        List<IndexedVersion> page = found.subList(0, Math.min(found.size(), query.limit()));
        return new Page(
                page.stream().map(IndexedVersion::entry).toList(),
                found.size() > page.size()
                        ? Optional.of(
                                page.get(page.size() - 1).place(query.sort()).encode(fingerprint))
                        : Optional.empty());
    }

    @Override
    public synchronized long visibleUpTo(int partition) {
        return progress.getOrDefault(partition, Progress.START).next();
    }
}
