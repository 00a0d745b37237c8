package io.chronosdb.bench;

import static io.chronosdb.bench.Figures.PER_SECOND;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.InsertManyOptions;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.mongo.IndexRebuild.IfDifferent;
import io.chronosdb.mongo.RebuildResult;
import io.chronosdb.node.Rebuilder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** An index built anew beside the one that serves; the floor has its documents in files, as they go over the wire. */
final class Rebuilding implements Contest {
    static final Scenario SCENARIO = new Scenario(
            "rebuild",
            "versions/s into a new index, from the topics until it is proven equal and serves; two versions an item",
            "insertMany of the very same documents from files, four collections at a time, indexes built after",
            List.of(Goal.ratioAtLeast(PER_SECOND, 0.7)),
            Rebuilding::new);

    private static final int VERSIONS = 1_000_000;
    private static final int VERSIONS_LEAST = 400;
    private static final int VERSIONS_OF_ITEM = 2;
    private static final int INSERTED_AT_ONCE = 1_000;
    private static final int END = 0;
    private static final InsertManyOptions UNORDERED = new InsertManyOptions().ordered(false);

    private final ChronosConfig config;
    private final Path folder;
    private final MongoClient client;
    private final BareIndex built;
    private final Rebuilder rebuilder;
    private final int versions;
    private final Parts parts = new Parts();

    private Rebuilding(Lab lab, Effort effort) throws Exception {
        int items = effort.amount(VERSIONS, VERSIONS_LEAST) / VERSIONS_OF_ITEM;
        versions = items * VERSIONS_OF_ITEM;
        config = lab.config(SCENARIO.name(), Backlog.COLLECTIONS, json -> {});
        Backlog.of(config, items, (collections, n) -> {
            ItemCollection collection = collections.get((int) (n % collections.size()));
            return collection
                    .createAsync(Documents.payload(n), Write.PLAIN)
                    .thenCompose(created -> collection.updateAsync(
                            created.id(), Documents.payload(n + items), ExpectedOv.ANY, Write.PLAIN));
        });
        client = MongoClients.create(lab.mongo());
        parts.add(client::close);
        rebuilder = new Rebuilder(config);
        parts.add(rebuilder::close);
        requireSwitched(rebuild()); // There is none yet: it is built without a proof.
        built = new BareIndex(client.getDatabase(SCENARIO.name()));
        folder = Files.createDirectory(lab.folder(SCENARIO.name() + "-documents"));
        for (String collection : collections()) {
            dump(collection);
        }
    }

    private static List<String> collections() {
        return Backlog.COLLECTIONS.stream()
                .flatMap(name -> Stream.of(BareIndex.versions(name), BareIndex.heads(name)))
                .toList();
    }

    private void dump(String collection) throws IOException {
        try (DataOutputStream out = new DataOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(folder.resolve(collection))));
                MongoCursor<RawBsonDocument> documents = built.database()
                        .getCollection(collection, RawBsonDocument.class)
                        .find()
                        .cursor()) {
            while (documents.hasNext()) {
                ByteBuffer bytes = documents.next().getByteBuffer().asNIO();
                out.writeInt(bytes.remaining());
                out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            }
            out.writeInt(END);
        }
    }

    @Override
    public void warmUp(Effort effort) throws Exception {
        Figures unused = floor(effort); // The other side has built the index once already.
    }

    @Override
    public Figures chronos(Effort effort) {
        long begin = System.nanoTime();
        RebuildResult result = rebuild();
        requireSwitched(result);
        if (!result.compared()) {
            throw new IllegalStateException("not compared with the index that served");
        }
        return perSecond(begin);
    }

    private RebuildResult rebuild() {
        return rebuilder.rebuild(Lab.DATABASE, Optional.empty(), IfDifferent.KEEP_OLD, (done, total) -> {});
    }

    private static void requireSwitched(RebuildResult result) {
        if (!result.switched()) {
            throw new IllegalStateException("not equal: " + result.difference());
        }
    }

    private Figures perSecond(long begin) {
        return Figures.of(PER_SECOND, versions * 1e9 / (System.nanoTime() - begin));
    }

    @Override
    public Figures floor(Effort effort) throws Exception {
        BareIndex bare = new BareIndex(client.getDatabase(SCENARIO.name() + "-bare"));
        bare.database().drop();
        ExecutorService threads = Executors.newFixedThreadPool(Lab.PARTITIONS);
        try {
            long begin = System.nanoTime();
            List<Callable<Boolean>> loads = collections().stream()
                    .<Callable<Boolean>>map(collection -> () -> load(bare, collection))
                    .toList();
            for (Future<Boolean> load : threads.invokeAll(loads)) {
                load.get();
            }
            return perSecond(begin);
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean load(BareIndex bare, String name) throws IOException {
        MongoCollection<BsonDocument> collection = bare.collection(name);
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(folder.resolve(name))))) {
            List<BsonDocument> batch = new ArrayList<>();
            for (boolean more = true; more; ) {
                more = read(in, batch);
                if (batch.size() == INSERTED_AT_ONCE || !more && !batch.isEmpty()) {
                    collection.insertMany(batch, UNORDERED);
                    batch.clear();
                }
            }
        }
        bare.copyIndexes(built, name);
        return true;
    }

    /** Whether there was another one. */
    private static boolean read(DataInputStream in, List<BsonDocument> into) throws IOException {
        int length = in.readInt();
        if (length == END) {
            return false;
        }
        into.add(new RawBsonDocument(in.readNBytes(length)));
        return true;
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
