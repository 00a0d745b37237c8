package io.chronosdb.testkit.index;

import io.chronosdb.address.ItemKey;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Cursor;
import io.chronosdb.document.Query;
import io.chronosdb.event.Cv;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.IndexEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What an index must answer, straight from the log: slow, and too simple to be wrong. */
record IndexModel(List<IndexedVersion> versions) {
    static IndexModel of(List<LoggedEvent> log, Function<String, CollectionMap> maps, ArchiveLocation archive) {
        return new IndexModel(log.stream()
                .flatMap(event -> event.event().fact().versions().stream()
                        .map(version -> IndexedVersion.of(
                                event, version, maps.apply(version.item().collection()), archive)))
                .toList());
    }

    Optional<IndexEntry> head(ItemKey item) {
        return history(item).stream().findFirst();
    }

    Optional<IndexEntry> version(ItemKey item, Ov ov) {
        return history(item).stream().filter(entry -> entry.ov().equals(ov)).findFirst();
    }

    Optional<IndexEntry> asOf(ItemKey item, Instant time) {
        return history(item).stream().filter(entry -> !entry.at().isAfter(time)).findFirst();
    }

    /** Newest first. */
    List<IndexEntry> history(ItemKey item) {
        List<IndexEntry> history = new ArrayList<>(versions.stream()
                .map(IndexedVersion::entry)
                .filter(entry -> entry.item().equals(item))
                .toList());
        Collections.reverse(history);
        return history;
    }

    /** All pages at once, whatever the query's limit and cursor. */
    List<IndexEntry> list(String collection, Query query) {
        Comparator<Cursor> order = new ListOrder(query.sort());
        return versions.stream()
                .filter(version -> version.entry().item().collection().equals(collection))
                .filter(version -> version.isBy(query.asOf()))
                .filter(version -> versions.stream()
                        .noneMatch(other -> other.isBy(query.asOf())
                                && other.entry().item().equals(version.entry().item())
                                && other.entry().ov().compareTo(version.entry().ov()) > 0))
                .filter(version -> version.isListed(query))
                .sorted(Comparator.comparing(version -> version.place(query.sort()), order))
                .map(IndexedVersion::entry)
                .toList();
    }

    /** Every item there is. */
    List<ItemKey> items() {
        return versions.stream()
                .map(version -> version.entry().item())
                .distinct()
                .toList();
    }

    /** The same as cvs. */
    List<Cv> cvs() {
        return versions.stream().map(version -> version.entry().cv()).toList();
    }

    /** Every moment at which something changed. */
    List<Instant> times() {
        return versions.stream().map(version -> version.entry().at()).toList();
    }
}
