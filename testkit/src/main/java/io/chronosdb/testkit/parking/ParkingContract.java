package io.chronosdb.testkit.parking;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Parking;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Parking} promises. It begins empty with each test. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
public abstract class ParkingContract {
    protected static final Database DATABASE = Route.runtime("acme");
    protected static final DatabasePartition PARTITION = new DatabasePartition(DATABASE, 1);
    protected static final ItemKey ANN = new ItemKey("users", "ann:1");
    protected static final ItemKey BEN = new ItemKey("users", "ben");

    private static final DatabasePartition NEIGHBOUR = new DatabasePartition(DATABASE, 11);

    /** The one under test. */
    protected abstract Parking parking();

    /** What is stored of each parked event, by its offset: any text that shows its attempts and its cause. */
    protected abstract Map<Long, String> stored(DatabasePartition partition);

    /** What is stored of the event that is being tried again: any text that shows its attempts and its cause. */
    protected abstract Optional<String> retried(DatabasePartition partition);

    @Test
    void at_first_nothing_is_parked() {
        assertThat(parking().parked(PARTITION)).isEmpty();
        assertThat(stored(PARTITION)).isEmpty();
        assertThat(retried(PARTITION)).isEmpty();
    }

    @Test
    protected void an_item_waits_from_its_first_parked_event_on() {
        parking().park(List.of(event(PARTITION, 7, 6, "cause of 7", ANN)));
        parking()
                .park(List.of(
                        event(PARTITION, 9, 0, "waits", ANN),
                        event(PARTITION, 12, 0, "waits", BEN, ANN),
                        event(PARTITION, 100, 0, "waits", BEN)));

        assertThat(parking().parked(PARTITION)).containsExactlyInAnyOrderEntriesOf(Map.of(ANN, 7L, BEN, 12L));
        assertThat(stored(PARTITION)).containsOnlyKeys(7L, 9L, 12L, 100L);
        assertThat(stored(PARTITION).get(7L)).contains("6", "cause of 7", "users/ann:1");
    }

    @Test
    void parking_again_changes_nothing() {
        parking().park(List.of(event(PARTITION, 7, 6, "the first cause", ANN)));

        parking().park(List.of(event(PARTITION, 7, 1, "another cause", ANN), event(PARTITION, 8, 0, "waits", ANN)));

        assertThat(parking().parked(PARTITION)).isEqualTo(Map.of(ANN, 7L));
        assertThat(stored(PARTITION)).containsOnlyKeys(7L, 8L);
        assertThat(stored(PARTITION).get(7L)).contains("the first cause").doesNotContain("another");
    }

    @Test
    void an_event_that_is_about_no_item_can_be_parked_and_holds_nobody_up() {
        parking().park(List.of(event(PARTITION, 7, 6, "cause")));

        assertThat(parking().parked(PARTITION)).isEmpty();
        assertThat(stored(PARTITION)).containsOnlyKeys(7L);
    }

    @Test
    void partitions_are_kept_apart() {
        parking().park(List.of(event(NEIGHBOUR, 3, 6, "cause", ANN)));
        parking().retrying(event(NEIGHBOUR, 4, 1, "cause", BEN));

        assertThat(parking().parked(PARTITION)).isEmpty();
        assertThat(stored(PARTITION)).isEmpty();
        assertThat(retried(PARTITION)).isEmpty();
        parking().settled(PARTITION);
        assertThat(retried(NEIGHBOUR)).isPresent();
        assertThat(parking().parked(NEIGHBOUR)).isEqualTo(Map.of(ANN, 3L));
    }

    @Test
    void parked_events_are_read_page_by_page_as_they_were_parked() {
        ParkedEvent first = event(PARTITION, 7, 6, "cause of 7", ANN);
        ParkedEvent second = event(PARTITION, 9, 0, "waits", ANN);
        ParkedEvent third = event(PARTITION, 12, 0, "waits", BEN, ANN);
        parking().park(List.of(third, first, second));
        parking().park(List.of(event(NEIGHBOUR, 8, 1, "another's", ANN)));

        assertThat(parking().events(PARTITION, 0, 2)).containsExactly(first, second);
        assertThat(parking().events(PARTITION, 10, 2)).containsExactly(third);
        assertThat(parking().events(PARTITION, 13, 2)).isEmpty();
    }

    @Test
    void a_wish_is_kept_with_its_event_and_noticed() {
        ParkedEvent event = event(PARTITION, 7, 6, "cause of 7", ANN);
        parking().park(List.of(event, event(PARTITION, 9, 0, "waits", ANN)));
        assertThat(parking().takeAsked(PARTITION)).isFalse();

        assertThat(parking().ask(event.position(), ParkedEvent.Wish.RETRY)).isTrue();

        assertThat(parking().takeAsked(NEIGHBOUR)).isFalse();
        assertThat(parking().takeAsked(PARTITION)).isTrue();
        assertThat(parking().events(PARTITION, 0, 1)).containsExactly(event.wished(ParkedEvent.Wish.RETRY));
        assertThat(parking().ask(event(PARTITION, 8, 0, "never parked").position(), ParkedEvent.Wish.DROP))
                .isFalse();
        assertThat(stored(PARTITION)).containsOnlyKeys(7L, 9L);
    }

    @Test
    void what_is_noted_of_an_event_takes_the_place_of_what_was() {
        ParkedEvent event = event(PARTITION, 7, 6, "cause of 7", ANN);
        parking().park(List.of(event));
        assertThat(parking().ask(event.position(), ParkedEvent.Wish.RETRY)).isTrue();

        parking().note(event(PARTITION, 7, 7, "another cause", ANN));

        assertThat(parking().events(PARTITION, 0, 9)).containsExactly(event(PARTITION, 7, 7, "another cause", ANN));
        assertThat(parking().parked(PARTITION)).isEqualTo(Map.of(ANN, 7L));
    }

    @Test
    void an_item_waits_until_its_last_event_is_released() {
        ParkedEvent first = event(PARTITION, 7, 6, "cause of 7", ANN);
        ParkedEvent both = event(PARTITION, 12, 0, "waits", BEN, ANN);
        ParkedEvent last = event(PARTITION, 100, 0, "waits", BEN);
        parking().park(List.of(first, both, last));

        parking().release(PARTITION, Set.of(first.position()));
        assertThat(parking().parked(PARTITION)).isEqualTo(Map.of(ANN, 12L, BEN, 12L));
        parking().release(PARTITION, Set.of(first.position(), both.position()));
        assertThat(parking().parked(PARTITION)).isEqualTo(Map.of(BEN, 100L));
        parking().release(PARTITION, Set.of(last.position()));

        assertThat(parking().parked(PARTITION)).isEmpty();
        assertThat(parking().events(PARTITION, 0, 9)).isEmpty();
        assertThat(stored(PARTITION)).isEmpty();
    }

    @Test
    void what_was_about_to_be_tried_can_be_read_back() {
        ParkedEvent event = event(PARTITION, 5, 1, "first cause", ANN);

        parking().retrying(event);

        assertThat(parking().retried(PARTITION)).contains(event);
        assertThat(parking().retried(NEIGHBOUR)).isEmpty();
    }

    @Test
    void what_is_tried_again_is_shown_until_it_is_settled() {
        parking().retrying(event(PARTITION, 5, 1, "first cause", ANN));
        assertThat(retried(PARTITION).orElseThrow()).contains("first cause");

        parking().retrying(event(PARTITION, 5, 2, "second cause", ANN));
        assertThat(retried(PARTITION).orElseThrow()).contains("second cause").doesNotContain("first");

        parking().settled(PARTITION);
        assertThat(retried(PARTITION)).isEmpty();
        parking().settled(PARTITION);
        assertThat(parking().parked(PARTITION)).as("tried is not parked").isEmpty();
    }

    private static ParkedEvent event(
            DatabasePartition partition, long offset, int attempts, String cause, ItemKey... items) {
        return new ParkedEvent(
                new Position(partition.database(), partition.number(), offset),
                Set.of(items),
                attempts,
                cause,
                Instant.parse("2026-01-31T12:00:00Z"));
    }
}
