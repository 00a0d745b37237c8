package io.chronosdb.simulation;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Routing;
import io.chronosdb.address.Topics;
import io.chronosdb.command.decide.CollectionRules;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.command.state.HeapState;
import io.chronosdb.counters.SteppedCounting.Committed;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import io.chronosdb.testkit.log.InMemoryLog;
import io.chronosdb.testkit.totals.InMemoryTotalsStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** An installation: one database on a log, an index and an archive in memory, and the processes that serve it. */
final class World {
    static final Database DATABASE = Route.runtime("t");
    static final ArchiveLocation LOCATION = new ArchiveLocation("archive", "");
    static final int PARTITIONS = 2;

    /** Ordered as a whole. */
    static final String WHOLE = "whole";

    /** Each item is ordered by itself. */
    static final String BY_ITEM = "by-item";

    /** How long a command id counts. Clocks jump further than that. */
    static final Duration IDS_KEPT = Duration.ofHours(1);

    private static final int STANDING_STILL_MAX = 2;
    private static final int STEPS_MEANWHILE_MAX = 25;
    private static final int ROUNDS_MAX = 3_000;

    final Fate fate;

    /** Which collections are packed in the archive. */
    final Predicate<String> packed;

    final Clock clock = new Clock();
    final List<DatabasePartition> partitions = IntStream.range(0, PARTITIONS)
            .mapToObj(number -> new DatabasePartition(DATABASE, number))
            .toList();
    final DecisionSettings settings = new DecisionSettings(
            Routing.DEFAULT,
            PARTITIONS,
            "db",
            1 << 20,
            IDS_KEPT,
            LOCATION,
            Keeping.ALL,
            Map.of(
                    BY_ITEM,
                    new CollectionRules(Optional.of("collection:objectId"), List.of(), List.of(), Optional.empty())));
    final Network network = new Network(this);
    final InMemoryLog log = new InMemoryLog(new Topics("chronos"), PARTITIONS, clock, network::take);
    final Mongo mongo = new Mongo(this);
    final S3 s3 = new S3(this);
    final InMemoryTotalsStore totals = new InMemoryTotalsStore();
    final Client client;

    /** What owners have noted for whoever is next. */
    final Map<LogPartition, String> noted = new HashMap<>();

    /** What the counters' transactions have committed, by partition. */
    final List<Committed> counted = new ArrayList<>(
            partitions.stream().map(partition -> Committed.NOTHING).toList());

    /** The only one, and only its one process answers: what it was answered is of interest. */
    private final Reader reader;

    private final List<LogPartition> commands = topic(Topics.Kind.COMMANDS);
    private final List<LogPartition> events = topic(Topics.Kind.EVENTS);
    final LogPartition replies = topic(Topics.Kind.REPLIES).get(0);
    final LogPartition totalsTopic = topic(Topics.Kind.TOTALS).get(0);

    private final List<Role> roles = new ArrayList<>();
    private final Role processors;
    private final Role archivers;
    private final Role counters;
    private final Role sinks;
    private List<HeapState> keptStates = List.of();
    private int standingStill;

    World(Fate fate, Predicate<String> packed) {
        this.fate = fate;
        this.packed = packed;
        log.open(DATABASE);
        this.client = new Client(this);
        this.reader = new Reader(this);
        processors = role(false, () -> {
            List<HeapState> states = keptStates.isEmpty() ? Processor.nothing(this) : keptStates;
            keptStates = List.of();
            return new Processor(this, states);
        });
        role(false, () -> new Copier(this, mongo::target));
        archivers = role(false, () -> new Copier(this, s3::target));
        counters = role(true, () -> new Counter(this));
        sinks = role(false, () -> new Sink(this));
    }

    private List<LogPartition> topic(Topics.Kind kind) {
        return partitions.stream()
                .map(partition -> new LogPartition(log.topics().name(DATABASE, kind), partition.number()))
                .toList();
    }

    private Role role(boolean fenced, Supplier<Process> start) {
        Role role = new Role(fenced, start);
        roles.add(role);
        return role;
    }

    /** The processes of one role: mostly one, and for a while those who do not know yet that they are replaced. */
    private static final class Role {
        private final boolean fenced;
        private final Supplier<Process> start;
        private final List<Process> processes = new ArrayList<>();

        /** @param fenced whether whoever takes over is the end of the one before */
        Role(boolean fenced, Supplier<Process> start) {
            this.fenced = fenced;
            this.start = start;
        }

        void begin() {
            if (fenced) {
                endAllBut(0);
            }
            processes.add(start.get());
        }

        void endAllBut(int left) {
            while (processes.size() > left) {
                processes.remove(0).die();
            }
        }
    }

    /** Whether a living process has taken over from this one. */
    boolean isReplaced(Processor processor) {
        List<Process> behind =
                processors.processes.subList(processors.processes.indexOf(processor) + 1, processors.processes.size());
        return behind.stream().anyMatch(process -> !process.isDead());
    }

    LogPartition commands(int partition) {
        return commands.get(partition);
    }

    LogPartition events(int partition) {
        return events.get(partition);
    }

    /** Everything that is written to. */
    List<LogPartition> logged() {
        List<LogPartition> all = new ArrayList<>(List.of(replies, totalsTopic));
        all.addAll(commands);
        all.addAll(events);
        return all;
    }

    boolean isOfEvents(LogPartition partition) {
        return events.contains(partition);
    }

    /** At once: it is part of a transaction. */
    void announce(NewRecord record) {
        var unused = network.from(this, () -> log.appender().append(totalsTopic, record));
    }

    /** At most so many records from an offset on. */
    List<LogRecord> records(LogPartition partition, long from, int most) {
        return log.some(partition, from, most);
    }

    // ---- what happens

    /** One thing happens somewhere. */
    void step() {
        clock.pass(fate.below(2_000));
        if (fate.strikes(Fault.CLOCK_FORWARD)) {
            clock.pass(Duration.ofMinutes(fate.below(600)).toMillis() * 1_000);
        }
        if (fate.strikes(Fault.CLOCK_BACK)) {
            clock.setBack(Duration.ofSeconds(fate.below(7_000)));
        }
        if (fate.strikes(Fault.MONGO_EMPTIED)) {
            mongo.wipe();
        }
        if (standingStill == 0 && network.nothingIsLate() && fate.strikes(Fault.S3_EMPTIED)) {
            s3.wipe(); // Not between an archiver's reading of its progress and its writing, says the archiver.
        }
        int dice = fate.below(100);
        if (dice < 5) {
            client.step();
        } else if (dice < 45) {
            network.step();
        } else if (dice < 50) {
            reader.run();
        } else {
            Role role = fate.oneOf(roles);
            change(role);
            fate.oneOf(role.processes).run();
        }
    }

    /** Starts a process where there is none, and lets others come and go. */
    private void change(Role role) {
        role.processes.removeIf(Process::isDead);
        if (role.processes.size() > 1 && fate.below(40) == 0) {
            Process learnsIt = role.processes.remove(0);
            learnsIt.die();
        } else if (role.processes.size() == 1 && fate.strikes(Fault.HANDOVER)) {
            Process told = role.processes.get(0);
            if (told instanceof Processor processor && !told.isRunning()) {
                keptStates = processor.states();
                processor.handOver();
                role.processes.clear();
            }
        }
        if (role.processes.isEmpty() || role.processes.size() < 3 && fate.strikes(Fault.TAKEOVER)) {
            role.begin();
        }
    }

    /** Whatever happens to a process between two of its effects. */
    void at(Process process, boolean mayStandStill) {
        if (process.isMortal() && fate.strikes(Fault.CRASH)) {
            process.die();
        } else if (process instanceof Processor processor && fate.strikes(Fault.CRASH_KEEPING_STATE)) {
            keptStates = processor.states();
            process.die();
        } else if (mayStandStill && standingStill < STANDING_STILL_MAX && fate.strikes(Fault.SUSPENSION)) {
            standingStill++;
            for (int steps = fate.below(STEPS_MEANWHILE_MAX); steps > 0; steps--) {
                step();
            }
            standingStill--;
        }
    }

    // ---- coming to rest

    /**
     * Nothing goes wrong any more, and all that there is to do is done: by those who are left over, or by others. One more
     * event in each partition shows those who are left what has become of their stores meanwhile.
     */
    void settle() {
        fate.relent();
        boolean anew = fate.below(2) == 0;
        roles.forEach(role -> role.endAllBut(anew ? 0 : 1));
        partitions.forEach(partition -> Commands.sendLast(this, partition));
        rest();
        archivers.endAllBut(0); // Their progress may have been moved back, which only the next event would show.
        rest();
    }

    /** All that there is to do is done. */
    void rest() {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            if (round()) {
                return;
            }
        }
        throw new AssertionError("it does not come to rest");
    }

    Reader reader() {
        return reader;
    }

    /** Everyone does something once. */
    boolean round() {
        clock.pass(10_000);
        client.step();
        network.stepAll();
        for (Role role : roles) {
            role.processes.removeIf(Process::isDead);
            if (role.processes.isEmpty()) {
                role.begin();
            }
            role.processes.get(0).run();
        }
        reader.run();
        return network.isEmpty() && client.isContent() && isDecided() && isCopied() && isCounted();
    }

    private boolean isDecided() {
        return processors.processes.stream().allMatch(process -> ((Processor) process).isIdle());
    }

    private boolean isCounted() {
        return counters.processes.stream().allMatch(process -> ((Counter) process).isIdle())
                && sinks.processes.stream().allMatch(process -> ((Sink) process).isIdle());
    }

    private boolean isCopied() {
        return partitions.stream().allMatch(partition -> {
            long end = log.end(events(partition.number()));
            return end > 0
                    && mongo.index().progress(partition).next() == end
                    && s3.progress(partition).next() == end;
        });
    }
}
