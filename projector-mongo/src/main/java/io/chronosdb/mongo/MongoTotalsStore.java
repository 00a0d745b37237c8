package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lt;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.DeleteManyModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.WriteModel;
import io.chronosdb.address.Database;
import io.chronosdb.port.Counts;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.Window;
import io.chronosdb.port.WindowTotals;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;

/**
 * Totals in {@code cnt_total} of an analytics database, which many databases may share: documents {@code
 * <database>/<collection>/<partition>} in all time and {@code <database>/<collection>@<window>/<start>/<partition>} by
 * periods, with absolute numbers and how far they go. They only move forward, whoever writes late. Thread-safe.
 */
public final class MongoTotalsStore implements TotalsStore {
    private static final String COLLECTION = "cnt_total";

    private final Database database;
    private final IndexDatabase analytics;

    /**
     * The totals of one database.
     *
     * @param dbName the MongoDB database that they are in
     * @param client stays open: it belongs to the caller
     */
    public MongoTotalsStore(Database database, String dbName, MongoClient client) {
        this.database = database;
        this.analytics = new IndexDatabase(client, dbName);
    }

    @Override
    public void store(List<Part> parts) {
        if (parts.isEmpty()) {
            return;
        }
        analytics.call("store totals", () -> {
            List<Integer> present = BulkWrites.direct(
                    collection(), parts.stream().map(part -> model(part, true)).toList());
            // What met one may be newer all the same: someone else has just inserted an older one.
            write(present.stream().map(index -> model(parts.get(index), false)).toList());
            write(parts.stream().flatMap(part -> expired(part).stream()).toList());
            return parts.size();
        });
    }

    @Override
    public void replace(Part part) {
        String id = id(part);
        analytics.call(
                "replace totals",
                () -> collection()
                        .replaceOne(
                                eq("_id", id),
                                TotalsDocument.of(id, database, part),
                                new ReplaceOptions().upsert(true)));
    }

    @Override
    public void parts(Consumer<Part> found) {
        analytics.call("read parts of totals", () -> {
            collection().find(all()).map(TotalsDocument::part).forEach(found);
            return true;
        });
    }

    @Override
    public void clear() {
        analytics.call("clear totals", () -> collection().deleteMany(all()));
    }

    /** '0' is the character behind '/'. */
    private Bson all() {
        return and(gte("_id", database + "/"), lt("_id", database + "0"));
    }

    private void write(List<WriteModel<BsonDocument>> writes) {
        if (!writes.isEmpty()) {
            BulkWrites.direct(collection(), writes);
        }
    }

    /** Of all partitions: one that has no events any more has no time of its own either. */
    private List<WriteModel<BsonDocument>> expired(Part part) {
        List<WriteModel<BsonDocument>> deletions = new ArrayList<>();
        part.oldest()
                .forEach((window, oldest) -> deletions.add(
                        new DeleteManyModel<>(between(part.collection(), window, FIRST_DAY, oldest.toString()))));
        return deletions;
    }

    @Override
    public Totals read(String collection) {
        return analytics.call("read totals", () -> {
            Counts sum = Counts.NONE;
            for (BsonDocument part : collection().find(allTime(collection))) {
                sum = sum.plus(TotalsDocument.counts(part));
            }
            return sum.totals();
        });
    }

    @Override
    public List<WindowTotals> read(String collection, Window window, LocalDate from, LocalDate to) {
        return analytics.call("read totals of windows", () -> {
            PeriodSums sums = new PeriodSums(window);
            for (BsonDocument part : collection()
                    .find(between(collection, window, window.startOf(from), to + "0"))
                    .sort(Sorts.ascending("_id"))) {
                sums.add(TotalsDocument.start(part), TotalsDocument.counts(part));
            }
            // Asked for afterwards: what is being removed meanwhile, and is read in part, begins before it.
            LocalDate oldest = oldest(collection, window);
            return sums.end().stream()
                    .filter(period -> !period.start().isBefore(oldest))
                    .toList();
        });
    }

    /** Where the periods begin that every partition has: the others' time may be behind. */
    private LocalDate oldest(String collection, Window window) {
        LocalDate oldest = FIRST_DAY;
        for (BsonDocument part : collection().find(allTime(collection))) {
            LocalDate ofPart = TotalsDocument.oldest(part, window).orElse(FIRST_DAY);
            oldest = ofPart.isAfter(oldest) ? ofPart : oldest;
        }
        return oldest;
    }

    private MongoCollection<BsonDocument> collection() {
        return analytics.collection(COLLECTION);
    }

    // Partitions stand behind a "/", and "0" is the character behind that one.
    private Bson allTime(String collection) {
        String name = database + "/" + collection;
        return and(gte("_id", name + "/"), lt("_id", name + "0"));
    }

    /** The periods that begin on a day or later, as far as a text; no collection's name has an "@". */
    private Bson between(String collection, Window window, LocalDate from, String before) {
        String name = database + "/" + collection + "@" + window.label() + "/";
        return and(gte("_id", name + from), lt("_id", name + before));
    }

    private String id(Part part) {
        String name = database + "/" + part.collection();
        return part.period()
                        .map(period -> name + "@" + period.window().label() + "/" + period.start())
                        .orElse(name)
                + "/" + part.partition();
    }

    private WriteModel<BsonDocument> model(Part part, boolean upsert) {
        String id = id(part);
        return new ReplaceOneModel<>(
                and(eq("_id", id), lt("next", part.next())),
                TotalsDocument.of(id, database, part),
                new ReplaceOptions().upsert(upsert));
    }

    /** Adds up parts that come in order of their periods, so that one period at a time is held in full. */
    private static final class PeriodSums {
        private final Window window;
        private final List<WindowTotals> done = new ArrayList<>();
        private LocalDate start = FIRST_DAY;
        private Counts sum = Counts.NONE;
        private boolean any;

        private PeriodSums(Window window) {
            this.window = window;
        }

        private void add(LocalDate next, Counts counts) {
            if (!next.equals(start)) {
                end();
                start = next;
            }
            sum = sum.plus(counts);
            any = true;
        }

        private List<WindowTotals> end() {
            if (any) {
                done.add(new WindowTotals(window, start, sum.totals()));
            }
            any = false;
            sum = Counts.NONE;
            return done;
        }
    }
}
