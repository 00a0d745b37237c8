package io.chronosdb.log;

import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.Condition;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Parking;
import io.chronosdb.port.PartitionStatus;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import io.chronosdb.port.Watcher;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one partition for a projection: at most one batch under way, the next ones buffered. The loop's thread calls
 * everything except {@link #work}, which a worker runs while the follower is busy.
 *
 * <p>Failures are of two kinds. The store cannot be reached: the same is tried again for ever, ever more gently. Or the
 * projection refuses a batch: then the event that it refuses is looked for and tried by itself, and in the end parked with
 * all later ones of the same item, which must not overtake it. All others go on.
 */
final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    /** How soon what is wanted of a parked event is noticed. */
    private static final Duration ATTEND_EVERY = Duration.ofSeconds(2);

    /** How soon a partition that has stopped is looked at again. */
    private static final Duration STOPPED_FOR = Duration.ofMinutes(1);

    private final DatabasePartition partition;
    private final LogPartition source;
    private final Projecting projecting;
    private final LoopLimits limits;
    private final Timing timing;
    private final Watcher watcher;
    private final Buffer buffer;

    private @Nullable Progress progress;
    private ParkedItems parked = new ParkedItems(Map.of());
    private Batch batch = Batch.NONE;
    private Optional<ParkedEvent> condemned = Optional.empty();
    private Optional<String> stopped = Optional.empty();
    private boolean busy;

    /** Whether what is under way is to {@link Projecting#attend}. */
    private boolean attends;

    /** Nothing was projected yet since this follower began. */
    private boolean fresh;

    /** How often other owners have tried in vain what comes first. */
    private int attemptsBefore;

    private long attendAtNanos;

    /** What is parked is walked through though nobody may have asked: at first, and until it was done. */
    private boolean attendsAnyway;

    private OptionalLong seek = OptionalLong.empty();
    private int failures;
    private long retryAtNanos;
    private long gatherUntilNanos;
    private long workNanos;
    private int parkedItems;
    private Condition condition;
    private volatile PartitionStatus status;

    Follower(
            DatabasePartition partition,
            LogPartition source,
            Projection projection,
            Parking parking,
            LogView log,
            LoopLimits limits,
            Timing timing,
            Watcher watcher) {
        this.partition = partition;
        this.source = source;
        this.projecting = new Projecting(partition, projection, parking, log, limits.fallback(), timing.clock());
        this.limits = limits;
        this.timing = timing;
        this.watcher = watcher;
        this.buffer = new Buffer(limits);
        this.retryAtNanos = timing.nanos().getAsLong();
        this.gatherUntilNanos = retryAtNanos;
        this.condition = Condition.starting(timing.clock().instant());
        this.status = now();
    }

    /** How it was when it last {@linkplain #tell told}. For any thread. */
    PartitionStatus status() {
        return status;
    }

    /** Tells whoever looks how it is now. */
    void tell() {
        status = now();
    }

    private PartitionStatus now() {
        Optional<LogRecord> oldest =
                batch.isEmpty() ? buffer.first() : Optional.of(batch.records().get(0));
        return new PartitionStatus(
                partition,
                source,
                progress == null ? OptionalLong.empty() : OptionalLong.of(progress.next()),
                0,
                condition,
                parkedItems,
                oldest.map(LogRecord::appendedAt));
    }

    private void becomes(Condition.State state, Optional<String> cause) {
        condition = condition.now(state, cause, timing.clock().instant());
    }

    private String name() {
        return projecting.projection().name();
    }

    DatabasePartition partition() {
        return partition;
    }

    LogPartition source() {
        return source;
    }

    /** Why it has given up, if it has: someone has to look. */
    Optional<String> stopped() {
        return stopped;
    }

    void offer(LogRecord record) {
        if (progress != null && seek.isEmpty()) {
            buffer.add(record);
        }
    }

    boolean wantsRecords() {
        return progress != null && stopped.isEmpty() && buffer.hasRoom();
    }

    OptionalLong takeSeek() {
        OptionalLong taken = seek;
        seek = OptionalLong.empty();
        return taken;
    }

    /** Whether a worker should run {@link #work} now; if so, it is busy until {@link #done}. */
    boolean begin() {
        if (busy || isBefore(retryAtNanos)) {
            return false;
        }
        if (stopped.isPresent()) {
            startOver(); // Someone may have seen to it meanwhile.
        }
        attends = progress != null && batch.isEmpty() && !parked.isEmpty() && !isBefore(attendAtNanos);
        if (progress != null && batch.isEmpty() && !attends) {
            if (buffer.isEmpty() || gathers()) {
                return false;
            }
            batch = attemptsBefore > 0
                    ? Batch.oneByOne(buffer.takeBatch(), attemptsBefore)
                    : Batch.of(buffer.takeBatch());
            attemptsBefore = 0;
        }
        busy = true;
        return true;
    }

    /** Whether events wait until more have come, or some time has passed. */
    boolean gathers() {
        return !busy
                && batch.isEmpty()
                && !buffer.isEmpty()
                && stopped.isEmpty()
                && !buffer.hasBatch()
                && isBefore(gatherUntilNanos);
    }

    /** How long it pauses after a failure from now on. */
    Duration pauseLeft() {
        return Duration.ofNanos(Math.max(0, retryAtNanos - timing.nanos().getAsLong()));
    }

    private boolean isBefore(long nanos) {
        return timing.nanos().getAsLong() - nanos < 0;
    }

    /** Writes the batch's next step, or first asks the store where the projection is. */
    Outcome work() {
        Progress before = progress;
        long began = timing.nanos().getAsLong();
        Outcome outcome = before == null
                ? projecting.begin()
                : attends
                        ? projecting.attend(before, parked, attendsAnyway)
                        : projecting.step(batch, before, parked, condemned, isNoted());
        workNanos = timing.nanos().getAsLong() - began;
        return outcome;
    }

    /** The first batch of an owner, and whatever was tried in vain: a process that dies of it must not do so for ever. */
    private boolean isNoted() {
        return fresh || batch.attempts() > 0 || batch.stepMax() == 1;
    }

    void done(Outcome outcome) {
        busy = false;
        if (outcome instanceof Outcome.Failed failed) {
            attendsAnyway |= attends; // Who asked may have been heard, and not served.
            failed(failed.cause());
            return;
        }
        failures = 0;
        becomes(
                outcome instanceof Outcome.Moved ? Condition.State.STARTING : Condition.State.FOLLOWING,
                Optional.empty());
        if (outcome instanceof Outcome.Begun begun) {
            stopped = Optional.empty();
            progress = begun.at();
            parked = begun.parked();
            attemptsBefore = begun.attempts();
            fresh = true;
            attendAtNanos = timing.nanos().getAsLong();
            attendsAnyway = true;
            seek = OptionalLong.of(begun.at().next());
        } else if (outcome instanceof Outcome.Done done) {
            progress = done.after();
            watcher.projected(name(), partition.database(), batch.step(), Duration.ofNanos(workNanos));
            batch = batch.next();
            condemned = Optional.empty();
            fresh = false;
            gatherUntilNanos = timing.nanos().getAsLong() + limits.gather().toNanos();
        } else if (outcome instanceof Outcome.Attended attended) {
            parked = attended.parked();
            attendsAnyway = false;
            attendAtNanos = timing.nanos().getAsLong() + ATTEND_EVERY.toNanos();
        } else if (outcome instanceof Outcome.Disagrees disagrees) {
            stop(disagrees.why());
            LOG.error("{} does not serve a partition: partition={} {}", name(), partition, disagrees.why());
        } else if (outcome instanceof Outcome.Moved) {
            startOver();
        } else if (outcome instanceof Outcome.Refused refused) {
            refused(refused);
        }
        parkedItems = parked.count();
    }

    private void failed(RuntimeException cause) {
        if (failures++ == 0) {
            LOG.warn("{} waits: partition={} cause={}", name(), partition, cause.toString());
            LOG.debug("{} waits", name(), cause);
        }
        becomes(Condition.State.WAITING, Optional.of(Condition.kind(cause)));
        pause(failures);
    }

    private void refused(Outcome.Refused refused) {
        if (refused.events().size() > 1) {
            batch = batch.half();
            return;
        }
        batch = batch.refusedAgain();
        LoggedEvent event = refused.events().get(0);
        if (batch.attempts() <= limits.fallback().retriesMax()) {
            pause(batch.attempts());
        } else if (limits.fallback().parks() && !parked.tooMany()) {
            condemned = Optional.of(projecting.refused(event, batch.attempts(), refused.cause()));
            LOG.error(
                    "{} parks an event and goes on: position={} items={} attempts={} cause={}",
                    name(),
                    event.position(),
                    ParkedItems.items(event),
                    batch.attempts(),
                    refused.cause().getClass().getName());
        } else {
            stop(event, refused.cause());
        }
    }

    private void startOver() {
        progress = null;
        batch = Batch.NONE;
        condemned = Optional.empty();
        buffer.clear();
    }

    private void stop(LoggedEvent event, RuntimeException cause) {
        String why = "position=" + event.position() + " items=" + ParkedItems.items(event) + " cause="
                + cause.getClass().getName() + (parked.tooMany() ? " parkedItemsMax=" + ParkedItems.ITEMS_MAX : "");
        stop(why);
        becomes(Condition.State.STOPPED, Optional.of(Condition.kind(cause)));
        LOG.error("{} stops at an event that it cannot take: {}", name(), why);
        LOG.debug("{} stops", name(), cause);
    }

    private void stop(String why) {
        stopped = Optional.of(why);
        buffer.clear();
        becomes(Condition.State.STOPPED, Optional.of(why));
        retryAtNanos = timing.nanos().getAsLong() + STOPPED_FOR.toNanos();
    }

    private void pause(int failuresInARow) {
        Duration pause = limits.fallback().pause(failuresInARow, timing.random().getAsDouble());
        retryAtNanos = timing.nanos().getAsLong() + pause.toNanos();
    }
}
