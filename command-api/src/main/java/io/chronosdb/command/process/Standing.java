package io.chronosdb.command.process;

import io.chronosdb.port.Condition;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.PartitionStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How an owner is. Its thread tells, the log's may tell of a trouble, and any may look. */
final class Standing {
    private final DatabasePartition partition;
    private final LogPartition commands;
    private final InstantSource clock;
    private volatile @Nullable String trouble;
    private @Nullable String stopped;
    private volatile PartitionStatus status;

    Standing(DatabasePartition partition, LogPartition commands, InstantSource clock) {
        this.partition = partition;
        this.commands = commands;
        this.clock = clock;
        this.status = status(OptionalLong.empty(), 0, Condition.starting(clock.instant()), Optional.empty());
    }

    PartitionStatus status() {
        return status;
    }

    /** Something failed and is tried again. Until the next step forward it waits. */
    void failed(Throwable cause) {
        trouble = Condition.kind(cause);
    }

    /** It gives up until somebody has looked, or a while has passed. */
    void stops(String why) {
        stopped = why;
        status = status(
                status.position(),
                status.steps(),
                status.condition().now(Condition.State.STOPPED, Optional.of(why), clock.instant()),
                status.oldest());
    }

    /** It reads the log to find out where it stands. */
    void starts() {
        if (stopped != null) {
            return; // Until it is further than that.
        }
        tell(status.position(), status.steps(), Condition.State.STARTING, Optional.empty());
    }

    /** It is as far as before. */
    void stays() {
        stopped = null;
        tell(status.position(), status.steps(), Condition.State.FOLLOWING, status.oldest());
    }

    /**
     * It decides.
     *
     * @param position the first command that is not decided and answered
     * @param steps events that it has made so far
     * @param oldest when that command came, if there is one
     */
    void at(OptionalLong position, long steps, Optional<Instant> oldest) {
        stopped = null;
        if (oldest.isEmpty() || !position.equals(status.position()) || steps != status.steps()) {
            trouble = null;
        }
        tell(position, steps, Condition.State.FOLLOWING, oldest);
    }

    private void tell(OptionalLong position, long steps, Condition.State state, Optional<Instant> oldest) {
        String why = trouble;
        Condition condition = status.condition()
                .now(why == null ? state : Condition.State.WAITING, Optional.ofNullable(why), clock.instant());
        status = status(position, steps, condition, oldest);
    }

    private PartitionStatus status(OptionalLong position, long steps, Condition condition, Optional<Instant> oldest) {
        return new PartitionStatus(partition, commands, position, steps, condition, 0, oldest);
    }
}
