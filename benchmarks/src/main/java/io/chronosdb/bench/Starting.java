package io.chronosdb.bench;

import static io.chronosdb.bench.Figures.PER_SECOND;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Topics;
import io.chronosdb.command.client.ClientSettings;
import io.chronosdb.config.ChronosConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** From the start of a process until it has acknowledged a command in each partition. */
final class Starting implements Contest {
    private static final String SECONDS = "seconds";
    private static final Duration READY_MAX = Duration.ofMinutes(10);
    private static final int HEAP_MEGABYTES = 512;

    private final Lab lab;
    private final ChronosConfig config;
    private final boolean empty;
    private final Parts parts = new Parts();
    private final List<ItemCollection> collections;

    private Starting(Lab lab, Effort effort, boolean empty) throws Exception {
        this.lab = lab;
        this.empty = empty;
        config = lab.large(effort.amount(Growth.ITEMS_MANY, Growth.ITEMS_LEAST));
        Chronos chronos =
                Chronos.open(config, new ClientSettings(READY_MAX, ClientSettings.DEFAULT.resend(), Lab.PARTITIONS));
        parts.add(chronos::close);
        collections = Backlog.collections(chronos);
    }

    static List<Scenario> scenarios() {
        return List.of(
                new Scenario(
                        "start-checkpoint",
                        "seconds from the start of a process that owns 5,000,000 items until it acknowledges commands",
                        "",
                        List.of(Goal.atMost(SECONDS, 5)),
                        (lab, effort) -> new Starting(lab, effort, false)),
                new Scenario(
                        "start-empty",
                        "the same with nothing on its disk, as events/s",
                        "a process that reads the events and does nothing with them, from its start to the end",
                        List.of(Goal.ratioAtLeast(PER_SECOND, 0.5)),
                        (lab, effort) -> new Starting(lab, effort, true)));
    }

    /** Each process starts cold, as in life. */
    @Override
    public void warmUp(Effort effort) {}

    @Override
    public Figures chronos(Effort effort) throws Exception {
        if (empty) {
            Lab.delete(stateDir());
        }
        long records = Backlog.records(config);
        long begin = System.nanoTime();
        try (Lab.Child process = lab.node(Lab.LARGE, "commands", HEAP_MEGABYTES)) {
            awaitReceipts(process);
            return figures(records, begin);
        }
    }

    private Path stateDir() {
        return config.stateDir().orElseThrow();
    }

    /** Commands of one partition wait for none of another. */
    private void awaitReceipts(Lab.Child process) throws Exception {
        List<CompletableFuture<?>> receipts = collections.stream()
                .<CompletableFuture<?>>map(collection -> collection.createAsync(Documents.payload(0), Write.PLAIN))
                .toList();
        CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new))
                .get(READY_MAX.toSeconds(), TimeUnit.SECONDS);
        process.process().requireAlive();
    }

    private static Figures figures(long records, long begin) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        return Figures.of(SECONDS, seconds).and(PER_SECOND, records / seconds);
    }

    @Override
    public Figures floor(Effort effort) throws Exception {
        if (!empty) {
            return Figures.NONE;
        }
        long records = Backlog.records(config);
        long begin = System.nanoTime();
        try (Lab.Child process = lab.jvm(
                "bare-read",
                HEAP_MEGABYTES,
                BareRead.class.getName(),
                List.of(lab.kafka(), new Topics(Lab.LARGE).events(Lab.DATABASE)),
                BareRead.DONE)) {
            Figures figures = figures(records, begin);
            process.process().requireAlive();
            return figures;
        }
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
