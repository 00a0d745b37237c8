package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.eq;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOptions;
import io.chronosdb.address.Selection;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.mongo.PartComparison.Found;
import io.chronosdb.mongo.ProgressStore.Stored;
import io.chronosdb.port.Progress;
import io.chronosdb.port.SortedTable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.jspecify.annotations.Nullable;

/**
 * Holds an index to the log: the documents that it should have are made from the events, and compared with those that it has.
 * Changes nothing, unless a finding is mended. For one thread.
 */
public final class IndexAudit implements AutoCloseable {
    private final IndexDatabase live;
    private final ProgressStore progress;
    private final int partitions;
    private final Selection only;
    private final ExpectedIndex expected;
    private @Nullable RebuildLease lease;
    private long looked;

    /**
     * A document that is not as the log has it. It names no values: they may be confidential.
     *
     * @param collection whose it is
     * @param part the MongoDB collection, for example {@code users_head}
     * @param item whose document it is; the collection's name where it is the counter's
     * @param ov of the version, or the latest one of a head; -1 for a counter
     * @param document the item, or {@code <item>@<ov>} for a version
     * @param field dotted; empty if it is missing or too many
     * @param problem for a person
     * @param unknown whether the log does not have it at all
     * @param mend makes it as the log has it; only while the projection is {@link #pause paused}
     */
    public record Finding(
            String collection,
            String part,
            String item,
            long ov,
            String document,
            String field,
            String problem,
            boolean unknown,
            Runnable mend) {}

    /**
     * @param only what to look at; the counter of a collection only with all of its items
     * @param table for what is expected; it may have keys of others that begin with lower case letters
     */
    public IndexAudit(IndexSettings settings, MongoClient client, int partitions, Selection only, SortedTable table) {
        this.live = new IndexDatabase(client, settings.dbName());
        this.progress = new ProgressStore(live);
        this.partitions = partitions;
        this.only = only;
        this.expected = new ExpectedIndex(settings, only, table);
    }

    /** How far the index is, by partition. */
    public Map<Integer, Progress> progress() {
        Map<Integer, Progress> at = new TreeMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            at.put(partition, progress.read(partition).progress());
        }
        return at;
    }

    /** A batch of the log, in its partition's order. */
    public void expect(List<LoggedEvent> events) {
        expected.add(events);
    }

    /**
     * Keeps the projection out until this is closed, and waits until it stands still.
     *
     * @return how far it is
     * @throws Unavailable if the index is being rebuilt or mended by another process
     */
    public Map<Integer, Progress> pause() {
        RebuildLease taken = RebuildLease.take(live, RebuildLease.DURATION);
        lease = taken;
        taken.pause();
        return taken.awaitStill(this::progress);
    }

    /**
     * Compares.
     *
     * @param at up to where {@link #expect} was told of the log: what the index has of later events is no difference
     * @param findings told of every difference
     * @param progressing told how many documents were looked at
     */
    public void compare(Map<Integer, Progress> at, Consumer<Finding> findings, LongConsumer progressing) {
        looked = 0;
        Map<Integer, Stored> places = new TreeMap<>();
        at.forEach((partition, reached) -> places.put(partition, new Stored(reached, "")));
        TreeSet<String> collections = new TreeSet<>(live.collections());
        expected.collections().forEach(collections::add);
        collections.removeIf(name -> !only.hasCollection(name));
        for (String collection : collections) {
            long versions = compare(Part.VERSIONS, collection, places, false, findings, progressing);
            compare(Part.HEAD, collection, places, false, findings, progressing);
            if (only.item().isEmpty()) {
                compare(Part.COUNTER, collection, places, versions > 0, findings, progressing);
            }
        }
    }

    private long compare(
            Part part,
            String collection,
            Map<Integer, Stored> places,
            boolean versionsAhead,
            Consumer<Finding> findings,
            LongConsumer progressing) {
        return live.call("compare", () -> {
            PartComparison comparison = new PartComparison(
                    part,
                    places,
                    expected.due(),
                    versionsAhead,
                    found -> findings.accept(finding(part, collection, found)));
            try (MongoCursor<BsonDocument> has = live.scan(part, collection, only.item());
                    ExpectedIndex.Documents should = expected.scan(part, collection)) {
                comparison.run(counted(has, progressing), should.documents());
            }
            return comparison.ahead();
        });
    }

    private Iterator<BsonDocument> counted(Iterator<BsonDocument> documents, LongConsumer progressing) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return documents.hasNext();
            }

            @Override
            public BsonDocument next() {
                looked++;
                progressing.accept(looked);
                return documents.next();
            }
        };
    }

    private Finding finding(Part part, String collection, Found found) {
        String problem = found.old().isEmpty()
                ? "the index does not have it"
                : found.rebuilt().isEmpty() ? "the log does not have it" : "the field differs from the log";
        return new Finding(
                collection,
                part.of(collection),
                found.item(),
                found.ov(),
                found.document(),
                found.field(),
                problem,
                found.rebuilt().isEmpty(),
                () -> mend(part, collection, found));
    }

    private void mend(Part part, String collection, Found found) {
        RebuildLease held = lease;
        if (held == null) {
            throw new IllegalStateException("mended while the projection may write");
        }
        held.requireHeld();
        MongoCollection<BsonDocument> documents = live.part(part, collection);
        live.call("mend", () -> {
            if (found.rebuilt().isEmpty()) {
                return documents.deleteOne(eq("_id", found.id()));
            }
            if (part == Part.COUNTER) { // What else it has stays.
                BsonInt64 cv = found.rebuilt().get().getInt64("cv");
                return documents.updateOne(
                        eq("_id", found.id()),
                        new BsonDocument("$set", new BsonDocument("cv", cv)),
                        new UpdateOptions().upsert(true));
            }
            return documents.replaceOne(
                    eq("_id", found.id()), found.rebuilt().get(), new ReplaceOptions().upsert(true));
        });
    }

    /** Lets the projection in again, if it was kept out. */
    @Override
    public void close() {
        if (lease != null) {
            lease.close();
        }
    }
}
