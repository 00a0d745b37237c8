package io.chronosdb.bench;

import static io.chronosdb.bench.Figures.PER_SECOND;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.config.ChronosConfig;
import java.io.IOException;
import java.util.List;

/** The rate of commands where there are many items, and where there are few; what is measured adds to both. */
final class Growth implements Contest {
    /** In the full measure. */
    static final int ITEMS_MANY = 5_000_000;

    static final int ITEMS_LEAST = 500;

    static final Scenario SCENARIO = new Scenario(
            "growth",
            "acknowledged creations with 2,000 in flight after 5,000,000 items, processor with 512 MiB of heap",
            "the same after 10,000 items",
            List.of(Goal.ratioAtLeast(PER_SECOND, 0.85)),
            Growth::new);

    private static final int ITEMS_FEW = 10_000;
    private static final int IN_FLIGHT = 2_000;
    private static final int HEAP_MEGABYTES = 512;

    private final Parts parts = new Parts();
    private final List<ItemCollection> many;
    private final List<ItemCollection> few;
    private long numbers;

    private Growth(Lab lab, Effort effort) throws Exception {
        String small = SCENARIO.name() + "-few";
        ChronosConfig ofFew = lab.config(small, Backlog.COLLECTIONS, json -> {});
        Backlog.ofItems(ofFew, effort.amount(ITEMS_FEW, ITEMS_LEAST / 10));
        many = open(lab, Lab.LARGE, lab.large(effort.amount(ITEMS_MANY, ITEMS_LEAST)));
        few = open(lab, small, ofFew);
    }

    private List<ItemCollection> open(Lab lab, String name, ChronosConfig config) throws Exception {
        parts.add(lab.node(name, "commands", HEAP_MEGABYTES));
        Chronos chronos = Chronos.open(config);
        parts.add(chronos::close);
        List<ItemCollection> collections = Backlog.collections(chronos);
        for (ItemCollection collection : collections) { // So that each partition has its owner.
            collection.create(Documents.payload(0), Write.PLAIN);
        }
        return collections;
    }

    @Override
    public Figures chronos(Effort effort) throws Exception {
        return create(effort, many);
    }

    @Override
    public Figures floor(Effort effort) throws Exception {
        return create(effort, few);
    }

    private Figures create(Effort effort, List<ItemCollection> collections) throws InterruptedException {
        return Load.closed(IN_FLIGHT, effort.time(), n -> Backlog.create(collections, numbers++));
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
