package io.chronosdb.log;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.ParkedEvent.Wish;
import io.chronosdb.port.Progress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One walk through the parked events of a partition, in the log's order: does what is wanted of them, and projects those that
 * waited behind what is taken now, until one is refused again. For one thread.
 */
final class ParkedEvents {
    private static final int PAGE = 100;

    private final Projecting projecting;
    private final Progress at;
    private final Set<ItemKey> waiting = new HashSet<>();

    /** @param at how far the projection is, which does not move */
    ParkedEvents(Projecting projecting, Progress at) {
        this.projecting = projecting;
        this.at = at;
    }

    /** @return whether the projection is still there; it is not where another process has moved it */
    boolean attend() {
        List<ParkedEvent> page = page(0);
        while (!page.isEmpty()) {
            Set<Position> released = new HashSet<>();
            for (ParkedEvent event : page) {
                Optional<Boolean> over = isOver(event);
                if (over.isEmpty()) {
                    return false;
                }
                if (over.get()) {
                    released.add(event.position());
                } else {
                    waiting.addAll(event.items());
                }
            }
            if (!released.isEmpty()) {
                projecting.parking().release(projecting.partition(), released);
            }
            page = page(page.get(page.size() - 1).position().offset() + 1);
        }
        return true;
    }

    private List<ParkedEvent> page(long from) {
        return projecting.parking().events(projecting.partition(), from, PAGE);
    }

    /** Whether an event need not be parked any more; nothing if the projection is elsewhere. */
    private Optional<Boolean> isOver(ParkedEvent parked) {
        if (parked.items().stream().anyMatch(waiting::contains)) {
            return Optional.of(false);
        }
        if (parked.wish().isEmpty()) {
            // What only waits follows whatever it waited for.
            return parked.attempts() == 0 ? project(parked) : Optional.of(false);
        }
        return parked.wish().get() == Wish.DROP ? Optional.of(true) : project(parked);
    }

    private Optional<Boolean> project(ParkedEvent parked) {
        Optional<LoggedEvent> event = projecting.event(parked.position());
        if (event.isEmpty()) {
            note(parked, "the log has dropped it");
            return Optional.of(false);
        }
        try {
            Progress now = projecting.projection().project(projecting.partition(), List.of(event.get()), at, at);
            return now.equals(at) ? Optional.of(true) : Optional.empty();
        } catch (Unavailable e) {
            throw e;
        } catch (RuntimeException e) {
            Progress unused = projecting.projection().progress(projecting.partition());
            note(projecting.refused(event.get(), parked.attempts() + 1, e));
            return Optional.of(false);
        }
    }

    private void note(ParkedEvent parked, String cause) {
        note(new ParkedEvent(parked.position(), parked.items(), parked.attempts() + 1, cause, parked.at()));
    }

    private void note(ParkedEvent event) {
        projecting.parking().note(event);
    }
}
