package io.chronosdb.log;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Version;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A store of (offset, item) that does not take some items, and can be down. Batches are whole or nothing. */
final class PickyStore implements Projection {
    final Set<String> poisonous = ConcurrentHashMap.newKeySet();
    final Set<String> deadly = ConcurrentHashMap.newKeySet();
    final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
    volatile boolean down;
    volatile boolean damaged;
    private Progress progress = Progress.START;

    @Override
    public String name() {
        return "test";
    }

    @Override
    public synchronized Progress progress(DatabasePartition partition) {
        if (damaged) {
            throw new IllegalStateException("the progress is damaged");
        }
        return progress;
    }

    @Override
    public synchronized Progress project(
            DatabasePartition partition, List<LoggedEvent> events, Progress before, Progress after) {
        if (down) {
            throw new Unavailable("store", "down", null);
        }
        if (!progress(partition).equals(before)) {
            return progress;
        }
        List<String> taken = new ArrayList<>();
        for (LoggedEvent event : events) {
            ItemKey item = ((Version) event.event().fact()).item();
            if (deadly.contains(item.id())) {
                throw new Died();
            }
            if (poisonous.contains(item.id())) {
                throw new IllegalStateException("no taste for " + item);
            }
            taken.add(event.position().offset() + "=" + item.id());
        }
        batches.add(taken);
        progress = after;
        return after;
    }

    /** The process is gone. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    synchronized Progress progress() {
        return progress;
    }

    /** Somebody else moved it. */
    synchronized void moveTo(Progress other) {
        progress = other;
    }

    List<String> taken() {
        return batches.stream().flatMap(List::stream).toList();
    }
}
