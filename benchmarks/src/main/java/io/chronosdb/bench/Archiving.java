package io.chronosdb.bench;

import static io.chronosdb.bench.Figures.PER_SECOND;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.archive.Window;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.document.ItemDocument;
import io.chronosdb.event.Payload;
import io.chronosdb.log.EventReader;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.log.ProjectionLoop;
import io.chronosdb.node.Stores;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Watcher;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * The archiver over a backlog, in each round the same one from its beginning into a new bucket. The rates are from the first put that is
 * sent until the last version is stored.
 */
final class Archiving implements Contest {
    private static final String REQUESTS = "requestsPerVersion";
    private static final String OBJECTS = "an object each";
    private static final List<Goal> OBJECT_GOALS =
            List.of(Goal.ratioAtLeast(PER_SECOND, 0.85), Goal.reported(REQUESTS));
    private static final List<Goal> PACK_GOALS =
            List.of(Goal.ratioAtLeast(PER_SECOND, 10), Goal.ratioAtMost(REQUESTS, 0.01));
    private static final Duration READ_MAX = Duration.ofSeconds(30);
    private static final long DONE_WITHIN_MINUTES = 30;

    /** As a process gathers for its archiver. */
    private static final Duration GATHER = Duration.ofMillis(50);

    private final Lab lab;
    private final String name;
    private final Consumer<ObjectNode> layout;
    private final Parts parts = new Parts();
    private final S3AsyncClient client;

    /** What the floor puts. */
    private final List<BareObject> objects = new ArrayList<>();

    private int rounds;

    private record BareObject(String key, ByteBuffer body) {}

    /** @param layout what the configuration says of the archive */
    private Archiving(Lab lab, String name, int versions, int bytes, Consumer<ObjectNode> layout) throws Exception {
        this.lab = lab;
        this.name = name;
        this.layout = layout;
        ChronosConfig config = lab.config(name, Backlog.COLLECTIONS, layout);
        Backlog.of(
                config,
                versions,
                (collections, n) -> collections
                        .get((int) (n % collections.size()))
                        .createAsync(Payload.of(Documents.json(n, bytes)), Write.PLAIN));
        client = client(lab.s3());
        parts.add(client::close);
        readObjects(config);
    }

    static List<Scenario> scenarios() {
        return List.of(
                scenario("archiver-1k", OBJECTS, 8_000, Documents.BYTES, OBJECT_GOALS, json -> {}),
                scenario("archiver-100k", OBJECTS, 1_500, 100 << 10, OBJECT_GOALS, json -> {}),
                scenario("archiver-packed", "in packs", 40_000, Documents.BYTES, PACK_GOALS, Archiving::pack));
    }

    private static Scenario scenario(
            String name, String how, int versions, int bytes, List<Goal> goals, Consumer<ObjectNode> layout) {
        return new Scenario(
                name,
                "versions/s of " + (bytes >> 10) + " KB into S3, " + how,
                "asynchronous puts of an object each, the very same ones, as many in flight; reads nothing",
                goals,
                (lab, effort) -> new Archiving(lab, name, effort.amount(versions, 40), bytes, layout));
    }

    private static void pack(ObjectNode json) {
        Backlog.COLLECTIONS.forEach(collection ->
                json.withObject("/collectionMaps/" + collection + "/archive").put("layout", "packed"));
    }

    static S3AsyncClient client(S3Child.Address s3) {
        return S3AsyncClient.builder()
                .endpointOverride(URI.create(s3.endpoint()))
                .region(Region.of(s3.region()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), s3.secretKey())))
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().maxConcurrency(Window.DEFAULT.putsMax()))
                .build();
    }

    private void readObjects(ChronosConfig config) {
        ArchiveLocation location = config.archive(config.database(Lab.DATABASE));
        try (KafkaLog log = new KafkaLog(config.kafka());
                EventReader events = new EventReader(log, READ_MAX)) {
            Backlog.partitions().forEach(partition -> {
                Progress unused = events.replay(
                        partition,
                        Progress.START,
                        events.end(partition),
                        batch -> batch.stream()
                                .flatMap(event -> event.event().fact().versions().stream())
                                .forEach(version -> objects.add(new BareObject(
                                        location.item(version.item(), version.ov())
                                                .key(),
                                        ByteBuffer.wrap(ItemDocument.encode(version))))));
            });
        }
    }

    @Override
    public Figures chronos(Effort effort) throws Exception {
        ChronosConfig config = lab.config(bucket("chronos"), Backlog.COLLECTIONS, json -> {
            layout.accept(json);
            json.withObject("/kafka").put("topicPrefix", name);
        });
        CountDownLatch left = new CountDownLatch((int) Backlog.records(config));
        Watcher watcher = new Watcher() {
            @Override
            public void projected(String role, Database database, int records, Duration took) {
                for (int i = 0; i < records; i++) {
                    left.countDown();
                }
            }
        };
        try (Parts running = new Parts()) {
            Stores stores = new Stores(config);
            running.add(stores::close);
            KafkaLog log = new KafkaLog(config.kafka());
            running.add(log::close);
            S3Requests.reset();
            ProjectionLoop loop = new ProjectionLoop(
                    log, stores.archiver(), stores.archiveParking(), config::has, config.loopLimits(GATHER), watcher);
            running.add(loop::close);
            loop.start();
            if (!left.await(DONE_WITHIN_MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException("not archived: events=" + left.getCount());
            }
            return figures();
        }
    }

    @Override
    public Figures floor(Effort effort) throws Exception {
        String bucket = bucket("bare");
        client.createBucket(request -> request.bucket(bucket)).join();
        S3Requests.reset();
        Load.all(Window.DEFAULT.putsMax(), objects.size(), n -> put(bucket, objects.get((int) n)));
        return figures();
    }

    private CompletableFuture<?> put(String bucket, BareObject object) {
        return client.putObject(
                request -> request.bucket(bucket).key(object.key()).contentType(Archive.JSON),
                AsyncRequestBody.fromByteBufferUnsafe(object.body()));
    }

    private Figures figures() {
        long took = System.nanoTime() - S3Requests.firstPutNanos();
        return Figures.of(PER_SECOND, objects.size() * 1e9 / took)
                .and(REQUESTS, (double) S3Requests.sent() / objects.size());
    }

    private String bucket(String side) {
        return name + "-" + side + "-" + rounds++;
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
