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
import io.chronosdb.log.EventReader;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.port.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the document of a version: in the archive, or in the log by its position where the archive does not have it yet,
 * is down, or has something whose hash is wrong.
 */
final class PayloadReader {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadReader.class);
    private static final Duration ARCHIVE_MAX = Duration.ofSeconds(10);

    /** Documents of one page that are fetched at the same time. */
    private static final int FETCHES_MAX = 32;

    private final Archive archive;
    private final ArchiveLocation location;
    private final EventReader events;

    PayloadReader(Archive archive, ArchiveLocation location, EventReader events) {
        this.archive = archive;
        this.location = location;
        this.events = events;
    }

    /** The version that the index knows. */
    Item read(IndexEntry entry) {
        return finish(entry, archive.get(object(entry)));
    }

    /** The versions in order, with some of them fetched at the same time. */
    List<Item> readAll(List<IndexEntry> entries) {
        List<Item> items = new ArrayList<>();
        for (int from = 0; from < entries.size(); from += FETCHES_MAX) {
            List<IndexEntry> some = entries.subList(from, Math.min(entries.size(), from + FETCHES_MAX));
            List<CompletableFuture<Optional<byte[]>>> fetches =
                    some.stream().map(entry -> archive.get(object(entry))).toList();
            for (int i = 0; i < some.size(); i++) {
                items.add(finish(some.get(i), fetches.get(i)));
            }
        }
        return items;
    }

    private ObjectKey object(IndexEntry entry) {
        return entry.payload()
                .map(IndexEntry.PayloadRef::object)
                .orElseGet(() -> location.item(entry.item(), entry.ov()));
    }

    private Item finish(IndexEntry entry, CompletableFuture<Optional<byte[]>> fetch) {
        ItemDocument document = archived(entry, fetch).orElseGet(() -> logged(entry));
        return item(entry.item(), entry.ov(), entry.cv(), document);
    }

    /** A version that the index does not know any more: its key in the archive is computable. */
    Optional<Item> readArchived(ItemKey item, Ov ov) {
        return new ArchiveReader(archive, location, ARCHIVE_MAX)
                .read(item, ov)
                .map(document ->
                        item(item, ov, new Cv(document.system().path("cv").longValue()), document));
    }

    private Optional<ItemDocument> archived(IndexEntry entry, CompletableFuture<Optional<byte[]>> fetch) {
        try {
            Optional<ItemDocument> document = await(fetch).map(ItemDocument::decode);
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

    private ItemDocument logged(IndexEntry entry) {
        Optional<Event> event;
        try {
            event = events.at(entry.position());
        } catch (Unavailable e) {
            throw new PayloadUnavailable(entry.item() + "@" + entry.ov(), e);
        }
        return event.stream()
                .flatMap(found -> found.fact().versions().stream())
                .filter(version ->
                        version.item().equals(entry.item()) && version.ov().equals(entry.ov()))
                .findFirst()
                .map(version -> new ItemDocument(ItemDocument.system(version), version.payload()))
                .orElseThrow(() -> new PayloadUnavailable(entry.item() + "@" + entry.ov(), null));
    }

    private static Optional<byte[]> await(CompletableFuture<Optional<byte[]>> fetch) {
        try {
            return fetch.get(ARCHIVE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ChronosException known) {
                throw known;
            }
            throw new Unavailable("archive", String.valueOf(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new Unavailable("archive", "no answer within " + ARCHIVE_MAX, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("archive", "interrupted", e);
        }
    }

    private static Item item(ItemKey item, Ov ov, Cv cv, ItemDocument document) {
        Optional<ObjectNode> data = document.payload().map(Payload::json).map(Json::parseObject);
        return new Item(item.id(), ov, cv, data, document.system());
    }
}
