package io.chronosdb.command.process;

import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.state.PartitionState;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** The owner of a partition, as the processor's loop drives it, in the hands of a simulation. */
public final class SteppedOwner {
    /** Few in flight, so that pipelines fill; a small cache, so that documents are fetched. */
    private static final ProcessorLimits LIMITS =
            new ProcessorLimits(6, 1 << 20, Duration.ofMillis(50), Duration.ZERO, 3_000);

    private final PartitionOwner owner;

    /**
     * @param left what the owner before has noted
     * @param notes for whoever is next
     */
    public SteppedOwner(
            DatabasePartition partition,
            Log log,
            PartitionState state,
            DecisionSettings settings,
            PayloadSource payloads,
            LongSupplier nanos,
            Optional<String> left,
            Log.Notes notes) {
        owner = new PartitionOwner(
                partition,
                log,
                log.appender(),
                new Replies(log.topics(), log.appender()),
                state,
                settings,
                LIMITS,
                new Documents(partition, new PayloadCache(LIMITS.cacheBytesMax()), payloads),
                Surroundings.alone(nanos, left, notes));
    }

    public boolean turn() {
        return owner.turn();
    }

    public OptionalLong takeSeek() {
        return owner.takeSeek();
    }

    public boolean wantsCommands() {
        return owner.wantsCommands();
    }

    public void offer(LogRecord command) {
        owner.offer(command);
    }

    /** Hands the partition over, without waiting. */
    public void close() {
        owner.close();
    }
}
