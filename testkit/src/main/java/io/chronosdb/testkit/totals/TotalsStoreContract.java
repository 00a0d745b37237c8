package io.chronosdb.testkit.totals;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.port.Counts;
import io.chronosdb.port.Measure;
import io.chronosdb.port.Period;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.port.Uniques;
import io.chronosdb.port.Window;
import io.chronosdb.port.WindowTotals;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What every store of totals keeps. */
@DisplayNameGeneration(ReplaceUnderscores.class)
public abstract class TotalsStoreContract {
    private static final LocalDate MONDAY = LocalDate.of(2026, 3, 2);

    private TotalsStore store;

    /** An empty store. */
    protected abstract TotalsStore newStore();

    @BeforeEach
    void begin() {
        store = newStore();
    }

    @Test
    void parts_are_found_as_they_were_stored_and_can_be_replaced_by_ones_that_reflect_less() {
        Part users = part("users", 0, 10, counts(3, Map.of("vip", new Measure.Count(1))));
        Part today = day(MONDAY, "users", 0, 10, counts(1));
        Part posts = part("posts", 1, 5, counts(4));
        store.store(List.of(users, today, posts));

        Part mended = part("users", 0, 8, counts(2));
        store.replace(mended);

        List<Part> found = new ArrayList<>();
        store.parts(found::add);
        assertThat(found).containsExactlyInAnyOrder(mended, today, posts);
        assertThat(store.read("users").created()).isEqualTo(2);

        store.clear();
        found.clear();
        store.parts(found::add);
        assertThat(found).isEmpty();
    }

    @Test
    void totals_of_a_collection_are_the_sum_of_its_partitions_and_of_no_other_collection() {
        store.store(List.of(
                part("users", 0, 10, counts(3, Map.of("vip", new Measure.Count(1)))),
                part("users", 1, 5, counts(4, Map.of("vip", new Measure.Count(2), "odd-_name", new Measure.Count(1)))),
                part("users2", 0, 5, counts(100)),
                part("users-2", 0, 5, counts(100)),
                day(MONDAY, "users", 0, 10, counts(1))));
        store.store(List.of());

        assertThat(store.read("users"))
                .isEqualTo(new Totals(7, 0, 0, Map.of("vip", BigDecimal.valueOf(3), "odd-_name", BigDecimal.ONE)));
        assertThat(store.read("user")).isEqualTo(Totals.NONE);
        assertThat(days("user")).isEmpty();
    }

    @Test
    void sums_are_exact_and_values_that_several_partitions_have_count_once() {
        long[] many =
                LongStream.range(0, 10_000).map(TotalsStoreContract::spread).toArray();
        store.store(List.of(
                part("orders", 0, 1, counts(1, Map.of("revenue", sum("0.10"), "customers", Uniques.of(1, 2, 3)))),
                part("orders", 1, 1, counts(1, Map.of("revenue", sum("19.90"), "customers", Uniques.of(3, 4)))),
                day(MONDAY, "orders", 0, 1, counts(1, Map.of("customers", Uniques.of(many)))),
                day(MONDAY, "orders", 1, 1, counts(1, Map.of("customers", Uniques.of(many[0], many[7], 5))))));

        assertThat(store.read("orders").rules())
                .isEqualTo(Map.of("revenue", new BigDecimal("20.00"), "customers", BigDecimal.valueOf(4)));
        assertThat(days("orders").get(0).totals().rule("customers"))
                .isBetween(BigDecimal.valueOf(9_500), BigDecimal.valueOf(10_500));
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
            done.add(writers.submit(() -> order.forEach(next -> store.store(
                    List.of(part("users", 0, next, counts(next)), day(MONDAY, "users", 0, next, counts(next)))))));
        }
        for (Future<?> writer : done) {
            writer.get();
        }
        writers.shutdown();
        store.store(List.of(part("users", 0, 50, counts(0)), part("users", 0, 49, counts(0))));
        store.store(List.of(day(MONDAY, "users", 0, 50, counts(0)), day(MONDAY, "users", 0, 49, counts(0))));

        assertThat(store.read("users").created()).isEqualTo(50);
        assertThat(days("users"))
                .containsExactly(new WindowTotals(Window.DAY, MONDAY, counts(50).totals()));
    }

    @Test
    void windows_come_in_order_and_only_those_that_have_a_day_of_the_range() {
        for (int i = 20; i >= 0; i--) {
            LocalDate day = MONDAY.plusDays(i);
            store.store(List.of(day(day, "users", 0, 1, counts(1)), day(day, "users", 1, 1, counts(1))));
        }
        for (Window window : List.of(Window.WEEK, Window.MONTH)) {
            store.store(List.of(Part.in(Period.of(window, MONDAY), "users", 0, 1, counts(7))));
        }
        store.store(List.of(Part.in(Period.of(Window.WEEK, MONDAY.plusWeeks(1)), "users", 0, 1, counts(8))));

        assertThat(days("users"))
                .hasSize(21)
                .isSortedAccordingTo((a, b) -> a.start().compareTo(b.start()))
                .allMatch(day -> day.totals().created() == 2);
        assertThat(store.read("users", Window.DAY, MONDAY.plusDays(2), MONDAY.plusDays(3)))
                .extracting(WindowTotals::start)
                .containsExactly(MONDAY.plusDays(2), MONDAY.plusDays(3));
        assertThat(store.read("users", Window.WEEK, MONDAY.plusDays(6), MONDAY.plusDays(6)))
                .containsExactly(new WindowTotals(Window.WEEK, MONDAY, counts(7).totals()));
        assertThat(store.read("users", Window.WEEK, MONDAY.plusDays(7), TotalsStore.LAST_DAY))
                .extracting(WindowTotals::start)
                .containsExactly(MONDAY.plusDays(7));
        assertThat(store.read("users", Window.MONTH, TotalsStore.FIRST_DAY, TotalsStore.LAST_DAY))
                .extracting(WindowTotals::start)
                .containsExactly(LocalDate.of(2026, 3, 1));
        assertThat(store.read("users", Window.DAY, MONDAY.plusDays(3), MONDAY)).isEmpty();
    }

    @Test
    void windows_that_are_kept_no_longer_are_gone_for_good_in_every_partition_and_in_no_other_collection() {
        Part old = day(MONDAY, "users", 0, 5, counts(1));
        List<Part> parts = List.of(
                old,
                day(MONDAY, "users", 1, 5, counts(1)),
                day(MONDAY.plusDays(1), "users", 0, 6, counts(2)),
                day(MONDAY, "other", 0, 6, counts(3)),
                Part.in(Period.of(Window.WEEK, MONDAY), "users", 0, 6, counts(4)));
        store.store(parts);

        store.store(List.of(Part.allTime("users", 0, 7, counts(2), Map.of(Window.DAY, MONDAY.plusDays(1)))));

        assertThat(days("users")).extracting(WindowTotals::start).containsExactly(MONDAY.plusDays(1));
        assertThat(days("other")).hasSize(1);
        assertThat(store.read("users", Window.WEEK, TotalsStore.FIRST_DAY, TotalsStore.LAST_DAY))
                .hasSize(1);

        store.store(List.of(old));

        assertThat(days("users")).as("brought back by a late writer").hasSize(1);
    }

    private List<WindowTotals> days(String collection) {
        return store.read(collection, Window.DAY, TotalsStore.FIRST_DAY, TotalsStore.LAST_DAY);
    }

    private static Part part(String collection, int partition, long next, Counts counts) {
        return Part.allTime(collection, partition, next, counts, Map.of());
    }

    private static Part day(LocalDate day, String collection, int partition, long next, Counts counts) {
        return Part.in(Period.of(Window.DAY, day), collection, partition, next, counts);
    }

    private static Counts counts(long created) {
        return counts(created, Map.of());
    }

    private static Counts counts(long created, Map<String, Measure> rules) {
        return new Counts(created, 0, 0, rules);
    }

    private static Measure sum(String number) {
        return new Measure.Sum(new BigDecimal(number));
    }

    /** As evenly as a hash (the finalizer of SplitMix64). */
    private static long spread(long n) {
        long z = (n + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
