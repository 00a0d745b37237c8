package io.chronosdb.bench;

import static io.chronosdb.bench.Figures.P99;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.config.ChronosConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A tenant with few commands, while another one of the same process has as many as go. */
final class Neighbour implements Contest {
    static final Scenario SCENARIO = new Scenario(
            "neighbour",
            "acknowledged creations of a tenant at 100/s, open loop, while another one has 2,000 in flight",
            "the same alone",
            List.of(Goal.ratioAtMost(P99, 1.5)),
            (lab, effort) -> new Neighbour(lab));

    private static final double QUIET_PER_SECOND = 100;
    private static final int FLOOD_IN_FLIGHT = 2_000;
    private static final String NOISY = "noisy";

    private final Parts parts = new Parts();
    private final List<ItemCollection> quiet;
    private final List<ItemCollection> noisy;
    private final ExecutorService flood = Executors.newSingleThreadExecutor();

    private Neighbour(Lab lab) throws Exception {
        ChronosConfig config = lab.config(
                SCENARIO.name(),
                Backlog.COLLECTIONS,
                json -> Lab.addTenant(json, NOISY, SCENARIO.name() + "-" + NOISY));
        parts.add(lab.node(SCENARIO.name(), "commands"));
        quiet = open(config, Lab.DATABASE);
        noisy = open(config, Route.runtime(NOISY));
        parts.add(flood::shutdownNow);
    }

    private List<ItemCollection> open(ChronosConfig config, Database database) {
        Chronos chronos = Chronos.open(config);
        parts.add(chronos::close);
        List<ItemCollection> collections = Backlog.collections(chronos, database);
        collections.forEach(collection -> collection.create(Documents.payload(0), Write.PLAIN));
        return collections;
    }

    @Override
    public Figures chronos(Effort effort) throws Exception {
        Future<Figures> flooding =
                flood.submit(() -> Load.closed(FLOOD_IN_FLIGHT, effort.time(), n -> Backlog.create(noisy, n)));
        Figures figures = floor(effort);
        double floodPerSecond = flooding.get().values().getOrDefault(Figures.PER_SECOND, 0.0);
        return figures.and("floodPerSecond", floodPerSecond);
    }

    @Override
    public Figures floor(Effort effort) throws Exception {
        return Load.open(QUIET_PER_SECOND, effort.time(), n -> Backlog.create(quiet, n));
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
