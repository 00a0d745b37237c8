package io.chronosdb.bench;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;
import static io.chronosdb.bench.Figures.P50;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Sorts;
import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.AsOf;
import io.chronosdb.document.Query;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import io.chronosdb.port.Index;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.bson.Document;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Reads by one thread, of an index that nobody writes to meanwhile. */
final class Reading implements Contest {
    private static final int ITEMS = 20_000;
    private static final int ITEMS_LEAST = 200;
    private static final int PAGE = 50;
    private static final String COLLECTION = Backlog.COLLECTIONS.get(0);

    private final Parts parts = new Parts();
    private final MongoCollection<Document> heads;
    private final ItemCollection collection;
    private final Index index;
    private final S3AsyncClient s3;
    private final int items;
    private final AtomicReferenceArray<String> ids;
    private final SplittableRandom random = new SplittableRandom(7);
    private final Runnable subject;
    private final Runnable floor;
    private Instant middle = Instant.MAX;

    private enum Kind {
        GET_SHADOW,
        GET_ARCHIVE,
        LIST_SHADOW,
        LIST,
        LIST_AS_OF
    }

    private Reading(Lab lab, Effort effort, String name, Kind kind) throws Exception {
        items = effort.amount(ITEMS, ITEMS_LEAST);
        ids = new AtomicReferenceArray<>(items);
        ChronosConfig config = lab.config(
                name,
                Backlog.COLLECTIONS,
                json -> json.putObject("devShadow")
                        .put("enabled", kind == Kind.GET_SHADOW || kind == Kind.LIST_SHADOW));
        write(config, kind);
        Backlog.project(config, Role.PROJECTOR);
        if (kind == Kind.GET_ARCHIVE) {
            Backlog.project(config, Role.ARCHIVER);
        }
        Chronos chronos = Chronos.open(config);
        parts.add(chronos::close);
        collection = chronos.with(Lab.DATABASE.collection(COLLECTION));
        Stores stores = new Stores(config);
        parts.add(stores::close);
        index = stores.index(Lab.DATABASE);
        MongoClient client = MongoClients.create(lab.mongo());
        parts.add(client::close);
        heads = client.getDatabase(name).getCollection(BareIndex.heads(COLLECTION));
        s3 = Archiving.client(lab.s3());
        parts.add(s3::close);
        subject = switch (kind) {
            case GET_SHADOW, GET_ARCHIVE -> this::get;
            case LIST_SHADOW -> this::listDocuments;
            case LIST -> this::list;
            case LIST_AS_OF -> this::listAsOf;
        };
        floor = switch (kind) {
            case GET_SHADOW -> this::bareGet;
            case GET_ARCHIVE -> this::bareGetOfArchive;
            case LIST_SHADOW, LIST, LIST_AS_OF -> this::bareList;
        };
    }

    static List<Scenario> scenarios() {
        String find = "find of the present heads, " + PAGE + " by the same index";
        return List.of(
                scenario("get-shadow", "getLatest, documents in the index", "findOne", 1.3, Kind.GET_SHADOW),
                scenario("get-archive", "getLatest, documents in S3", "findOne, then an S3 get", 1.3, Kind.GET_ARCHIVE),
                scenario(
                        "list-shadow",
                        "listByMeta, a page of " + PAGE + ", documents in the index",
                        find,
                        1.4,
                        Kind.LIST_SHADOW),
                scenario("list", "the same of the index itself, without documents", find, 1.4, Kind.LIST),
                scenario(
                        "list-as-of",
                        "the same as of the middle of the history, two versions an item",
                        find,
                        2,
                        Kind.LIST_AS_OF));
    }

    private static Scenario scenario(String name, String about, String floor, double bound, Kind kind) {
        return new Scenario(
                name,
                about,
                floor,
                List.of(Goal.ratioAtMost(P50, bound)),
                (lab, effort) -> new Reading(lab, effort, name, kind));
    }

    /** For "as of", every item gets a second version, and the middle is when half of them have theirs. */
    private void write(ChronosConfig config, Kind kind) throws Exception {
        Backlog.of(
                config,
                items,
                (all, n) -> all.get(0)
                        .createAsync(Documents.payload(n), Write.PLAIN)
                        .thenAccept(created -> ids.set((int) n, created.id())));
        if (kind == Kind.LIST_AS_OF) {
            Backlog.of(config, items / 2, (all, n) -> update(all.get(0), 2 * n));
            middle = Instant.now();
            Backlog.of(config, items / 2, (all, n) -> update(all.get(0), 2 * n + 1));
        }
    }

    private CompletableFuture<Receipt> update(ItemCollection all, long n) {
        return all.updateAsync(
                ids.get((int) n), Payload.of(Documents.json(n, Documents.BYTES - 1)), ExpectedOv.ANY, Write.PLAIN);
    }

    private String anyId() {
        return ids.get(random.nextInt(items));
    }

    /** The first of a page that is full. */
    private int anyFirst() {
        return random.nextInt(items - PAGE);
    }

    private void get() {
        require(collection.getLatest(anyId()).orElseThrow().data().isPresent());
    }

    private void bareGet() {
        require(bareHead().containsKey("payload"));
    }

    private Document bareHead() {
        return Objects.requireNonNull(heads.find(eq("_id", anyId())).first());
    }

    private void bareGetOfArchive() {
        Document payload = bareHead().get("payload", Document.class);
        byte[] body = s3.getObject(
                        request -> request.bucket(payload.getString("bucket")).key(payload.getString("key")),
                        AsyncResponseTransformer.toBytes())
                .join()
                .asByteArrayUnsafe();
        require(body.length > 0);
    }

    private Query query() {
        return collection
                .query()
                .filter("{\"n\": {\"$gte\": " + anyFirst() + "}}")
                .sort("{\"n\": 1}")
                .limit(PAGE)
                .query();
    }

    private void listDocuments() {
        require(collection.listByMeta(query()).items().size() == PAGE);
    }

    private void list() {
        require(index.list(COLLECTION, query()).entries().size() == PAGE);
    }

    private void listAsOf() {
        require(index.list(COLLECTION, query().at(AsOf.time(middle))).entries().size() == PAGE);
    }

    private void bareList() {
        List<Document> page = heads.find(gte("meta.n", anyFirst()))
                .sort(Sorts.ascending("meta.n", "_id"))
                .limit(PAGE)
                .into(new ArrayList<>());
        require(page.size() == PAGE);
    }

    private static void require(boolean asExpected) {
        if (!asExpected) {
            throw new IllegalStateException("not what was written");
        }
    }

    @Override
    public Figures chronos(Effort effort) throws Exception {
        return oneByOne(effort, subject);
    }

    @Override
    public Figures floor(Effort effort) throws Exception {
        return oneByOne(effort, floor);
    }

    private static Figures oneByOne(Effort effort, Runnable read) throws InterruptedException {
        return Load.closed(1, effort.time(), n -> {
            read.run();
            return CompletableFuture.completedFuture(n);
        });
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
