package io.chronosdb.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Watcher;
import io.chronosdb.testkit.parking.InMemoryParking;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** One follower step by step, with time and chance in the test's hands. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FollowerTest {
    private static final Fallback FALLBACK = new Fallback(true, 2, Duration.ofMillis(100), Duration.ofMillis(1_500));
    private static final LoopLimits LIMITS = new LoopLimits(1, 16, 1 << 20, Duration.ZERO, FALLBACK);
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final Chained chain = new Chained();
    private final PickyStore store = new PickyStore();
    private final InMemoryParking parking = new InMemoryParking();
    private long nanos = Long.MAX_VALUE - 1_000; // Such clocks may overflow.
    private double random = 1;
    private Optional<String> disagreement = Optional.empty();

    @Test
    void a_poisonous_event_is_found_among_others_tried_again_and_parked_and_only_its_item_waits() {
        store.poisonous.add("bad");
        Follower follower = started(LIMITS);
        offer(follower, "a", "b", "bad", "c", "bad", "d", "e", "a", "bad");

        run(follower);

        assertThat(store.taken()).containsExactly("0=a", "1=b", "3=c", "5=d", "6=e", "7=a");
        assertThat(store.progress().next()).isEqualTo(9);
        assertThat(parking.events(Chained.PARTITION))
                .extracting(event -> event.position().offset())
                .containsExactly(2L, 4L, 8L);
        ParkedEvent first = parking.events(Chained.PARTITION).get(0);
        assertThat(first.items()).isEqualTo(Set.of(new ItemKey("c", "bad")));
        assertThat(first.attempts()).isEqualTo(3);
        assertThat(first.cause()).isEqualTo("IllegalStateException: no taste for c/bad");
        assertThat(first.at()).isEqualTo(NOW);
        assertThat(parking.events(Chained.PARTITION))
                .filteredOn(event -> event.position().offset() > 2)
                .allSatisfy(event -> assertThat(event.attempts()).isZero())
                .allSatisfy(event -> assertThat(event.cause()).contains("waits behind"));
        assertThat(parking.retried(Chained.PARTITION)).isEmpty();
        assertThat(follower.stopped()).isEmpty();
    }

    @Test
    void what_is_being_tried_again_is_shown_and_its_pauses_double() {
        store.poisonous.add("bad");
        Follower follower = started(LIMITS);
        offer(follower, "bad");

        step(follower);

        assertThat(parking.retried(Chained.PARTITION).orElseThrow().attempts()).isEqualTo(1);
        assertThat(parking.events(Chained.PARTITION)).isEmpty();
        assertThat(pause(follower)).isEqualTo(Duration.ofMillis(100));
        step(follower);
        assertThat(parking.retried(Chained.PARTITION).orElseThrow().attempts())
                .as("not before its time")
                .isEqualTo(1);
        nanos += pause(follower).toNanos();
        step(follower);
        assertThat(parking.retried(Chained.PARTITION).orElseThrow().attempts()).isEqualTo(2);
        assertThat(pause(follower)).isEqualTo(Duration.ofMillis(200));
        nanos += pause(follower).toNanos();
        step(follower);
        assertThat(pause(follower)).as("it is parked at once").isZero();
    }

    @Test
    void an_event_that_is_taken_after_all_is_not_parked_and_nobody_waits_behind_it() {
        store.poisonous.add("bad");
        Follower follower = started(LIMITS);
        offer(follower, "bad", "a", "bad");
        step(follower);
        step(follower);
        step(follower);
        assertThat(parking.retried(Chained.PARTITION)).isPresent();

        store.poisonous.clear();
        run(follower);

        assertThat(store.taken()).containsExactly("0=bad", "1=a", "2=bad");
        assertThat(parking.events(Chained.PARTITION)).isEmpty();
        assertThat(parking.retried(Chained.PARTITION)).isEmpty();
    }

    @Test
    void a_store_that_is_down_is_asked_for_ever_ever_more_gently_and_parks_nothing() {
        Follower follower = started(LIMITS);
        offer(follower, "a");
        store.down = true;

        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            step(follower);
            pauses.add(pause(follower).toMillis());
            nanos += pause(follower).toNanos();
        }

        assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1_500L, 1_500L, 1_500L);
        for (int i = 0; i < 100; i++) {
            step(follower);
            nanos += pause(follower).toNanos();
        }
        store.down = false;
        run(follower);
        assertThat(store.taken()).containsExactly("0=a");
        assertThat(parking.events(Chained.PARTITION)).isEmpty();
    }

    @Test
    void a_store_that_is_damaged_is_no_events_fault_and_parks_nothing() {
        Follower follower = started(LIMITS);
        offer(follower, "a");
        store.damaged = true;

        for (int i = 0; i < 50; i++) {
            step(follower);
            nanos += pause(follower).toNanos();
        }
        assertThat(parking.events(Chained.PARTITION)).isEmpty();
        assertThat(follower.stopped()).isEmpty();

        store.damaged = false;
        run(follower);
        assertThat(store.taken()).containsExactly("0=a");
    }

    @Test
    void pauses_differ_by_up_to_a_half_so_that_not_all_come_back_at_once() {
        Follower follower = started(LIMITS);
        offer(follower, "a");
        store.down = true;

        random = 0;
        step(follower);

        assertThat(pause(follower)).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void while_nothing_can_be_parked_the_progress_stays() {
        store.poisonous.add("bad");
        Follower follower = started(LIMITS);
        offer(follower, "bad", "a");
        step(follower);
        parking.goDown();

        for (int i = 0; i < 20; i++) {
            step(follower);
            nanos += pause(follower).toNanos();
        }
        assertThat(store.progress().next()).isZero();

        parking.comeBack();
        run(follower);
        assertThat(store.taken()).containsExactly("1=a");
        assertThat(parking.events(Chained.PARTITION)).hasSize(1);
    }

    @Test
    void whoever_takes_over_parks_later_events_of_the_item_without_trying_them() {
        store.poisonous.add("bad");
        Follower first = started(LIMITS);
        offer(first, "bad");
        run(first);
        store.poisonous.clear();

        Follower next = started(LIMITS);
        offer(next, "bad", "a");
        run(next);

        assertThat(store.taken()).containsExactly("2=a");
        assertThat(parking.events(Chained.PARTITION)).hasSize(2);
    }

    @Test
    void a_new_owner_goes_on_counting_the_attempts_of_the_one_that_died() {
        store.poisonous.add("bad");
        Follower first = started(LIMITS);
        LogRecord bad = chain.record("bad");
        first.offer(bad);
        step(first);
        assertThat(parking.retried(Chained.PARTITION).orElseThrow().attempts()).isEqualTo(1);

        Follower second = started(LIMITS);
        second.offer(bad);
        step(second);

        assertThat(parking.retried(Chained.PARTITION).orElseThrow().attempts()).isEqualTo(2);
    }

    @Test
    void what_was_tried_and_done_since_is_not_shown_any_more() {
        Follower first = started(LIMITS);
        offer(first, "a");
        run(first);

        assertThat(parking.retried(Chained.PARTITION)).isEmpty();
        started(LIMITS);
        assertThat(parking.retried(Chained.PARTITION)).isEmpty();
    }

    @Test
    void an_event_that_kills_every_owner_is_parked_and_all_other_items_go_on() {
        store.deadly.add("deadly");
        List<LogRecord> log = Stream.of("a", "b", "deadly", "c", "deadly", "d")
                .map(chain::record)
                .toList();

        int deaths = 0;
        while (store.progress().next() < log.size()) {
            Follower owner = started(LIMITS);
            log.stream()
                    .filter(record -> record.offset() >= store.progress().next())
                    .forEach(owner::offer);
            try {
                run(owner);
            } catch (PickyStore.Died e) {
                deaths++;
                assertThat(deaths).as("it comes to an end").isLessThan(10);
            }
        }

        assertThat(store.taken()).containsExactly("0=a", "1=b", "3=c", "5=d");
        assertThat(parking.events(Chained.PARTITION))
                .extracting(event -> event.position().offset())
                .containsExactly(2L, 4L);
        assertThat(parking.events(Chained.PARTITION).get(0).cause()).contains("whoever tries it dies");
        assertThat(parking.retried(Chained.PARTITION)).isEmpty();
        assertThat(deaths)
                .as("once among others, then as often as it may be tried")
                .isEqualTo(1 + 1 + FALLBACK.retriesMax());
    }

    @Test
    void a_parked_event_that_is_wanted_again_is_taken_and_those_that_wait_behind_it_follow_in_order() {
        Follower follower = withParked();
        store.poisonous.clear();
        assertThat(parking.ask(position(1), ParkedEvent.Wish.RETRY)).isTrue();

        attend(follower);
        offer(follower, "bad");
        run(follower);

        assertThat(store.taken()).containsExactly("0=a", "3=b", "1=bad", "2=bad", "4=bad");
        assertThat(parking.events(Chained.PARTITION)).isEmpty();
    }

    @Test
    void a_parked_event_that_is_refused_once_more_waits_on_with_the_new_cause_and_nobody_overtakes_it() {
        Follower follower = withParked();
        assertThat(parking.ask(position(1), ParkedEvent.Wish.RETRY)).isTrue();

        attend(follower);
        offer(follower, "bad");
        run(follower);

        assertThat(store.taken()).containsExactly("0=a", "3=b");
        assertThat(parking.events(Chained.PARTITION)).hasSize(3);
        ParkedEvent first = parking.events(Chained.PARTITION).get(0);
        assertThat(first.attempts()).isEqualTo(4);
        assertThat(first.wish()).isEmpty();
    }

    @Test
    void a_parked_event_that_is_dropped_never_comes_and_those_that_wait_behind_it_follow() {
        Follower follower = withParked();
        store.poisonous.clear();
        assertThat(parking.ask(position(1), ParkedEvent.Wish.DROP)).isTrue();

        attend(follower);

        assertThat(store.taken()).containsExactly("0=a", "3=b", "2=bad");
        assertThat(parking.events(Chained.PARTITION)).isEmpty();
    }

    @Test
    void a_parked_event_that_the_log_has_dropped_is_said_to_be_gone() {
        Follower follower = withParked();
        store.poisonous.clear();
        chain.logged.clear();
        assertThat(parking.ask(position(1), ParkedEvent.Wish.RETRY)).isTrue();

        attend(follower);

        assertThat(parking.events(Chained.PARTITION).get(0).cause()).isEqualTo("the log has dropped it");
        assertThat(parking.events(Chained.PARTITION).get(0).wish()).isEmpty();
    }

    /** Has taken a and b; two events of "bad" are parked between. */
    private Follower withParked() {
        store.poisonous.add("bad");
        Follower follower = started(LIMITS);
        offer(follower, "a", "bad", "bad", "b");
        run(follower);
        assertThat(parking.events(Chained.PARTITION)).hasSize(2);
        return follower;
    }

    private static Position position(long offset) {
        return new Position(Chained.DATABASE, 0, offset);
    }

    /** Lets the time pass after which it looks at what is wanted. */
    private void attend(Follower follower) {
        nanos += Duration.ofSeconds(2).toNanos();
        run(follower);
    }

    @Test
    void a_store_that_was_set_back_gets_what_came_before_the_parked_event_again() {
        Follower follower = started(LIMITS);
        offer(follower, "bad");
        run(follower);
        store.poisonous.add("bad");
        offer(follower, "bad");
        run(follower);
        assertThat(parking.events(Chained.PARTITION)).hasSize(1);

        store.poisonous.clear();
        store.moveTo(Progress.START);
        offer(follower, "a");
        run(follower);
        Chained again = new Chained();
        for (String id : List.of("bad", "bad", "a")) {
            follower.offer(again.record(id));
        }
        run(follower);

        assertThat(store.taken()).containsExactly("0=bad", "0=bad", "2=a");
        assertThat(parking.events(Chained.PARTITION)).hasSize(1);
    }

    @Test
    void where_nothing_may_be_parked_the_partition_stops_at_the_event_and_says_so() {
        store.poisonous.add("bad");
        Follower follower = started(LIMITS.failing(new Fallback(false, 2, Duration.ofMillis(1), Duration.ofMillis(1))));
        offer(follower, "a", "bad", "b");

        run(follower);

        assertThat(store.taken()).containsExactly("0=a");
        assertThat(store.progress().next()).isEqualTo(1);
        assertThat(parking.events(Chained.PARTITION)).isEmpty();
        assertThat(follower.stopped().orElseThrow())
                .contains("runtime.t/0@1", "c/bad", "java.lang.IllegalStateException");
        assertThat(follower.wantsRecords()).isFalse();
    }

    @Test
    void a_partition_that_has_stopped_is_looked_at_again_after_a_minute_and_goes_on_if_someone_has_seen_to_it() {
        store.poisonous.add("bad");
        Follower follower = started(LIMITS.failing(new Fallback(false, 0, Duration.ofMillis(1), Duration.ofMillis(1))));
        LogRecord bad = chain.record("bad");
        follower.offer(bad);
        run(follower);
        assertThat(follower.stopped()).isPresent();
        store.poisonous.clear();

        nanos += Duration.ofSeconds(59).toNanos();
        assertThat(follower.begin()).isFalse();
        nanos += Duration.ofSeconds(1).toNanos();
        step(follower);
        assertThat(follower.takeSeek()).hasValue(0);
        follower.offer(bad);
        run(follower);

        assertThat(store.taken()).containsExactly("0=bad");
        assertThat(follower.stopped()).isEmpty();
    }

    @Test
    void an_event_that_only_a_later_version_reads_is_waited_for_and_never_passed_over() {
        Follower follower = started(LIMITS);
        byte[] later = chain.value("a");
        later[5] ^= 1; // Another fingerprint.
        follower.offer(new LogRecord(Chained.SOURCE, 0, NOW, "", later, Map.of()));
        offer(follower, "b");

        for (int i = 0; i < 20; i++) {
            step(follower);
            nanos += pause(follower).toNanos();
        }

        assertThat(store.taken()).isEmpty();
        assertThat(store.progress()).isEqualTo(Progress.START);
        assertThat(parking.events(Chained.PARTITION)).isEmpty();
    }

    @Test
    void a_store_of_another_log_gets_nothing_of_this_one() {
        disagreement = Optional.of("its progress is one of another log");
        Timing timing = new Timing(() -> nanos, () -> random, () -> NOW);
        Follower follower =
                new Follower(Chained.PARTITION, Chained.SOURCE, store, parking, log, LIMITS, timing, Watcher.NONE);
        step(follower);
        offer(follower, "a");
        run(follower);

        assertThat(follower.stopped().orElseThrow()).contains("another log");
        assertThat(follower.wantsRecords()).isFalse();
        assertThat(store.taken()).isEmpty();
    }

    @Test
    void when_too_many_items_are_parked_it_is_no_event_that_is_at_fault_and_the_partition_stops() {
        Follower follower = started(LIMITS.failing(new Fallback(true, 0, Duration.ofMillis(1), Duration.ofMillis(1))));
        for (int i = 0; i <= ParkedItems.ITEMS_MAX; i++) {
            store.poisonous.add("bad" + i);
            offer(follower, "bad" + i);
            run(follower);
        }

        assertThat(parking.events(Chained.PARTITION)).hasSize(ParkedItems.ITEMS_MAX);
        assertThat(follower.stopped().orElseThrow()).contains("c/bad" + ParkedItems.ITEMS_MAX);
    }

    @Test
    void no_batch_is_larger_than_it_may_be_in_events_and_bytes() {
        Follower byEvents = started(LIMITS.batching(3));
        offer(byEvents, IntStream.range(0, 10).mapToObj(i -> "i" + i).toArray(String[]::new));
        run(byEvents);

        assertThat(store.batches).extracting(List::size).containsExactly(3, 3, 3, 1);
    }

    @Test
    void events_are_gathered_for_a_while_unless_the_batch_is_full() {
        Follower follower = started(LIMITS.batching(4).gathering(Duration.ofSeconds(3)));
        offer(follower, "first");
        step(follower);
        offer(follower, "a", "b");

        assertThat(follower.begin()).isFalse();
        assertThat(follower.gathers()).isTrue();
        nanos += Duration.ofSeconds(3).toNanos();
        run(follower);
        assertThat(store.batches).containsExactly(List.of("0=first"), List.of("1=a", "2=b"));

        offer(follower, "c", "d", "e", "f");
        assertThat(follower.gathers()).isFalse();
        step(follower);
        assertThat(store.batches)
                .last()
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(4);
    }

    private final LogView log = new LogView() {
        @Override
        public Optional<LoggedEvent> at(Position position) {
            return Optional.ofNullable(chain.logged.get(position));
        }

        @Override
        public Optional<String> disagreement(DatabasePartition partition, Progress at) {
            return disagreement;
        }
    };

    private Follower started(LoopLimits limits) {
        Timing timing = new Timing(() -> nanos, () -> random, () -> NOW);
        Follower follower =
                new Follower(Chained.PARTITION, Chained.SOURCE, store, parking, log, limits, timing, Watcher.NONE);
        step(follower);
        assertThat(follower.takeSeek()).hasValue(store.progress().next());
        return follower;
    }

    private void offer(Follower follower, String... ids) {
        for (String id : ids) {
            follower.offer(chain.record(id));
        }
    }

    /** As the loop would, once. */
    private void step(Follower follower) {
        if (follower.begin()) {
            follower.done(follower.work());
        }
    }

    /** Until there is nothing to do, however long the pauses. */
    private void run(Follower follower) {
        for (int i = 0; i < 1_000; i++) {
            if (follower.stopped().isPresent()) {
                return;
            }
            nanos += pause(follower).toNanos();
            if (!follower.begin()) {
                return;
            }
            follower.done(follower.work());
            var unused = follower.takeSeek();
        }
        throw new AssertionError("it does not come to an end");
    }

    /** How long it waits before it would do something; zero if it would now, or never. */
    private Duration pause(Follower follower) {
        return follower.pauseLeft();
    }
}
