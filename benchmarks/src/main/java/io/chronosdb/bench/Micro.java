package io.chronosdb.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Routing;
import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.decide.Decider;
import io.chronosdb.command.decide.Decision;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Evolution;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.command.state.HeapState;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Filter;
import io.chronosdb.document.Json;
import io.chronosdb.document.Merge;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Link;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.port.ArchiveLocation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The inner loops of the write path and of queries, each over a document of 1 KB, by JMH. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Micro {
    private static final String COLLECTION = "bench";
    private static final String GENERATION = "generation";
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
    private static final CollectionMap MAP = new CollectionMap(Documents.INDEXED, List.of());
    private static final Payload PATCH = Payload.of("{\"status\":\"paid\"}".getBytes(StandardCharsets.UTF_8));

    private final Payload document = Documents.payload(1);
    private final ObjectNode json = Json.parseObject(document.json());
    private final Filter filter =
            Filter.parse(Json.object().put("status", "active").put("n", 1), MAP);
    private final HeapState state = new HeapState();
    private final Command creation = Command.of(COLLECTION, Optional.empty(), new Action.Create(document));
    private final LoggedEvent created;
    private final Command update;
    private final byte[] encoded;
    private long offset;

    /** A state with one item. */
    public Micro() {
        state.settings(new DecisionSettings(
                Routing.DEFAULT,
                1,
                Lab.TENANT,
                1 << 20,
                Duration.ofHours(1),
                new ArchiveLocation(Lab.TENANT, ""),
                Keeping.ALL,
                Map.of()));
        if (!(decideCreation() instanceof Decision.Accept accepted)) {
            throw new IllegalStateException("a creation is not accepted");
        }
        Link link = new Link(0, Hash.ZERO, GENERATION, 0, 0, true);
        Event event = new Event(link, accepted.at(), accepted.fact());
        encoded = EventCodec.encode(event);
        created = new LoggedEvent(event, Hash.of(encoded), new Position(Lab.DATABASE, 0, 0));
        Evolution.evolve(created, state);
        ItemKey item = event.fact().versions().get(0).item();
        update = Command.of(COLLECTION, Optional.of(item.id()), new Action.Update(PATCH, ExpectedOv.ANY));
    }

    /** Runs them all. */
    static void run(boolean smoke) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder().include(Micro.class.getName() + "\\.");
        if (smoke) {
            options.forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(10))
                    .shouldFailOnError(true);
        } else {
            options.forks(2)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.seconds(1));
        }
        var unused = new Runner(options.build()).run();
    }

    @Benchmark
    public byte[] encodeEvent() {
        return EventCodec.encode(created.event());
    }

    @Benchmark
    public Event decodeEvent() {
        return EventCodec.decode(encoded);
    }

    @Benchmark
    public Hash hashEvent() {
        return Hash.of(encoded);
    }

    /** Of sixteen partitions. */
    @Benchmark
    public int route() {
        return Routing.DEFAULT.partition(Lab.DATABASE, Lab.TENANT, COLLECTION, "", 16);
    }

    @Benchmark
    public Decision decideCreation() {
        return decide(creation);
    }

    @Benchmark
    public Decision decideUpdate() {
        return decide(update);
    }

    private Decision decide(Command command) {
        return Decider.decide(state, command, new Decider.Source(Lab.DATABASE, 0, offset++, GENERATION, AT));
    }

    @Benchmark
    public HeapState evolve() {
        Evolution.evolve(created, state);
        return state;
    }

    @Benchmark
    public Optional<Payload> merge() {
        return Merge.enrich(document, List.of(PATCH));
    }

    @Benchmark
    public boolean filter() {
        return filter.matches(field -> CollectionMap.values(json, field.path()));
    }
}
