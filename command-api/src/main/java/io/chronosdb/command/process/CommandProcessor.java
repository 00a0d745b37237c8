package io.chronosdb.command.process;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.state.StateStore;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Condition;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.RoleStatus;
import io.chronosdb.port.Watched;
import io.chronosdb.port.Watcher;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides the commands of every partition that its group gives it: one thread, one consumer and two producers for all
 * tenants. Start as many as you like, in as many processes; they share the partitions, and take over from one another.
 */
public final class CommandProcessor implements Watched, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandProcessor.class);

    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration IDLE_POLL = Duration.ofMillis(50);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(20);
    private static final Duration REJOIN_PAUSE = Duration.ofSeconds(1);

    private final Log log;
    private final StateStore states;
    private final Function<Database, Optional<DecisionSettings>> settings;
    private final PayloadSource payloads;
    private final ProcessorLimits limits;
    private final Watcher watcher;
    private final Witness witness;
    private final PayloadCache cache;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Thread thread = new Thread(this::loop, "chronos-commands");
    private final Map<LogPartition, PartitionOwner> owners = new ConcurrentHashMap<>();
    private volatile RoleStatus standing = RoleStatus.joining(CLOCK.instant(), Optional.empty());
    private volatile boolean stopping;
    private volatile Log.@Nullable GroupReader reader;

    /** Who did not want others to take a turn when it took its last one. */
    private @Nullable PartitionOwner alone;

    /**
     * @param settings what the configuration says of a database; nothing where it does not know it, which is then left
     *     alone
     * @param payloads documents that are not at hand, for enriching and restoring
     */
    public CommandProcessor(
            Log log,
            StateStore states,
            Function<Database, Optional<DecisionSettings>> settings,
            PayloadSource payloads,
            ProcessorLimits limits) {
        this(log, states, settings, payloads, limits, Watcher.NONE, Witness.NONE);
    }

    /** The same; {@code watcher} is told what it does, and {@code witness} is asked before a log begins anew. */
    public CommandProcessor(
            Log log,
            StateStore states,
            Function<Database, Optional<DecisionSettings>> settings,
            PayloadSource payloads,
            ProcessorLimits limits,
            Watcher watcher,
            Witness witness) {
        this.log = log;
        this.states = states;
        this.settings = settings;
        this.payloads = payloads;
        this.limits = limits;
        this.watcher = watcher;
        this.witness = witness;
        this.cache = new PayloadCache(limits.cacheBytesMax());
    }

    public void start() {
        thread.start();
    }

    /** Completes exceptionally if this process must not go on, for instance for {@link ConfigurationDisagrees}. */
    public CompletableFuture<Void> failure() {
        return failure;
    }

    @Override
    public String role() {
        return "commands";
    }

    @Override
    public boolean alive() {
        return thread.getState() != Thread.State.TERMINATED && !failure.isDone();
    }

    @Override
    public RoleStatus status() {
        return standing.with(
                owners.values().stream().map(PartitionOwner::status).toList());
    }

    private void loop() {
        Log.Appender events = log.appender();
        Replies replies = new Replies(log.topics(), log.appender());
        try {
            while (!stopping) {
                try {
                    consume(events, replies);
                } catch (ConfigurationDisagrees e) {
                    failure.completeExceptionally(e);
                    return;
                } catch (RuntimeException e) {
                    LOG.error("the command processor failed and joins its group again", e);
                    standing = RoleStatus.joining(CLOCK.instant(), Optional.of(Condition.kind(e)));
                    pause(REJOIN_PAUSE);
                }
            }
        } catch (Error e) {
            failure.completeExceptionally(e); // Out of memory, most likely: another process takes over.
            throw e;
        } finally {
            events.close();
            replies.close();
        }
    }

    private void consume(Log.Appender events, Replies replies) {
        String group = log.topics().prefix() + ".commands";
        try (Log.GroupReader member = log.join(group, Topics.Kind.COMMANDS, new Owners(events, replies))) {
            reader = member;
            alone = null;
            boolean busy = false;
            while (!stopping) {
                for (LogRecord command : poll(member, busy ? Duration.ZERO : IDLE_POLL)) {
                    PartitionOwner owner = owners.get(command.partition());
                    if (owner != null) {
                        owner.offer(command);
                    }
                }
                busy = turnAll(member);
            }
        } finally {
            owners.values().forEach(PartitionOwner::close);
            owners.clear();
        }
    }

    private List<LogRecord> poll(Log.GroupReader member, Duration max) {
        try {
            return member.poll(max);
        } catch (Unavailable e) {
            LOG.warn("commands cannot be read: cause={}", e.getMessage());
            pause(limits.retry());
            return List.of();
        }
    }

    private boolean turnAll(Log.GroupReader member) {
        boolean busy = false;
        for (PartitionOwner owner : owners.values()) {
            PartitionOwner one = alone;
            if (one == null || one == owner || !one.wantsToBeAlone()) {
                busy |= owner.turn();
                alone = owner.wantsToBeAlone() ? owner : null;
            }
            owner.takeSeek().ifPresent(offset -> member.seek(owner.commands(), offset));
            if (owner.wantsCommands()) {
                member.resume(Set.of(owner.commands()));
            } else {
                member.pause(Set.of(owner.commands()));
            }
            owner.tell(member.position(owner.commands()));
        }
        return busy;
    }

    private void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
    }

    private void wakeup() {
        Log.GroupReader current = reader;
        if (current != null) {
            current.wakeup();
        }
    }

    /** Stops deciding, hands the partitions over and leaves the group, within a deadline. */
    @Override
    public void close() {
        stopping = true;
        wakeup();
        try {
            thread.join(STOP_DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes and drops owners as the group says. */
    private final class Owners implements Log.Ownership {
        private final Log.Appender events;
        private final Replies replies;

        Owners(Log.Appender events, Replies replies) {
            this.events = events;
            this.replies = replies;
        }

        @Override
        public void assigned(Set<LogPartition> partitions) {
            if (!standing.member()) {
                standing = RoleStatus.joined(CLOCK.instant());
            }
            member().pause(partitions); // Until their owners know where they stand.
            Map<LogPartition, String> noted = noted(partitions);
            for (LogPartition partition : partitions) {
                log.topics()
                        .database(partition.topic(), Topics.Kind.COMMANDS)
                        .ifPresent(database -> own(partition, database, Optional.ofNullable(noted.get(partition))));
            }
        }

        /** Without it owners begin all the same: somebody has to end once more, until what is wrong is found. */
        private Map<LogPartition, String> noted(Set<LogPartition> partitions) {
            try {
                return partitions.isEmpty() ? Map.of() : member().noted(partitions);
            } catch (Unavailable e) {
                LOG.warn("what the owners before have noted cannot be read: cause={}", e.getMessage());
                return Map.of();
            }
        }

        private Log.GroupReader member() {
            return Objects.requireNonNull(reader, "partitions are assigned from within a poll");
        }

        private void own(LogPartition partition, Database database, Optional<String> left) {
            Optional<DecisionSettings> configured = settings.apply(database);
            if (configured.isEmpty()) {
                LOG.warn("a database is not configured here and is left alone: database={}", database);
                return;
            }
            DatabasePartition own = new DatabasePartition(database, partition.number());
            owners.put(
                    partition,
                    new PartitionOwner(
                            own,
                            log,
                            events,
                            replies,
                            states.open(own),
                            configured.get(),
                            limits,
                            new Documents(own, cache, payloads),
                            new Surroundings(
                                    System::nanoTime,
                                    CommandProcessor.this::wakeup,
                                    watcher,
                                    witness,
                                    left,
                                    member())));
        }

        @Override
        public void revoked(Set<LogPartition> partitions) {
            for (LogPartition partition : partitions) {
                PartitionOwner owner = owners.remove(partition);
                if (owner != null) {
                    owner.close();
                }
            }
        }
    }
}
