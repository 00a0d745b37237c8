package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Route;
import io.chronosdb.port.Counts;
import io.chronosdb.port.Period;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.port.Window;
import io.chronosdb.testkit.index.MongoServer;
import io.chronosdb.testkit.totals.TotalsStoreContract;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The contract on a real server, and what is in there to be seen from outside. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MongoTotalsStoreTest extends TotalsStoreContract {
    private static final LocalDate DAY = LocalDate.of(2026, 3, 2);

    private final String analytics = MongoServer.freshDatabase();

    @Override
    protected TotalsStore newStore() {
        return new MongoTotalsStore(Route.runtime("acme"), analytics, TestMongo.CLIENT);
    }

    @AfterEach
    void drop() {
        TestMongo.CLIENT.getDatabase(analytics).drop();
    }

    @Test
    void databases_that_share_an_analytics_database_are_kept_apart() {
        TotalsStore store = newStore();
        TotalsStore other = new MongoTotalsStore(Route.runtime("acme-2"), analytics, TestMongo.CLIENT);
        store.store(List.of(day(DAY, 1), day(DAY.plusDays(1), 1)));
        other.store(List.of(day(DAY, 100), Part.allTime("users", 0, 1, counts(100), Map.of())));

        store.store(List.of(Part.allTime("users", 0, 2, counts(3), Map.of(Window.DAY, DAY.plusDays(1)))));

        assertThat(store.read("users").created()).isEqualTo(3);
        assertThat(other.read("users").created()).isEqualTo(100);
        assertThat(other.read("users", Window.DAY, DAY, DAY)).hasSize(1);
    }

    @Test
    void windows_that_are_kept_no_longer_are_removed_from_the_server() {
        TotalsStore store = newStore();
        store.store(List.of(day(DAY, 1), day(DAY.plusDays(1), 1)));
        assertThat(documents()).isEqualTo(2);

        store.store(List.of(Part.allTime("users", 0, 2, counts(3), Map.of(Window.DAY, DAY.plusDays(2)))));

        assertThat(documents()).as("the totals in all time alone").isEqualTo(1);
    }

    private long documents() {
        return TestMongo.CLIENT
                .getDatabase(analytics)
                .getCollection("cnt_total")
                .countDocuments();
    }

    private static Part day(LocalDate day, long created) {
        return Part.in(Period.of(Window.DAY, day), "users", 0, 1, counts(created));
    }

    private static Counts counts(long created) {
        return new Counts(created, 0, 0, Map.of());
    }
}
