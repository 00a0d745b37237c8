package io.chronosdb.testkit.parking;

import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Parking;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

class InMemoryParkingTest extends ParkingContract {
    private final InMemoryParking parking = new InMemoryParking();

    @Override
    protected Parking parking() {
        return parking;
    }

    @Override
    protected Map<Long, String> stored(DatabasePartition partition) {
        return parking.events(partition).stream()
                .collect(Collectors.toMap(event -> event.position().offset(), ParkedEvent::toString));
    }

    @Override
    protected Optional<String> retried(DatabasePartition partition) {
        return parking.retried(partition).map(ParkedEvent::toString);
    }
}
