package io.chronosdb.bench;

import static com.mongodb.client.model.Filters.eq;
import static io.chronosdb.bench.Figures.PER_SECOND;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.mongo.MongoProjector;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * The projector over a backlog, in each round the same one from its beginning into a database that was dropped. The floor reads nothing: the
 * documents that the projector made are in its memory, as bytes, each as it was in the end: where a later version has set an earlier one's end,
 * the floor inserts that with its end.
 */
final class Projecting implements Contest {
    private static final int EVENTS = 80_000;
    private static final int BATCH = 1_000;
    private static final int BATCHES_LEAST = 4;
    private static final int HOT_ITEMS = 1_000;
    private static final int UPDATES_OF_TEN = 9;

    /** Has no divisor in common with the number of hot items: each one gets its turn. */
    private static final long STRIDE = 7_919;

    private static final Set<String> NOT_OF_HEADS = Set.of("_id", "until", "untilCv", "commandId");
    private static final String FLOOR =
            "bulkWrite of the very same documents, batches, indexes and write concern; reads nothing";

    private final String name;
    private final long events;
    private final ChronosConfig config;
    private final MongoClient client;
    private final Parts parts = new Parts();

    /** By collection, and so by partition; with the documents that take their places. */
    private final List<List<BareBatch>> batches = new ArrayList<>();

    /** What the floor writes with one request for the versions and one for the heads. */
    private record BareBatch(List<WriteModel<BsonDocument>> versions, List<WriteModel<BsonDocument>> heads) {}

    private Projecting(Lab lab, Effort effort, String name, boolean hot) throws Exception {
        this.name = name;
        int commands = effort.amount(EVENTS, 320);
        int hotItems = hot ? Math.min(HOT_ITEMS, commands / 4) : 0;
        int batch = Math.min(BATCH, commands / Lab.PARTITIONS / BATCHES_LEAST);
        config = lab.config(
                name,
                Backlog.COLLECTIONS,
                json -> json.putObject("writeOptimization").put("batchSize", batch));
        client = MongoClients.create(lab.mongo());
        parts.add(client::close);
        if (hot) {
            List<CompletableFuture<String>> ids = new ArrayList<>();
            Backlog.of(config, hotItems + commands, (collections, n) -> hot(collections, ids, hotItems, n));
        } else {
            Backlog.ofItems(config, commands);
        }
        events = Backlog.records(config);
        Figures unused = chronos(effort);
        for (String collection : Backlog.COLLECTIONS) {
            batches.add(bare(collection, batch));
        }
    }

    static List<Scenario> scenarios() {
        return List.of(
                new Scenario(
                        "projector",
                        "events/s into the index, all of them creations",
                        FLOOR,
                        List.of(Goal.ratioAtLeast(PER_SECOND, 0.85)),
                        (lab, effort) -> new Projecting(lab, effort, "projector", false)),
                new Scenario(
                        "projector-hot",
                        "events/s into the index, nine in ten of them updates of 1,000 items",
                        FLOOR + "; a head for every event",
                        List.of(Goal.ratioAtLeast(PER_SECOND, 1.5)),
                        (lab, effort) -> new Projecting(lab, effort, "projector-hot", true)));
    }

    private static CompletableFuture<?> hot(
            List<ItemCollection> collections, List<CompletableFuture<String>> ids, int hotItems, long n) {
        boolean hot = n < hotItems;
        if (hot || n / collections.size() % 10 >= UPDATES_OF_TEN) {
            CompletableFuture<String> created = collections
                    .get((int) (n % collections.size()))
                    .createAsync(Documents.payload(n), Write.PLAIN)
                    .thenApply(Receipt::id);
            if (hot) {
                ids.add(created);
            }
            return created;
        }
        int item = (int) (n * STRIDE % hotItems);
        return ids.get(item)
                .thenCompose(id -> collections
                        .get(item % collections.size())
                        .updateAsync(id, Documents.payload(n), ExpectedOv.ANY, Write.PLAIN));
    }

    private List<BareBatch> bare(String collection, int batchMax) {
        List<RawBsonDocument> versions = documents(collection);
        List<BareBatch> bare = new ArrayList<>();
        for (int from = 0; from < versions.size(); from += batchMax) {
            List<RawBsonDocument> batch = versions.subList(from, Math.min(versions.size(), from + batchMax));
            bare.add(new BareBatch(
                    batch.stream()
                            .<WriteModel<BsonDocument>>map(InsertOneModel::new)
                            .toList(),
                    batch.stream().map(Projecting::headOf).toList()));
        }
        return bare;
    }

    /** The versions in the log's order. */
    private List<RawBsonDocument> documents(String collection) {
        List<RawBsonDocument> versions = client.getDatabase(name)
                .getCollection(BareIndex.versions(collection), RawBsonDocument.class)
                .find()
                .into(new ArrayList<>());
        versions.sort(Comparator.comparingLong(
                version -> version.getDocument("position").getInt64("offset").getValue()));
        return versions;
    }

    /** As the projector writes it: an item's first one is inserted, a later one takes the place of an older one. */
    private static WriteModel<BsonDocument> headOf(RawBsonDocument version) {
        BsonDocument key = version.getDocument("_id");
        BsonDocument fields = new BsonDocument("_id", key.get("id")).append("ov", key.get("ov"));
        version.forEach((field, value) -> {
            if (!NOT_OF_HEADS.contains(field)) {
                fields.append(field, value);
            }
        });
        fields.append("updatedAt", version.get("at"));
        RawBsonDocument head = new RawBsonDocument(fields, new BsonDocumentCodec());
        if (key.getInt64("ov").getValue() == 0) {
            return new InsertOneModel<>(head);
        }
        Document newer = new Document("$lt", List.of("$ov", key.getInt64("ov")));
        Document either = new Document("$cond", List.of(newer, new Document("$literal", head), "$$ROOT"));
        return new UpdateOneModel<>(
                eq("_id", key.get("id")),
                List.of(new Document("$replaceWith", either)),
                new UpdateOptions().upsert(true));
    }

    @Override
    public void warmUp(Effort effort) throws Exception {
        Figures unused = floor(effort); // The other side has run once already.
    }

    @Override
    public Figures chronos(Effort effort) throws Exception {
        client.getDatabase(name).drop();
        try (Parts running = new Parts()) {
            Stores stores = new Stores(config);
            running.add(stores::close);
            MongoProjector projector = stores.projector();
            running.add(Node.start(config, EnumSet.of(Role.PROJECTOR))::close);
            return Pursuit.watch(events, () -> Backlog.positions(projector));
        }
    }

    @Override
    public Figures floor(Effort effort) throws Exception {
        BareIndex projected = new BareIndex(client.getDatabase(name));
        BareIndex bare = new BareIndex(client.getDatabase(name + "-bare"));
        bare.database().drop();
        for (String collection : Backlog.COLLECTIONS) {
            bare.copyIndexes(projected, BareIndex.versions(collection));
            bare.copyIndexes(projected, BareIndex.heads(collection));
        }
        ExecutorService threads = Executors.newFixedThreadPool(batches.size());
        try {
            AtomicLong begin = new AtomicLong();
            CyclicBarrier begun = new CyclicBarrier(batches.size(), () -> begin.set(System.nanoTime()));
            List<Callable<Integer>> writers = IntStream.range(0, batches.size())
                    .<Callable<Integer>>mapToObj(p -> () -> write(bare, p, begun))
                    .toList();
            int written = 0;
            for (Future<Integer> writer : threads.invokeAll(writers)) {
                written += writer.get();
            }
            return Figures.of(Figures.PER_SECOND, written * 1e9 / (System.nanoTime() - begin.get()));
        } finally {
            threads.shutdownNow();
        }
    }

    /** As the other side's, its rate is of what comes behind the first batch. */
    private int write(BareIndex bare, int part, CyclicBarrier begun) throws Exception {
        String collection = Backlog.COLLECTIONS.get(part);
        MongoCollection<BsonDocument> versions = bare.collection(BareIndex.versions(collection));
        MongoCollection<BsonDocument> heads = bare.collection(BareIndex.heads(collection));
        List<BareBatch> own = batches.get(part);
        int written = 0;
        for (int n = 0; n < own.size(); n++) {
            BareBatch batch = own.get(n);
            versions.bulkWrite(batch.versions(), BareIndex.UNORDERED);
            heads.bulkWrite(batch.heads(), BareIndex.UNORDERED);
            if (n == 0) {
                begun.await();
            } else {
                written += batch.versions().size();
            }
        }
        return written;
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
