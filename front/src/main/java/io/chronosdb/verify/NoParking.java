package io.chronosdb.verify;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Parking;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** For a projection that stops at what it does not take: there is nothing to note. */
public final class NoParking implements Parking {
    @Override
    public Map<ItemKey, Long> parked(DatabasePartition partition) {
        return Map.of();
    }

    @Override
    public void park(List<ParkedEvent> events) {
        throw new UnsupportedOperationException("nothing is parked here");
    }

    @Override
    public List<ParkedEvent> events(DatabasePartition partition, long from, int limit) {
        return List.of();
    }

    @Override
    public boolean ask(Position position, ParkedEvent.Wish wish) {
        return false;
    }

    @Override
    public boolean takeAsked(DatabasePartition partition) {
        return false;
    }

    @Override
    public void note(ParkedEvent event) {
        throw new UnsupportedOperationException("nothing is parked here");
    }

    @Override
    public void release(DatabasePartition partition, Set<Position> positions) {}

    @Override
    public void retrying(ParkedEvent event) {}

    @Override
    public Optional<ParkedEvent> retried(DatabasePartition partition) {
        return Optional.empty();
    }

    @Override
    public void settled(DatabasePartition partition) {}
}
