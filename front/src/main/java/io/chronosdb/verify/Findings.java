package io.chronosdb.verify;

import io.chronosdb.address.ItemKey;
import io.chronosdb.archive.ArchiveAudit;
import io.chronosdb.archive.ArchiveReader;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Ov;
import io.chronosdb.mongo.IndexAudit;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.verify.VerifyReport.Difference;
import io.chronosdb.verify.VerifyReport.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges what the comparisons find. A copy that differs from the log is mended by the log, which cannot have been changed unnoticed. What
 * the log does not have is taken away only from a copy that is alone with it: where index and archive agree, it is the log that has
 * lost something.
 */
final class Findings {
    private final VerifyOptions options;
    private final ArchiveReader archive;
    private final ArchiveLocation location;
    private final Index index;
    private final Set<ItemKey> parked = new HashSet<>();
    private final Set<ItemKey> waiting = new HashSet<>();
    private final List<Difference> first = new ArrayList<>();
    private long found;
    private long repaired;

    Findings(VerifyOptions options, ArchiveReader archive, Index index) {
        this.options = options;
        this.archive = archive;
        this.location = archive.location();
        this.index = index;
    }

    /** Items that wait behind a parked event: a projection has not got them on purpose. */
    void waits(Collection<ItemKey> items) {
        parked.addAll(items);
    }

    void ofIndex(IndexAudit.Finding finding) {
        Optional<ItemKey> item =
                finding.ov() < 0 ? Optional.empty() : Optional.of(new ItemKey(finding.collection(), finding.item()));
        if (item.filter(parked::contains).isPresent()) {
            waiting.add(item.get());
        } else if (finding.unknown()
                && item.filter(key -> isArchived(key, finding.ov())).isPresent()) {
            lost(finding.part(), finding.document());
        } else {
            differs(
                    Store.INDEX,
                    finding.part(),
                    finding.document(),
                    finding.field(),
                    finding.problem(),
                    finding.mend());
        }
    }

    private boolean isArchived(ItemKey item, long ov) {
        try {
            Ov version = new Ov(ov);
            return index.version(item, version)
                    .flatMap(entry -> archive.read(item, version, entry.position()))
                    .or(() -> archive.read(item, version))
                    .isPresent();
        } catch (Invalid e) {
            return false; // Damaged: no witness.
        }
    }

    void ofArchive(ArchiveAudit.Finding finding) {
        String key = finding.object().key();
        if (finding.pack()) {
            differs(Store.ARCHIVE, finding.object().bucket(), key, "", finding.problem(), finding.mend());
            return;
        }
        String[] parts = key.substring(location.prefix().length()).split("/", -1);
        ItemKey item = new ItemKey(parts[0], parts[1]);
        Ov ov = new Ov(Long.parseLong(parts[2].substring(1)));
        if (parked.contains(item)) {
            waiting.add(item);
        } else if (finding.unknown() && index.version(item, ov).isPresent()) {
            lost(finding.object().bucket(), key);
        } else {
            differs(Store.ARCHIVE, finding.object().bucket(), key, "", finding.problem(), finding.mend());
        }
    }

    void ofTotals(Part should, Optional<Part> has, Runnable mend) {
        String window = should.period()
                .map(period -> period.window().label() + " " + period.start())
                .orElse("all time");
        differs(
                Store.TOTALS,
                should.collection(),
                window + ", partition " + should.partition(),
                "",
                has.isPresent() ? "not what is counted again" : "not counted",
                mend);
    }

    /** A copy that is not one of this log, by its own account. */
    void ofAnotherLog(Store copy, DatabasePartition partition, long at, long end) {
        note(new Difference(
                Store.LOG,
                partition.toString(),
                "",
                "",
                "the " + copy.name().toLowerCase(Locale.ROOT) + " is at offset " + at
                        + " of another log; this one ends at " + end
                        + ": rebuild the index from this log, or this log from the archive",
                false));
    }

    private void lost(String place, String object) {
        note(new Difference(
                Store.LOG,
                place,
                object,
                "",
                "index and archive have it, the log does not: rebuild the log from the archive",
                false));
    }

    private void differs(Store store, String place, String object, String field, String problem, Runnable mend) {
        if (options.repair()) {
            mend.run();
            repaired++;
        }
        note(new Difference(store, place, object, field, problem, options.repair()));
    }

    private void note(Difference difference) {
        found++;
        if (first.size() < options.differencesMax()) {
            first.add(difference);
        }
    }

    VerifyReport report(Map<Integer, Long> position, long versions, long objects, long totals) {
        return new VerifyReport(
                position, versions, objects, totals, found, repaired, List.copyOf(first), waiting.size());
    }
}
