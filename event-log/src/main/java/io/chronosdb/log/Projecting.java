package io.chronosdb.log;

import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Parking;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a follower does in its stores, on a worker's thread: everything that may take long or fail.
 *
 * @param log the log beside what is given to it
 * @param fallback what becomes of what fails
 * @param clock for what is written down
 */
record Projecting(
        DatabasePartition partition,
        Projection projection,
        Parking parking,
        LogView log,
        Fallback fallback,
        InstantSource clock) {
    private static final int CAUSE_LENGTH_MAX = 500;

    /** Asks the stores where the projection is. */
    Outcome begin() {
        try {
            Progress at = projection.progress(partition);
            Optional<String> disagreement = log.disagreement(partition, at);
            if (disagreement.isPresent()) {
                return new Outcome.Disagrees(disagreement.get());
            }
            Optional<ParkedEvent> tried =
                    parking.retried(partition).filter(event -> event.position().offset() >= at.next());
            if (tried.isEmpty()) {
                parking.settled(partition);
            }
            return new Outcome.Begun(
                    at,
                    new ParkedItems(parking.parked(partition)),
                    tried.map(ParkedEvent::attempts).orElse(0));
        } catch (RuntimeException e) {
            return new Outcome.Failed(e);
        }
    }

    /**
     * Writes a batch's next step.
     *
     * @param parked gets the items of what is parked now
     * @param condemned the event of the step that is not tried any more but parked, if there is one
     * @param noted whether the attempt is written down first: should this process die of it, the next one knows
     */
    Outcome step(Batch batch, Progress before, ParkedItems parked, Optional<ParkedEvent> condemned, boolean noted) {
        try {
            ChainReader.Run run = ChainReader.read(partition, batch.tried(), before);
            if (isDeadly(batch, run.events(), condemned)) {
                return new Outcome.Refused(run.events(), new IllegalStateException("whoever tries it dies"));
            }
            if (noted && !run.events().isEmpty()) {
                parking.retrying(parked(run.events().get(0), batch.attempts() + 1, "it is being tried"));
            }
            return project(batch, parkThoseThatWait(run.events(), parked, condemned), before, run.after(), noted);
        } catch (RuntimeException e) {
            return new Outcome.Failed(e);
        }
    }

    /** It was tried by itself as often as may be, by owners that did not live to say how that went. */
    private boolean isDeadly(Batch batch, List<LoggedEvent> events, Optional<ParkedEvent> condemned) {
        return fallback.parks()
                && batch.attempts() > fallback.retriesMax()
                && condemned.isEmpty()
                && events.size() == 1;
    }

    /** Parked events are durable before the progress moves past them. */
    private List<LoggedEvent> parkThoseThatWait(
            List<LoggedEvent> events, ParkedItems parked, Optional<ParkedEvent> condemned) {
        List<LoggedEvent> free = new ArrayList<>();
        List<ParkedEvent> waiting = new ArrayList<>();
        for (LoggedEvent event : events) {
            Optional<ParkedEvent> itself =
                    condemned.filter(one -> one.position().equals(event.position()));
            if (itself.isPresent() || parked.holdUp(event)) {
                waiting.add(itself.orElseGet(() -> parked(event, 0, "waits behind an earlier event of the same item")));
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

    private Outcome project(Batch batch, List<LoggedEvent> events, Progress before, Progress after, boolean noted) {
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
                parking.retrying(refused(events.get(0), batch.attempts() + 1, e));
            }
            return new Outcome.Refused(events, e);
        }
        if (batch.attempts() > 0 || noted) {
            parking.settled(partition);
        }
        return now.equals(after) ? new Outcome.Done(now) : new Outcome.Moved();
    }

    /**
     * Does what is wanted of parked events.
     *
     * @param parked the items of what is parked now
     * @param anyway also if nothing was asked since the last time
     */
    Outcome attend(Progress at, ParkedItems parked, boolean anyway) {
        try {
            boolean asked = parking.takeAsked(partition);
            if (!asked && !anyway) {
                return new Outcome.Attended(parked);
            }
            boolean still = new ParkedEvents(this, at).attend();
            return still ? new Outcome.Attended(new ParkedItems(parking.parked(partition))) : new Outcome.Moved();
        } catch (RuntimeException e) {
            return new Outcome.Failed(e);
        }
    }

    /** What is noted of an event that the projection refused. */
    ParkedEvent refused(LoggedEvent event, int attempts, RuntimeException cause) {
        String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return parked(event, attempts, text.substring(0, Math.min(text.length(), CAUSE_LENGTH_MAX)));
    }

    private ParkedEvent parked(LoggedEvent event, int attempts, String cause) {
        return new ParkedEvent(event.position(), ParkedItems.items(event), attempts, cause, clock.instant());
    }

    /** The event that lies there, unless the log has dropped it. */
    Optional<LoggedEvent> event(Position position) {
        return log.at(position);
    }
}
