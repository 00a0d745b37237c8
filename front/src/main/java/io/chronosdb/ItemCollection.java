package io.chronosdb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.command.RestoreReport;
import io.chronosdb.command.client.CommandClient;
import io.chronosdb.document.AsOf;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.document.Query;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.error.Rejection;
import io.chronosdb.event.Cv;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.Window;
import io.chronosdb.port.WindowTotals;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The items of one collection of one database. Writes return once their event is in the log for good; reads see this
 * handle's own writes unless told otherwise. Thread-safe, cheap to get and to keep.
 *
 * <p>Documents are Maps, records or other objects that Jackson writes as a JSON object, {@link JsonNode}s, or a
 * {@link Payload} of JSON bytes, which are kept to the byte. Everything that can go wrong is a {@link ChronosException}.
 */
public final class ItemCollection {
    /** A million items take some minutes; the client's own deadline is for each sign of life. */
    private static final Duration RESTORE_MAX = Duration.ofHours(6);

    private final Route route;
    private final CommandClient client;
    private final Index index;
    private final TotalsStore totals;
    private final PayloadReader payloads;
    private final CollectionMap map;
    private final Session session;
    private final long payloadBytesMax;
    private final boolean ordersByItem;
    private final Ends ends;

    /** What a read with {@link Consistency#LATEST} asks of the log. */
    interface Ends {
        int partitions();

        /** The offset behind the last event of a partition. */
        long end(int partition);
    }

    ItemCollection(
            Route route,
            CommandClient client,
            Index index,
            TotalsStore totals,
            PayloadReader payloads,
            CollectionMap map,
            Session session,
            long payloadBytesMax,
            boolean ordersByItem,
            Ends ends) {
        this.route = route;
        this.client = client;
        this.index = index;
        this.totals = totals;
        this.payloads = payloads;
        this.map = map;
        this.session = session;
        this.payloadBytesMax = payloadBytesMax;
        this.ordersByItem = ordersByItem;
        this.ends = ends;
    }

    public Route route() {
        return route;
    }

    // ---- writes

    /** A new item with a generated id. */
    public Receipt create(Object data) {
        return create(data, Write.PLAIN);
    }

    public Receipt create(Object data, String actor, String reason) {
        return create(data, Write.by(actor, reason));
    }

    /** @throws ChronosException.AlreadyExists if the write names an id that exists or existed */
    public Receipt create(Object data, Write write) {
        return client.await(createAsync(data, write));
    }

    public CompletableFuture<Receipt> createAsync(Object data, Write write) {
        return submit(write.id(), new Action.Create(payload(data), lineage(write.lineage())), write);
    }

    /** A parent's origin is looked up in the index, where the caller does not give one. */
    private Lineage lineage(Lineage given) {
        if (given.parent().isEmpty() || given.origin().isPresent()) {
            return given;
        }
        ItemKey parent = given.parent().get();
        IndexEntry entry =
                index.head(parent).or(() -> latest(parent)).orElseThrow(() -> new NotFound(parent.toString()));
        ObjectNode system = payloads.read(entry, Read.PLAIN).system();
        ItemKey origin = system.has("originId")
                ? new ItemKey(
                        system.path("originCollection").asText(),
                        system.path("originId").asText())
                : parent;
        return new Lineage(given.parent(), Optional.of(origin));
    }

    /** Another handle may have created it a moment ago. */
    private Optional<IndexEntry> latest(ItemKey item) {
        await(Consistency.LATEST);
        return index.head(item);
    }

    /**
     * New items, many in flight at once.
     *
     * @return what became of each, in order: one that fails does not stop the others
     */
    public List<WriteResult> createMany(List<?> data, Write write) {
        List<WriteResult> results = new ArrayList<>();
        submitAll(data.stream().map(each -> PendingWrite.create(each, write)).iterator(), results::add);
        return results;
    }

    /**
     * A stream of writes of any length, in bounded memory. The source is asked for the next one when there is room, on this
     * thread; results come on this thread, too, in the order of the writes.
     *
     * @return how many there were
     */
    public long submitAll(Iterator<? extends PendingWrite> writes, Consumer<WriteResult> results) {
        return new WriteStream(this, results).run(writes);
    }

    public Receipt update(String id, Object data, ExpectedOv expected) {
        return update(id, data, expected, Write.PLAIN);
    }

    public Receipt update(String id, Object data, ExpectedOv expected, String actor, String reason) {
        return update(id, data, expected, Write.by(actor, reason));
    }

    /**
     * Replaces an item's document.
     *
     * @param expected the version it must have, or {@link ExpectedOv#ANY}
     * @throws ChronosException.VersionConflict if it has another
     * @throws ChronosException.NotFound if there is no such item
     * @throws ChronosException.Deleted if it is deleted
     */
    public Receipt update(String id, Object data, ExpectedOv expected, Write write) {
        return client.await(updateAsync(id, data, expected, write));
    }

    public CompletableFuture<Receipt> updateAsync(String id, Object data, ExpectedOv expected, Write write) {
        return submit(Optional.of(id), new Action.Update(payload(data), expected), write);
    }

    public Receipt delete(String id, ExpectedOv expected) {
        return delete(id, expected, Write.PLAIN);
    }

    public Receipt delete(String id, ExpectedOv expected, String actor, String reason) {
        return delete(id, expected, Write.by(actor, reason));
    }

    /** Makes a last version without a document; the earlier ones stay readable. Throws like {@link #update}. */
    public Receipt delete(String id, ExpectedOv expected, Write write) {
        return client.await(deleteAsync(id, expected, write));
    }

    public CompletableFuture<Receipt> deleteAsync(String id, ExpectedOv expected, Write write) {
        return submit(Optional.of(id), new Action.Delete(expected), write);
    }

    /** Enriches the latest version, whatever it is. */
    public Receipt enrich(String id, Object patch, Write write) {
        return enrich(id, patch, ExpectedOv.ANY, write);
    }

    /**
     * Merges patches into the latest version, where it lies: no contribution of many at once is lost. Objects merge, arrays
     * unite, null overwrites, anything else replaces. One call is one version, or none where it changes nothing: the receipt
     * is then that of the present one.
     *
     * @param patch a JSON object, or a list of them that are folded left to right
     * @param write whose {@link Write#withFunctionId} is recorded with this and every later version
     * @throws ChronosException as {@link #update} does
     */
    public Receipt enrich(String id, Object patch, ExpectedOv expected, Write write) {
        return client.await(enrichAsync(id, patch, expected, write));
    }

    public CompletableFuture<Receipt> enrichAsync(String id, Object patch, ExpectedOv expected, Write write) {
        List<Payload> patches = Operation.patches(patch);
        requireFits(patches.stream().mapToLong(Payload::size).sum());
        return submit(
                Optional.of(id), new Action.Enrich(patches, write.functionId().orElse(""), expected), write);
    }

    public Receipt restoreObject(String id, RestorePoint.OfItem to) {
        return restoreObject(id, to, Write.PLAIN);
    }

    /**
     * Makes a version with an earlier one's document, also of a deleted item. Going back to a deletion deletes; where the item
     * is like that already, no version is made.
     *
     * @param to {@code RestorePoint.ov(5)} or {@code RestorePoint.at(time)}
     * @throws ChronosException.NotFound if there is no such item or version, or the item is younger
     */
    public Receipt restoreObject(String id, RestorePoint.OfItem to, Write write) {
        return client.await(submit(Optional.of(id), new Action.RestoreObject(to), write));
    }

    /**
     * Makes a version of every item that was different at a point, so that the collection is as it was then. Restoring is
     * itself recorded, and can be undone by restoring to just before. A crash in the middle leaves it to be finished by
     * whoever takes over.
     *
     * @param to {@code RestorePoint.cv(100)} or {@code RestorePoint.at(time)}
     */
    public RestoreReport restoreCollection(RestorePoint.OfCollection to, RestoreOptions options, Write write) {
        Command command = command(
                Optional.empty(), new Action.RestoreCollection(to, options.dryRun(), options.keepNewer()), write);
        RestoreReport report = client.await(
                client.restoreCollection(route.database(), command, ordersByItem, options.watcher()), RESTORE_MAX);
        report.positions().forEach(session::saw);
        return report;
    }

    /**
     * Several operations, all or none, at one moment. Their items must be ordered together: those of one collection, unless the
     * configured routing key says otherwise.
     *
     * @return a receipt for each operation, in order; for one that changes nothing, of the present version
     * @throws ChronosException.CrossPartition if they are not ordered together
     * @throws ChronosException the refusal of the first operation that is refused, with its number as {@code operation} in its
     *     details; nothing was written then
     */
    public List<Receipt> transact(List<Operation> operations, Write write) {
        return client.await(transactAsync(operations, write));
    }

    public CompletableFuture<List<Receipt>> transactAsync(List<Operation> operations, Write write) {
        List<Action.Operation> all = operations.stream()
                .map(operation -> operation.at(route.collection()))
                .toList();
        Action.Transact transact = new Action.Transact(all);
        requireFits(transact.bytes());
        Command command = new Command(
                write.commandId(), "", Optional.empty(), write.actor(), write.reason(), write.headers(), transact);
        return client.transact(route.database(), command).thenApply(receipts -> {
            for (int i = 0; i < receipts.size(); i++) {
                session.wrote(new ItemKey(all.get(i).collection(), all.get(i).id()), receipts.get(i));
            }
            return receipts;
        });
    }

    private Command command(Optional<String> id, Action action, Write write) {
        return new Command(
                write.commandId(), route.collection(), id, write.actor(), write.reason(), write.headers(), action);
    }

    private CompletableFuture<Receipt> submit(Optional<String> id, Action action, Write write) {
        id.ifPresent(route::item); // A bad id is refused here already, without a round trip.
        return client.submit(route.database(), command(id, action, write)).thenApply(receipt -> {
            session.wrote(route.item(receipt.id()), receipt);
            return receipt;
        });
    }

    /** Too large a document is refused before anything is sent. */
    private Payload payload(Object data) {
        Payload payload = Operation.payload(data);
        requireFits(payload.size());
        return payload;
    }

    private void requireFits(long bytes) {
        if (bytes > payloadBytesMax) {
            throw Rejection.payloadTooLarge(bytes, payloadBytesMax).toException();
        }
    }

    // ---- reads

    /** The latest version; absent where there is none or it is a deletion. */
    public Optional<Item> getLatest(String id) {
        return getLatest(id, Read.PLAIN);
    }

    public Optional<Item> getLatest(String id, Read read) {
        ItemKey item = route.item(id);
        await(read.consistency());
        Optional<IndexEntry> head = index.head(item);
        if (read.consistency() != Consistency.EVENTUAL) {
            session.requireShown(item, head.map(IndexEntry::ov));
        }
        return present(head, read);
    }

    /** One version, for ever; absent where there is no such version. A deletion is an item without data. */
    public Optional<Item> getVersion(String id, ExpectedOv ov) {
        return getVersion(id, ov, Read.PLAIN);
    }

    /** @throws ChronosException.PayloadUnavailable if there is such a version, and its document is nowhere to be found */
    public Optional<Item> getVersion(String id, ExpectedOv ov, Read read) {
        Ov exact = ov.exact().orElseThrow(() -> new Invalid("a version is read by its number"));
        ItemKey item = route.item(id);
        await(read.consistency());
        Optional<IndexEntry> entry = index.version(item, exact);
        if (entry.isPresent()) {
            return entry.map(found -> payloads.read(found, read));
        }
        if (exact.compareTo(index.firstKept(item)) < 0) {
            return Optional.empty();
        }
        Optional<Item> archived = payloads.readArchived(item, exact, read);
        if (archived.isEmpty()
                && index.head(item)
                        .filter(head -> head.ov().compareTo(exact) >= 0)
                        .isPresent()) {
            throw new ChronosException.PayloadUnavailable(item + "@" + exact, null);
        }
        return archived;
    }

    /** The version as it was at a time; absent before the item's first, and where it was deleted then. */
    public Optional<Item> getAsOf(String id, Instant time) {
        return getAsOf(id, time, Read.PLAIN);
    }

    public Optional<Item> getAsOf(String id, Instant time, Read read) {
        ItemKey item = route.item(id);
        await(read.consistency());
        Optional<IndexEntry> entry = index.asOf(item, time);
        if (entry.isPresent()) {
            return present(entry, read);
        }
        Optional<IndexEntry> head =
                index.head(item).filter(found -> !found.createdAt().isAfter(time));
        if (head.isEmpty() || !head.get().at().isAfter(time)) {
            return present(head, read);
        }
        // The index does not keep versions that long.
        return payloads.readArchivedAsOf(head.get(), index.firstKept(item), time, read)
                .filter(found -> read.includeDeleted() || !found.deleted());
    }

    /** The latest {@link Query#LIMIT_DEFAULT} versions, newest first. */
    public List<HistoryEntry> history(String id) {
        return history(id, Optional.empty(), Query.LIMIT_DEFAULT);
    }

    public List<HistoryEntry> history(String id, Optional<Ov> before, int limit) {
        return history(id, before, limit, Consistency.SESSION);
    }

    /**
     * An item's versions, newest first; none where there is no such item. Without those that {@code retention.ver} has removed
     * from the index.
     *
     * @param before only versions below this one, to go on from a page's last
     * @param limit at most this many, 1 to {@link Query#LIMIT_MAX}
     */
    public List<HistoryEntry> history(String id, Optional<Ov> before, int limit, Consistency consistency) {
        if (limit < 1 || limit > Query.LIMIT_MAX) {
            throw new Invalid("limit is 1 to " + Query.LIMIT_MAX + ": limit=" + limit);
        }
        ItemKey item = route.item(id);
        await(consistency);
        List<IndexEntry> versions = index.history(item, before, limit);
        if (before.isEmpty() && consistency != Consistency.EVENTUAL) {
            session.requireShown(item, versions.stream().map(IndexEntry::ov).findFirst());
        }
        return versions.stream().map(HistoryEntry::of).toList();
    }

    public ArrayNode diff(String id, Ov from, Ov to) {
        return diff(id, from, to, Consistency.SESSION);
    }

    /**
     * What makes one version's document the other's: a JSON Patch (RFC 6902) of {@code add}, {@code remove} and
     * {@code replace}. Numbers are compared by value. A deletion counts as an empty document.
     *
     * @throws ChronosException.NotFound if there is no such version
     */
    public ArrayNode diff(String id, Ov from, Ov to, Consistency consistency) {
        Read read = Read.PLAIN.with(consistency);
        return DocumentDiff.between(document(id, from, read), document(id, to, read));
    }

    private ObjectNode document(String id, Ov ov, Read read) {
        return getVersion(id, ov, read)
                .orElseThrow(() -> new ChronosException.NotFound(route.item(id) + "@" + ov))
                .data()
                .orElseGet(Json::object);
    }

    /** A query of this collection to refine: everything that is not deleted, by item id. */
    public QueryBuilder query() {
        return new QueryBuilder(map);
    }

    public Page<Item> listByMeta(Query query) {
        return listByMeta(query, Read.PLAIN);
    }

    /**
     * The items that a query finds, with their documents. Deleted ones are listed if the query or the read says so.
     *
     * @throws ChronosException.NotIndexed if it names a property that is not indexed
     * @throws Invalid if its moment is so long ago that {@code retention.ver} has removed versions of it from the index
     */
    public Page<Item> listByMeta(Query query, Read read) {
        await(read.consistency());
        Query wanted = query.includingDeleted(query.includeDeleted() || read.includeDeleted());
        Index.Page page = index.list(route.collection(), wanted);
        return new Page<>(payloads.readAll(page.entries(), read), page.next());
    }

    /** What was counted in this collection so far. Follows the writes by moments, whatever the session. */
    public Totals getTotals() {
        return totals.read(route.collection());
    }

    /** What was counted by day, week or month, oldest first; windows in which nothing happened are not among them. */
    public List<WindowTotals> getTotals(Window window) {
        return getTotals(window, TotalsStore.FIRST_DAY, TotalsStore.LAST_DAY);
    }

    /**
     * The same, of the windows that have a day in a range. Days are UTC.
     *
     * @param from the range's first day
     * @param to its last day, which is in it
     */
    public List<WindowTotals> getTotals(Window window, LocalDate from, LocalDate to) {
        return Counters.read(totals, route.collection(), window, from, to);
    }

    /**
     * From now on reads of this handle show at least this position: a receipt's token from another process.
     *
     * @throws Invalid if it is no token of this database
     */
    public void readAtLeast(String positionToken) {
        session.saw(Position.parse(route.database(), positionToken));
    }

    private Optional<Item> present(Optional<IndexEntry> entry, Read read) {
        return entry.filter(found -> read.includeDeleted() || !found.deleted())
                .map(found -> payloads.read(found, read));
    }

    private void await(Consistency consistency) {
        switch (consistency) {
            case EVENTUAL -> {}
            case SESSION -> session.await(route.database(), index);
            case LATEST -> {
                for (int p = 0; p < ends.partitions(); p++) {
                    session.await(new DatabasePartition(route.database(), p), ends.end(p), index);
                }
            }
        }
    }

    /** Builds a {@link Query}; each call returns a further one. */
    public record QueryBuilder(CollectionMap map, Query query) {
        QueryBuilder(CollectionMap map) {
            this(map, Query.all());
        }

        /**
         * @param json a condition such as {@code {"status": "active"}}
         * @throws ChronosException.NotIndexed if no index can answer it
         */
        public QueryBuilder filter(String json) {
            return with(query.filtered(Query.parseFilter(parse(json), map)));
        }

        /** @param json an order such as {@code {"updatedAt": -1}} */
        public QueryBuilder sort(String json) {
            return with(query.sorted(Query.parseSort(parse(json), map)));
        }

        private static JsonNode parse(String json) {
            return Json.parse(json.getBytes(StandardCharsets.UTF_8));
        }

        public QueryBuilder limit(int limit) {
            return with(query.limited(limit));
        }

        /** @param cursor the page before's {@link Page#next} */
        public QueryBuilder after(String cursor) {
            return with(query.after(cursor));
        }

        public QueryBuilder includeDeleted() {
            return with(query.includingDeleted(true));
        }

        /** Every item as it was at a time; one that has not come yet is the present. */
        public QueryBuilder asOf(Instant time) {
            return with(query.at(AsOf.time(time)));
        }

        /** Every item as it was when the collection had this version. */
        public QueryBuilder asOf(Cv cv) {
            return with(query.at(AsOf.cv(cv)));
        }

        private QueryBuilder with(Query other) {
            return new QueryBuilder(map, other);
        }
    }
}
