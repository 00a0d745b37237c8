package io.chronosdb.mongo;

import io.chronosdb.address.Selection;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Keeps;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt64;

/** What a batch of events does to one collection, folded: one write per document, however often it changes. */
final class CollectionBatch {
    /** Which version, and when and with which cv the next one began. */
    record Until(String id, long ov, Instant at, Cv cv) {
        BsonDocument key() {
            return EntryDocuments.versionId(id, ov);
        }

        BsonDocument fields() {
            return new BsonDocument("until", EntryDocuments.time(at))
                    .append(EntryDocuments.UNTIL_CV, new BsonInt64(cv.value()));
        }
    }

    /** A document of {@code <c>_ver}; with its end if the batch has it. */
    record NewVersion(BsonDocument document, Optional<Until> until) {}

    /**
     * A document of {@code <c>_head}.
     *
     * @param born whether the item's first version is in the same batch
     */
    record NewHead(BsonDocument document, boolean born) {}

    /** Versions that an item does not keep any more: from the first one on, below the other. */
    record Forgotten(String id, long from, long below) {
        BsonDocument first() {
            return EntryDocuments.versionId(id, from);
        }

        BsonDocument end() {
            return EntryDocuments.versionId(id, below);
        }

        private Forgotten with(Forgotten later) {
            return new Forgotten(id, Math.min(from, later.from), Math.max(below, later.below));
        }
    }

    private record VersionKey(String id, long ov) {}

    private final String collection;
    private final IndexSettings settings;
    private final Map<VersionKey, BsonDocument> versions = new LinkedHashMap<>();
    private final Map<VersionKey, Until> untils = new LinkedHashMap<>();
    private final Map<String, EntryDocuments> last = new LinkedHashMap<>();
    private final Map<String, Forgotten> forgotten = new LinkedHashMap<>();
    private final Set<String> born = new HashSet<>();
    private final Set<String> nested = new HashSet<>();
    private Cv cvMax = new Cv(0);

    private CollectionBatch(String collection, IndexSettings settings) {
        this.collection = collection;
        this.settings = settings;
    }

    /** Folds events, in their order. */
    static Collection<CollectionBatch> fold(List<LoggedEvent> events, IndexSettings settings) {
        return fold(events, settings, Selection.ALL);
    }

    /** The same, of some items only. */
    static Collection<CollectionBatch> fold(List<LoggedEvent> events, IndexSettings settings, Selection only) {
        Map<String, CollectionBatch> batches = new LinkedHashMap<>();
        for (LoggedEvent event : events) {
            for (Version version : event.event().fact().versions()) {
                if (only.has(version.item())) {
                    batches.computeIfAbsent(version.item().collection(), name -> new CollectionBatch(name, settings))
                            .add(event, version);
                }
            }
        }
        return batches.values();
    }

    private void add(LoggedEvent event, Version version) {
        EntryDocuments documents = new EntryDocuments(event, version, settings);
        String id = version.item().id();
        versions.put(new VersionKey(id, version.ov().value()), documents.versionDocument());
        if (version.ov().equals(Ov.FIRST)) {
            born.add(id);
        } else {
            Until until = new Until(id, version.ov().value() - 1, version.at(), version.cv());
            untils.put(new VersionKey(id, until.ov()), until);
        }
        if (version.kept().keeps() != Keeps.ALL) {
            long below = version.kept().firstKept(version.ov()).value();
            forgotten.merge(id, new Forgotten(id, version.kept().from().value(), below), Forgotten::with);
        }
        last.put(id, documents);
        documents.nested().forEach(nested::add);
        if (version.cv().compareTo(cvMax) > 0) {
            cvMax = version.cv();
        }
    }

    String collection() {
        return collection;
    }

    /** Every version of the batch that is kept. */
    List<NewVersion> versions() {
        return versions.entrySet().stream()
                .filter(version -> isKept(version.getKey()))
                .map(version -> newVersion(version.getValue(), Optional.ofNullable(untils.get(version.getKey()))))
                .toList();
    }

    private boolean isKept(VersionKey version) {
        Forgotten gone = forgotten.get(version.id());
        return gone == null || version.ov() >= gone.below();
    }

    /** The versions that the batch's items do not keep any more. */
    Collection<Forgotten> forgotten() {
        return forgotten.values();
    }

    private static NewVersion newVersion(BsonDocument document, Optional<Until> until) {
        until.ifPresent(end -> document.putAll(end.fields()));
        return new NewVersion(document, until);
    }

    /** The ends of versions that are not in the batch: an earlier one's. */
    List<Until> earlierUntils() {
        return untils.entrySet().stream()
                .filter(until -> !versions.containsKey(until.getKey()) && isKept(until.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The latest version of every item of the batch. */
    List<NewHead> heads() {
        List<NewHead> heads = new ArrayList<>();
        last.forEach((id, documents) -> heads.add(new NewHead(documents.headDocument(), born.contains(id))));
        return heads;
    }

    /** Which version is the latest of every item of the batch, by the item's id. */
    Map<String, Long> latest() {
        Map<String, Long> latest = new LinkedHashMap<>();
        last.forEach((id, documents) -> latest.put(id, documents.version().ov().value()));
        return latest;
    }

    Cv cvMax() {
        return cvMax;
    }

    /** The indexed paths where versions of the batch have objects. */
    Set<String> nested() {
        return nested;
    }
}
