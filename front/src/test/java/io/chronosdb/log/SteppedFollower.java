package io.chronosdb.log;

import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Parking;
import io.chronosdb.port.Projection;
import io.chronosdb.port.Watcher;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A projection's follower of one partition, as its loop and its workers drive it, in the hands of a simulation. */
public final class SteppedFollower {
    /** Small batches, so that there are many. */
    private static final LoopLimits LIMITS = LoopLimits.DEFAULT.batching(4).gathering(Duration.ofMillis(1));

    private final Follower follower;
    private boolean begun;
    private @Nullable Outcome outcome;

    public SteppedFollower(
            DatabasePartition partition,
            LogPartition source,
            Projection projection,
            Parking parking,
            Log log,
            LongSupplier nanos,
            DoubleSupplier random,
            InstantSource clock) {
        follower = new Follower(
                partition,
                source,
                projection,
                parking,
                new ReadLog(log, new EventReader(log, Duration.ofSeconds(5))),
                LIMITS,
                new Timing(nanos, random, clock),
                Watcher.NONE);
    }

    /** The next of: begin, work, take in what came of the work. */
    public void step() {
        if (outcome != null) {
            Outcome done = outcome;
            outcome = null;
            begun = false;
            follower.done(done);
        } else if (begun) {
            outcome = follower.work();
        } else {
            begun = follower.begin();
        }
    }

    public OptionalLong takeSeek() {
        return follower.takeSeek();
    }

    public boolean wantsRecords() {
        return follower.wantsRecords();
    }

    public void offer(LogRecord record) {
        follower.offer(record);
    }

    public Optional<String> stopped() {
        return follower.stopped();
    }
}
