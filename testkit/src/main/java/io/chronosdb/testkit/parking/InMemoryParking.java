package io.chronosdb.testkit.parking;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Parking;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Parking in maps; thread-safe. */
public final class InMemoryParking implements Parking {
    private final Map<DatabasePartition, TreeMap<Long, ParkedEvent>> parked = new HashMap<>();
    private final Map<DatabasePartition, ParkedEvent> retrying = new HashMap<>();
    private boolean down;

    @Override
    public synchronized Map<ItemKey, Long> parked(DatabasePartition partition) {
        requireUp();
        Map<ItemKey, Long> first = new HashMap<>();
        events(partition)
                .forEach(event -> event.items()
                        .forEach(item -> first.merge(item, event.position().offset(), Math::min)));
        return first;
    }

    @Override
    public synchronized void park(List<ParkedEvent> events) {
        requireUp();
        events.forEach(event -> parked.computeIfAbsent(event.partition(), p -> new TreeMap<>())
                .putIfAbsent(event.position().offset(), event));
    }

    @Override
    public synchronized void retrying(ParkedEvent event) {
        requireUp();
        retrying.put(event.partition(), event);
    }

    @Override
    public synchronized void settled(DatabasePartition partition) {
        requireUp();
        retrying.remove(partition);
    }

    @Override
    public synchronized List<ParkedEvent> events(DatabasePartition partition, long from, int limit) {
        requireUp();
        return events(partition).stream()
                .filter(event -> event.position().offset() >= from)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized boolean ask(Position position, ParkedEvent.Wish wish) {
        requireUp();
        DatabasePartition partition = new DatabasePartition(position.database(), position.partition());
        return parked.getOrDefault(partition, new TreeMap<>())
                        .computeIfPresent(position.offset(), (offset, event) -> event.wished(wish))
                != null;
    }

    @Override
    public synchronized boolean takeAsked(DatabasePartition partition) {
        requireUp();
        return events(partition).stream().anyMatch(event -> event.wish().isPresent());
    }

    @Override
    public synchronized void note(ParkedEvent event) {
        requireUp();
        parked.computeIfAbsent(event.partition(), p -> new TreeMap<>())
                .put(event.position().offset(), event);
    }

    @Override
    public synchronized void release(DatabasePartition partition, Set<Position> positions) {
        requireUp();
        positions.forEach(
                position -> parked.getOrDefault(partition, new TreeMap<>()).remove(position.offset()));
    }

    /** What is parked, in the order of the log. */
    public synchronized List<ParkedEvent> events(DatabasePartition partition) {
        return List.copyOf(parked.getOrDefault(partition, new TreeMap<>()).values());
    }

    @Override
    public synchronized Optional<ParkedEvent> retried(DatabasePartition partition) {
        requireUp();
        return Optional.ofNullable(retrying.get(partition));
    }

    /** Until {@link #comeBack()}, every call throws {@link Unavailable}. */
    public synchronized void goDown() {
        down = true;
    }

    public synchronized void comeBack() {
        down = false;
    }

    private void requireUp() {
        if (down) {
            throw new Unavailable("parking", "the test took it down", null);
        }
    }
}
