package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Parking;
import io.chronosdb.testkit.parking.ParkingContract;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class MongoParkingTest extends ParkingContract {
    private final IndexSettings settings = TestMongo.fresh();
    private final MongoParking parking =
            new MongoParking(database -> settings, database -> TestMongo.CLIENT, "letters");

    @Override
    protected Parking parking() {
        return parking;
    }

    @Override
    protected Map<Long, String> stored(DatabasePartition partition) {
        return TestMongo.documents(settings, "letters").stream()
                .filter(document -> partition(document) == partition.number())
                .collect(Collectors.toMap(
                        document -> document.getDocument("position")
                                .getInt64("offset")
                                .getValue(),
                        BsonDocument::toJson));
    }

    @Override
    protected Optional<String> retried(DatabasePartition partition) {
        return TestMongo.documents(settings, "chronos_fallback_ops").stream()
                .filter(document -> partition(document) == partition.number())
                .map(BsonDocument::toJson)
                .findFirst();
    }

    private static int partition(BsonDocument document) {
        return document.getDocument("position").getInt32("partition").getValue();
    }

    @Test
    void dead_letters_lie_in_no_collection_of_the_index_itself() {
        for (String taken :
                List.of("chronos_progress", "chronos_fallback_ops", "users_head", "a_ver", "a_counter", "a.b", "")) {
            assertThatThrownBy(() -> MongoParking.requireFree(taken)).isInstanceOf(Invalid.class);
        }
        assertThat(MongoParking.requireFree(MongoParking.DEAD_DEFAULT)).isEqualTo("chronos_fallback_dead");
    }
}
