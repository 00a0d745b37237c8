package io.chronosdb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.ItemKey;
import io.chronosdb.archive.ArchiveReader;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.PayloadUnavailable;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Event;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.event.Times;
import io.chronosdb.log.EventReader;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.port.ObjectKey;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the document of a version: in the index where it keeps some, in the archive, or in the log by its position where the archive does not have it yet,
 * is down, or has something whose hash is wrong.
 */
final class PayloadReader {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadReader.class);

    /** How long the archive is waited for. */
    static final Duration ARCHIVE_MAX = Duration.ofSeconds(10);

    /** How long a URL of a version that was written a moment ago is waited for. */
    private static final Duration URL_MAX = Duration.ofSeconds(5);

    /** Documents of one page that are fetched at the same time. */
    private static final int FETCHES_MAX = 32;

    private final ArchiveReader archive;
    private final ArchiveLocation location;
    private final EventReader events;
    private final BlobReader blobs;

    PayloadReader(ArchiveReader archive, EventReader events, BlobReader blobs) {
        this.archive = archive;
        this.location = archive.location();
        this.events = events;
        this.blobs = blobs;
    }

    /** The version that the index knows. */
    Item read(IndexEntry entry, Read read) {
        return readAll(List.of(entry), read).get(0);
    }

    /** The versions in order, with some of them fetched at the same time. */
    List<Item> readAll(List<IndexEntry> entries, Read read) {
        List<Item> items = new ArrayList<>();
        for (int from = 0; from < entries.size(); from += FETCHES_MAX) {
            items.addAll(readSome(entries.subList(from, Math.min(entries.size(), from + FETCHES_MAX)), read));
        }
        return items;
    }

    private List<Item> readSome(List<IndexEntry> entries, Read read) {
        List<Supplier<Optional<ItemDocument>>> begun =
                entries.stream().map(this::begin).toList();
        List<Optional<ItemDocument>> stored = begun.stream().map(Supplier::get).toList();
        Map<Position, Event> logged = logged(IntStream.range(0, entries.size())
                .filter(i -> stored.get(i).isEmpty())
                .mapToObj(entries::get)
                .toList());
        return IntStream.range(0, entries.size())
                .mapToObj(i -> {
                    IndexEntry entry = entries.get(i);
                    ItemDocument document = stored.get(i).orElseGet(() -> logged(entry, logged));
                    boolean hasObject = stored.get(i).isPresent()
                            && entry.shadow().isEmpty()
                            && !archive.packed().test(entry.item().collection());
                    Function<Duration, Optional<URI>> url =
                            ttl -> hasObject ? url(entry.item(), entry.ov(), ttl) : url(entry, ttl);
                    return item(entry.item(), entry.ov(), entry.cv(), document, read, url);
                })
                .toList();
    }

    private Supplier<Optional<ItemDocument>> begin(IndexEntry entry) {
        Optional<ItemDocument> shadow = entry.shadow().filter(document -> fits(entry, document));
        if (shadow.isPresent()) {
            return () -> shadow;
        }
        Supplier<Optional<ItemDocument>> fetch =
                archive.begin(object(entry), entry.item(), entry.ov(), entry.position());
        return () -> archived(entry, fetch);
    }

    private ObjectKey object(IndexEntry entry) {
        return entry.payload()
                .map(IndexEntry.PayloadRef::object)
                .orElseGet(() -> location.item(entry.item(), entry.ov()));
    }

    /** A version that the index does not know any more: its key in the archive is computable. */
    Optional<Item> readArchived(ItemKey item, Ov ov, Read read) {
        return archive.read(item, ov)
                .map(document -> item(
                        item,
                        ov,
                        new Cv(document.system().path("cv").longValue()),
                        document,
                        read,
                        ttl -> url(item, ov, ttl)));
    }

    /**
     * The version that a time lies in, of which the index has no versions that old any more.
     *
     * @param head the item's latest version, which is younger
     * @param firstKept the first version that the item keeps
     * @return nothing if that is younger, too
     */
    Optional<Item> readArchivedAsOf(IndexEntry head, Ov firstKept, Instant time, Read read) {
        long first = firstKept.value();
        long behind = head.ov().value();
        if (first >= behind || first > 0 && archivedAt(head.item(), first).isAfter(time)) {
            return Optional.empty();
        }
        while (first + 1 < behind) {
            long middle = (first + behind) / 2;
            if (archivedAt(head.item(), middle).isAfter(time)) {
                behind = middle;
            } else {
                first = middle;
            }
        }
        Ov found = new Ov(first);
        Optional<Item> archived = readArchived(head.item(), found, read);
        if (archived.isEmpty()) {
            throw new PayloadUnavailable(head.item() + "@" + found, null);
        }
        return archived;
    }

    private Instant archivedAt(ItemKey item, long ov) {
        return archive.read(item, new Ov(ov))
                .map(document -> Times.parse(document.system().path("at").asText()))
                .orElseThrow(() -> new PayloadUnavailable(item + "@" + ov, null));
    }

    private Optional<ItemDocument> archived(IndexEntry entry, Supplier<Optional<ItemDocument>> fetch) {
        try {
            Optional<ItemDocument> document = fetch.get();
            if (document.isPresent() && !fits(entry, document.get())) {
                LOG.warn("the archive has another document than the index says: object={}", object(entry));
                return Optional.empty();
            }
            return document;
        } catch (Unavailable | ChronosException.Invalid e) {
            LOG.warn(
                    "the archive could not answer, the log is asked: object={} cause={}",
                    object(entry),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean fits(IndexEntry entry, ItemDocument document) {
        Optional<String> expected =
                entry.payload().map(payload -> payload.sha256().toString());
        Optional<String> found =
                document.payload().map(payload -> payload.sha256().toString());
        return expected.equals(found)
                && document.system().path("ov").longValue() == entry.ov().value();
    }

    private Map<Position, Event> logged(List<IndexEntry> entries) {
        try {
            return events.at(entries.stream().map(IndexEntry::position).toList());
        } catch (Unavailable e) {
            throw new PayloadUnavailable(name(entries.get(0)), e);
        }
    }

    private ItemDocument logged(IndexEntry entry, Map<Position, Event> logged) {
        return Optional.ofNullable(logged.get(entry.position()))
                .flatMap(found -> found.fact().version(entry.item(), entry.ov()))
                .map(version -> new ItemDocument(ItemDocument.system(version), version.payload()))
                .or(() -> inEitherLayout(entry))
                .orElseThrow(() -> new PayloadUnavailable(name(entry), null));
    }

    /** The last resort: it may have been archived in the layout that the collection does not have any more. */
    private Optional<ItemDocument> inEitherLayout(IndexEntry entry) {
        return archived(entry, () -> archive.read(entry.item(), entry.ov(), entry.position()));
    }

    private static String name(IndexEntry entry) {
        return entry.item() + "@" + entry.ov();
    }

    /** @param toUrl gives a URL for so long, if there can be one */
    private Item item(
            ItemKey item, Ov ov, Cv cv, ItemDocument document, Read read, Function<Duration, Optional<URI>> toUrl) {
        Optional<ObjectNode> data =
                document.payload().map(Payload::json).map(Json::parseObject).map(read.projection()::of);
        Optional<URI> url = data.isPresent() ? read.urlTtl().flatMap(toUrl) : Optional.empty();
        Map<String, URI> blobUrls = data.isPresent() && read.urlTtl().isPresent()
                ? blobs.urls(item, data.get(), read.urlTtl().get())
                : Map.of();
        if (read.inlineBlobs()) {
            data.ifPresent(json -> blobs.inline(item, json));
        }
        return new Item(item.id(), ov, cv, data, document.system(), url, blobUrls);
    }

    /** Of one that was read from its object. */
    private Optional<URI> url(ItemKey item, Ov ov, Duration ttl) {
        return Optional.of(archive.archive().presign(location.item(item, ov), ttl));
    }

    /** Of one that came from elsewhere, and may have to be waited for. */
    private Optional<URI> url(IndexEntry entry, Duration ttl) {
        return archive.presign(entry.item(), entry.ov(), entry.position(), ttl, URL_MAX);
    }
}
