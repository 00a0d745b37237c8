package io.chronosdb.log;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Parking;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static final int CAUSE_LENGTH_MAX = 500;

    private final DatabasePartition partition;
    private final LogPartition source;
    private final Projection projection;
    private final Parking parking;
    private final LoopLimits limits;
    private final Timing timing;
    private final Buffer buffer;

    private @Nullable Progress progress;
    private ParkedItems parked = new ParkedItems(java.util.Map.of());
    private Batch batch = Batch.NONE;
    private @Nullable ParkedEvent condemned;
    private Optional<String> stopped = Optional.empty();
    private boolean busy;
    private OptionalLong seek = OptionalLong.empty();
    private int failures;
    private long retryAtNanos;
    private long gatherUntilNanos;

    Follower(
            DatabasePartition partition,
            LogPartition source,
            Projection projection,
            Parking parking,
            LoopLimits limits,
            Timing timing) {
        this.partition = partition;
        this.source = source;
        this.projection = projection;
        this.parking = parking;
        this.limits = limits;
        this.timing = timing;
        this.buffer = new Buffer(limits);
        this.retryAtNanos = timing.nanos().getAsLong();
        this.gatherUntilNanos = retryAtNanos;
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
        if (busy || stopped.isPresent() || isBefore(retryAtNanos)) {
            return false;
        }
        if (progress != null && batch.isEmpty()) {
            if (buffer.isEmpty() || gathers()) {
                return false;
            }
            batch = Batch.of(buffer.takeBatch());
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

    /** How it went. */
    sealed interface Outcome {
        /** The store has said where the projection is. */
        record Begun(Progress at, ParkedItems parked) implements Outcome {}

        /** The store is where the step ends. */
        record Done(Progress after) implements Outcome {}

        /** The store is somewhere else, and so must the reader be. */
        record Moved() implements Outcome {}

        /** It could not be tried, for a reason that lies in no event. */
        record Failed(RuntimeException cause) implements Outcome {}

        /** The projection does not take these. */
        record Refused(List<LoggedEvent> events, RuntimeException cause) implements Outcome {}
    }

    /** Writes the batch's next step, or first asks the store where the projection is. */
    Outcome work() {
        Progress before = progress;
        try {
            if (before == null) {
                parking.settled(partition); // What an owner was at that is gone.
                return new Outcome.Begun(projection.progress(partition), new ParkedItems(parking.parked(partition)));
            }
            ChainReader.Run run = ChainReader.read(partition, batch.tried(), before);
            return project(parkThoseThatWait(run.events()), before, run.after());
        } catch (RuntimeException e) {
            return new Outcome.Failed(e);
        }
    }

    /** Parked events are durable before the progress moves past them. */
    private List<LoggedEvent> parkThoseThatWait(List<LoggedEvent> events) {
        List<LoggedEvent> free = new ArrayList<>();
        List<ParkedEvent> waiting = new ArrayList<>();
        for (LoggedEvent event : events) {
            if (condemned != null && condemned.position().equals(event.position())) {
                waiting.add(condemned);
                parked.add(event);
            } else if (parked.holdUp(event)) {
                waiting.add(parked(event, 0, "waits behind an earlier event of the same item"));
                parked.add(event);
            } else {
                free.add(event);
            }
        }
        if (!waiting.isEmpty()) {
            parking.park(waiting);
        }
        return free;
    }

    private Outcome project(List<LoggedEvent> events, Progress before, Progress after) {
        Progress now;
        try {
            now = projection.project(partition, events, before, after);
        } catch (Unavailable e) {
            throw e;
        } catch (RuntimeException e) {
            if (events.isEmpty()) {
                throw e;
            }
            Progress unused = projection.progress(partition); // Who cannot even say that has no event to blame.
            if (events.size() == 1) {
                parking.retrying(parked(events.get(0), batch.attempts() + 1, cause(e)));
            }
            return new Outcome.Refused(events, e);
        }
        if (batch.attempts() > 0) {
            parking.settled(partition);
        }
        return now.equals(after) ? new Outcome.Done(now) : new Outcome.Moved();
    }

    private ParkedEvent parked(LoggedEvent event, int attempts, String cause) {
        return new ParkedEvent(
                event.position(),
                ParkedItems.items(event),
                attempts,
                cause,
                timing.clock().instant());
    }

    private static String cause(RuntimeException e) {
        String text = e.getClass().getSimpleName() + ": " + e.getMessage();
        return text.substring(0, Math.min(text.length(), CAUSE_LENGTH_MAX));
    }

    void done(Outcome outcome) {
        busy = false;
        if (outcome instanceof Outcome.Begun begun) {
            progress = begun.at();
            parked = begun.parked();
            seek = OptionalLong.of(begun.at().next());
            failures = 0;
        } else if (outcome instanceof Outcome.Done done) {
            progress = done.after();
            batch = batch.next();
            condemned = null;
            failures = 0;
            gatherUntilNanos = timing.nanos().getAsLong() + limits.gather().toNanos();
        } else if (outcome instanceof Outcome.Moved) {
            progress = null;
            batch = Batch.NONE;
            condemned = null;
            buffer.clear();
            failures = 0;
        } else if (outcome instanceof Outcome.Failed failed) {
            if (failures++ == 0) {
                LOG.warn(
                        "{} waits: partition={} cause={}",
                        projection.name(),
                        partition,
                        failed.cause().toString());
                LOG.debug("{} waits", projection.name(), failed.cause());
            }
            pause(failures);
        } else if (outcome instanceof Outcome.Refused refused) {
            failures = 0;
            refused(refused);
        }
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
            condemned = parked(event, batch.attempts(), cause(refused.cause()));
            LOG.error(
                    "{} parks an event and goes on: position={} items={} attempts={} cause={}",
                    projection.name(),
                    event.position(),
                    ParkedItems.items(event),
                    batch.attempts(),
                    refused.cause().getClass().getName());
        } else {
            stop(event, refused.cause());
        }
    }

    private void stop(LoggedEvent event, RuntimeException cause) {
        stopped = Optional.of("position=" + event.position() + " items=" + ParkedItems.items(event) + " cause="
                + cause.getClass().getName() + (parked.tooMany() ? " parkedItemsMax=" + ParkedItems.ITEMS_MAX : ""));
        buffer.clear();
        LOG.error("{} stops at an event that it cannot take: {}", projection.name(), stopped.get());
        LOG.debug("{} stops", projection.name(), cause);
    }

    private void pause(int failuresInARow) {
        Duration pause = limits.fallback().pause(failuresInARow, timing.random().getAsDouble());
        retryAtNanos = timing.nanos().getAsLong() + pause.toNanos();
    }
}
