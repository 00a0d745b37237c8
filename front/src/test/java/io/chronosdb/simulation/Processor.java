package io.chronosdb.simulation;

import io.chronosdb.command.process.PayloadSource;
import io.chronosdb.command.process.SteppedOwner;
import io.chronosdb.command.state.HeapState;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Version;
import io.chronosdb.log.OffsetReader;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** A process that decides the commands of all partitions, or believes that it has to. */
final class Processor extends Process {
    private final ProcessLog log = new ProcessLog(this);
    private final List<Owned> owned = new ArrayList<>();
    private final List<Runnable> fetches = new ArrayList<>();

    /** @param kept what was on the disk; empty states where it is gone */
    Processor(World world, List<HeapState> kept) {
        super(world);
        for (DatabasePartition partition : world.partitions) {
            owned.add(new Owned(partition, kept.get(partition.number())));
        }
    }

    /** Where a machine starts that has nothing. */
    static List<HeapState> nothing(World world) {
        return world.partitions.stream().map(partition -> new HeapState()).toList();
    }

    List<HeapState> states() {
        return owned.stream().map(Owned::state).toList();
    }

    @Override
    void step() {
        if (!fetches.isEmpty() && world.fate.below(2) == 0) {
            fetches.remove(world.fate.below(fetches.size())).run();
        }
        owned.forEach(Owned::step);
    }

    /** Whether everything that is in the commands topic is decided. */
    boolean isIdle() {
        return fetches.isEmpty() && owned.stream().allMatch(Owned::isIdle);
    }

    void handOver() {
        owned.forEach(one -> one.owner.close());
        die();
    }

    /** Documents from the log, and not at once. */
    private CompletableFuture<List<Optional<Payload>>> fetch(
            DatabasePartition partition, List<PayloadSource.Wanted> wanted) {
        CompletableFuture<List<Optional<Payload>>> documents = new CompletableFuture<>();
        fetches.add(() -> {
            if (world.fate.strikes(Fault.DOCUMENT_NOT_FETCHED)) {
                documents.completeExceptionally(new Unavailable("log", "the simulation wants it so", null));
            } else {
                documents.complete(read(partition, wanted));
            }
        });
        return documents;
    }

    private List<Optional<Payload>> read(DatabasePartition partition, List<PayloadSource.Wanted> wanted) {
        TreeSet<Long> offsets = new TreeSet<>();
        wanted.forEach(one -> offsets.add(one.offset()));
        Map<Long, LoggedEvent> events = new OffsetReader(world.log, Duration.ofSeconds(1)).read(partition, offsets);
        return wanted.stream()
                .map(one -> Optional.ofNullable(events.get(one.offset()))
                        .flatMap(event -> event.event().fact().version(one.item(), one.ov()))
                        .flatMap(Version::payload))
                .toList();
    }

    /** What it leaves to whoever is next. The group lets only one member at a time do that. */
    private final class Notes implements Log.Notes {
        @Override
        public Map<LogPartition, String> noted(Collection<LogPartition> partitions) {
            throw new UnsupportedOperationException("it was told when it began");
        }

        @Override
        public void note(LogPartition partition, long offset, String text, Duration max) {
            between();
            if (world.isReplaced(Processor.this)) {
                if (!max.isZero()) {
                    throw new Unavailable("log", "another member has the partition", null);
                }
            } else {
                world.noted.put(partition, text);
            }
            between();
        }

        /** Not when it hands over. */
        private void between() {
            if (isRunning()) {
                point();
            }
        }
    }

    /** One partition of it. */
    private final class Owned {
        private final HeapState state;
        private final LogPartition commands;
        private final SteppedOwner owner;
        private long next;
        private boolean busy = true;

        Owned(DatabasePartition partition, HeapState state) {
            this.state = state;
            this.commands = world.commands(partition.number());
            this.owner = new SteppedOwner(
                    partition,
                    log,
                    state,
                    world.settings,
                    Processor.this::fetch,
                    world.clock::nanos,
                    Optional.ofNullable(world.noted.get(commands)),
                    new Notes());
        }

        boolean isIdle() {
            return !busy && owner.wantsCommands() && next == world.log.end(commands);
        }

        HeapState state() {
            return state;
        }

        void step() {
            busy = owner.turn();
            owner.takeSeek().ifPresent(offset -> next = offset);
            if (owner.wantsCommands()) {
                for (LogRecord command : world.records(commands, next, 1 + world.fate.below(4))) {
                    owner.offer(command);
                    next = command.offset() + 1;
                }
            }
        }
    }
}
