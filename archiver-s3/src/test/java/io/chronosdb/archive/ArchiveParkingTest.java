package io.chronosdb.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.Parking;
import io.chronosdb.testkit.archive.InMemoryArchive;
import io.chronosdb.testkit.parking.ParkingContract;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArchiveParkingTest extends ParkingContract {
    private static final ArchiveLocation LOCATION = new ArchiveLocation("bucket", "runtime.acme/");
    private static final String PARKED = "runtime.acme/.chronos/parked/runtime.acme/";

    private final InMemoryArchive archive = new InMemoryArchive();
    private final ArchiveParking parking =
            new ArchiveParking(database -> archive, database -> LOCATION, Duration.ofSeconds(10));

    @Override
    protected Parking parking() {
        return parking;
    }

    @Override
    protected Map<Long, String> stored(DatabasePartition partition) {
        String start = "bucket/" + PARKED + partition.number() + "/";
        Map<Long, String> stored = new HashMap<>();
        archive.keys().stream()
                .filter(key -> key.startsWith(start))
                .forEach(key -> stored.put(
                        Long.parseLong(key.substring(start.length()).replace(".json", "")),
                        text(key.substring("bucket/".length())).orElseThrow()));
        return stored;
    }

    @Override
    protected Optional<String> retried(DatabasePartition partition) {
        return text("runtime.acme/.chronos/retrying/runtime.acme/" + partition.number() + ".json");
    }

    @Test
    void what_is_parked_lies_beside_the_progress_and_under_the_prefix() {
        an_item_waits_from_its_first_parked_event_on();

        assertThat(text(PARKED + "1.json").orElseThrow()).isEqualTo("{\"users/ann:1\":7,\"users/ben\":12}");
        assertThat(text(PARKED + "1/7.json").orElseThrow())
                .isEqualTo("{\"position\":{\"partition\":1,\"offset\":7},\"items\":[\"users/ann:1\"],\"attempts\":6,"
                        + "\"cause\":\"cause of 7\",\"at\":\"2026-01-31T12:00:00.000000Z\"}");
    }

    private Optional<String> text(String key) {
        return archive.get(new ObjectKey("bucket", key)).join().map(body -> new String(body, StandardCharsets.UTF_8));
    }
}
