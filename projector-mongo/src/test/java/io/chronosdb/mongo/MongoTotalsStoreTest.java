package io.chronosdb.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Route;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.testkit.index.MongoServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MongoTotalsStoreTest {
    private final String analytics = MongoServer.freshDatabase();
    private final MongoTotalsStore store = new MongoTotalsStore(Route.runtime("acme"), analytics, TestMongo.CLIENT);

    @AfterEach
    void drop() {
        TestMongo.CLIENT.getDatabase(analytics).drop();
    }

    @Test
    void totals_of_a_collection_are_the_sum_of_its_partitions_and_nobody_elses() {
        MongoTotalsStore other = new MongoTotalsStore(Route.runtime("acme-2"), analytics, TestMongo.CLIENT);
        store.store(List.of(
                part("users", 0, 10, 3, Map.of("vip", 1L)),
                part("users", 1, 5, 4, Map.of("vip", 2L, "odd.$name", 1L)),
                part("users2", 0, 5, 100, Map.of()),
                part("users-2", 0, 5, 100, Map.of())));
        other.store(List.of(part("users", 0, 5, 100, Map.of())));
        store.store(List.of());

        assertThat(store.read("users")).isEqualTo(new Totals(7, 14, 0, Map.of("vip", 3L, "odd.$name", 1L)));
        assertThat(other.read("users").created()).isEqualTo(100);
        assertThat(store.read("user")).isEqualTo(Totals.NONE);
    }

    @Test
    void totals_that_reflect_less_or_the_same_change_nothing_also_among_several_writers() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(4);
        List<Future<?>> done = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            List<Integer> order = new ArrayList<>();
            for (int next = 1; next <= 50; next++) {
                order.add(next);
            }
            Collections.shuffle(order, new Random(writer));
            done.add(writers.submit(() ->
                    order.forEach(next -> store.store(List.of(part("users", 0, next, next, Map.of()))))));
        }
        for (Future<?> writer : done) {
            writer.get();
        }
        writers.shutdown();
        store.store(List.of(part("users", 0, 50, 0, Map.of()), part("users", 0, 49, 0, Map.of())));

        assertThat(store.read("users").created()).isEqualTo(50);
    }

    private static Part part(String collection, int partition, long next, long created, Map<String, Long> rules) {
        return new Part(collection, partition, next, new Totals(created, created * 2, 0, rules));
    }
}
