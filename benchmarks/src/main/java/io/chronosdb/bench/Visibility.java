package io.chronosdb.bench;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.config.ChronosConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How long after its receipt a write is seen by a reader who has nothing but the receipt's token. */
final class Visibility implements Contest {
    static final Scenario SCENARIO = new Scenario(
            "read-your-write",
            "from the receipt until another client reads the version, at 1,000 writes/s, open loop",
            "",
            List.of(Goal.atMost(Figures.P50, 50), Goal.atMost(Figures.P99, 250)),
            (lab, effort) -> new Visibility(lab));

    private static final String COLLECTION = "bench";
    private static final double WRITES_PER_SECOND = 1_000;
    private static final int READERS = 64;
    private static final long MICROS_MAX = 60_000_000;

    private final Parts parts = new Parts();
    private final Chronos reader;
    private final ItemCollection written;
    private final ExecutorService readers = Executors.newFixedThreadPool(READERS);
    private volatile Histogram waits = new ConcurrentHistogram(MICROS_MAX, 3);

    private Visibility(Lab lab) throws Exception {
        ChronosConfig config = lab.config(
                SCENARIO.name(),
                List.of(COLLECTION),
                json -> json.putObject("devShadow").put("enabled", true));
        parts.add(lab.node(SCENARIO.name(), "commands,projector"));
        Chronos writer = Chronos.open(config);
        parts.add(writer::close);
        reader = Chronos.open(config);
        parts.add(reader::close);
        parts.add(readers::shutdownNow);
        written = writer.with(Lab.DATABASE.collection(COLLECTION));
        written.create(Documents.payload(0), Write.PLAIN);
    }

    @Override
    public Figures chronos(Effort effort) throws Exception {
        waits = new ConcurrentHistogram(MICROS_MAX, 3);
        Figures all = Load.open(
                WRITES_PER_SECOND,
                effort.time(),
                n -> written.createAsync(Documents.payload(n), Write.PLAIN).thenCompose(this::seen));
        return Figures.of(all.values().getOrDefault(Figures.PER_SECOND, 0.0), waits);
    }

    private CompletableFuture<Void> seen(Receipt receipt) {
        long since = System.nanoTime();
        return CompletableFuture.runAsync(
                () -> {
                    ItemCollection handle = reader.with(Lab.DATABASE.collection(COLLECTION));
                    handle.readAtLeast(receipt.position().token());
                    if (handle.getLatest(receipt.id()).isEmpty()) {
                        throw new IllegalStateException("not there: id=" + receipt.id());
                    }
                    waits.recordValue(Math.min(MICROS_MAX, (System.nanoTime() - since) / 1_000));
                },
                readers);
    }

    @Override
    public Figures floor(Effort effort) {
        return Figures.NONE;
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
