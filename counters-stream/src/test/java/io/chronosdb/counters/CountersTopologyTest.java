package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.document.Json;
import io.chronosdb.port.Counts;
import io.chronosdb.port.Measure;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.port.Window;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CountersTopologyTest {
    private static final Database ACME = Route.runtime("acme");
    private static final Database LOGS = Route.logs();

    @TempDir
    private Path dir;

    private final ChainWriter owner = new ChainWriter();
    private TopologyDriver counters;

    @BeforeEach
    void start() {
        counters = new TopologyDriver(CountersSettings.of(
                new Topics("chronos"),
                CounterRule.parseAll(
                        Json.parse("[{\"name\":\"vips\",\"when\":{\"vip\":true}}]".getBytes(StandardCharsets.UTF_8)),
                        "rules"),
                CountersSettings.Maps.EVERYTHING,
                dir,
                "unused:9092"));
    }

    @AfterEach
    void stop() {
        counters.close();
    }

    @Test
    void many_events_of_a_collection_are_one_announcement_of_absolute_totals() {
        counters.append(ACME, owner.create("users", "1", "{\"vip\":true}"));
        counters.append(ACME, owner.update("users", "1", "{\"vip\":false}"));
        counters.append(ACME, owner.delete("users", "1"));
        counters.append(ACME, owner.create("orders", "1", "{}"));
        counters.waitForAnnouncements();

        assertThat(allTime(ACME))
                .containsExactlyInAnyOrder(announcement("users", 3, 1, 1, 1, 1), announcement("orders", 4, 1, 0, 0, 0));

        counters.append(ACME, owner.create("users", "2", "{\"vip\":true}"));
        counters.waitForAnnouncements();

        assertThat(allTime(ACME)).containsExactly(announcement("users", 5, 2, 1, 1, 2));
    }

    @Test
    void nothing_is_announced_while_nothing_is_counted() {
        byte[] first = owner.create("users", "1", "{}");
        counters.append(ACME, first);
        counters.waitForAnnouncements();
        assertThat(allTime(ACME)).hasSize(1);

        counters.append(ACME, first);
        counters.append(ACME, owner.configured());
        counters.waitForAnnouncements();

        assertThat(allTime(ACME)).isEmpty();
    }

    @Test
    void databases_are_counted_apart_and_told_apart() {
        counters.append(ACME, owner.create("users", "1", "{}"));
        counters.append(LOGS, new ChainWriter().create("users", "1", "{}"));
        counters.waitForAnnouncements();

        assertThat(allTime(ACME)).containsExactly(announcement("users", 1, 1, 0, 0, 0));
        assertThat(allTime(LOGS)).containsExactly(announcement("users", 2, 1, 0, 0, 0));
    }

    @Test
    void totals_of_a_database_without_a_totals_topic_wait_for_it_and_hold_up_nobody() {
        counters.hasTotalsTopic(ACME, false);
        counters.append(ACME, owner.create("users", "1", "{}"));
        counters.append(LOGS, new ChainWriter().create("users", "1", "{}"));
        counters.waitForAnnouncements();

        assertThat(allTime(LOGS)).hasSize(1);
        assertThat(allTime(ACME)).isEmpty();

        counters.hasTotalsTopic(ACME, true);
        counters.waitForAnnouncements();

        assertThat(allTime(ACME)).containsExactly(announcement("users", 1, 1, 0, 0, 0));
        assertThat(allTime(LOGS)).isEmpty();
    }

    @Test
    void copies_of_a_zombie_and_divergent_late_events_are_not_counted() {
        byte[] first = owner.create("users", "1", "{}");
        ChainWriter zombie = owner.fork();
        byte[] second = owner.update("users", "1", "{}");
        for (byte[] value :
                List.of(first, second, first, zombie.delete("users", "1"), zombie.create("users", "2", "{}"))) {
            counters.append(ACME, value);
        }
        counters.waitForAnnouncements();

        assertThat(allTime(ACME)).containsExactly(announcement("users", 2, 1, 1, 0, 0));
    }

    @Test
    void who_takes_over_goes_on_with_the_totals_and_announces_what_was_not_announced_yet() {
        byte[] first = owner.create("users", "1", "{}");
        counters.append(ACME, first);
        counters.waitForAnnouncements();
        counters.append(ACME, owner.create("orders", "1", "{}"));

        counters = counters.takeover(ACME);
        counters.waitForAnnouncements();

        assertThat(allTime(ACME)).containsExactly(announcement("orders", 2, 1, 0, 0, 0));

        counters.append(ACME, first);
        counters.append(ACME, owner.create("users", "2", "{}"));
        counters.waitForAnnouncements();

        assertThat(allTime(ACME)).containsExactly(announcement("users", 4, 2, 0, 0, 0));
    }

    @Test
    void each_event_counts_in_its_day_its_week_and_its_month_too() {
        owner.passes(Duration.ofDays(30)); // 2026-01-31, a Saturday
        counters.append(ACME, owner.create("users", "1", "{\"vip\":true}"));
        owner.passes(Duration.ofDays(1));
        counters.append(ACME, owner.create("users", "2", "{}"));
        owner.passes(Duration.ofDays(1));
        counters.append(ACME, owner.delete("users", "2"));
        counters.waitForAnnouncements();

        assertThat(windows(ACME))
                .containsExactly(
                        "users|0|day|2026-01-31 1 0 vips=1",
                        "users|0|day|2026-02-01 1 0 vips=0",
                        "users|0|day|2026-02-02 0 1 vips=0",
                        "users|0|month|2026-01-01 1 0 vips=1",
                        "users|0|month|2026-02-01 1 1 vips=0",
                        "users|0|week|2026-01-26 2 0 vips=1",
                        "users|0|week|2026-02-02 0 1 vips=0");
    }

    @Test
    void windows_that_are_kept_no_longer_are_forgotten_by_the_logs_time_also_those_of_collections_that_rest() {
        counters.append(ACME, owner.create("resting", "1", "{}"));
        for (int day = 0; day < 1_000; day++) {
            counters.append(ACME, owner.create("users", "i" + day, "{}"));
            owner.passes(Duration.ofDays(1));
        }
        counters.append(LOGS, new ChainWriter().create("users", "1", "{}"));
        counters.waitForAnnouncements();

        // 2028-09-26 was the last day: 400 days, 144 weeks, 33 months; a week and a month of those that rest; of LOGS
        // one each.
        assertThat(counters.windows()).isEqualTo(400 + 144 + 33 + 2 + 3);
        List<KeyValue<String, Optional<Part>>> announced = counters.announced(ACME);
        assertThat(announced)
                .filteredOn(record -> record.value.isEmpty())
                .extracting(record -> record.key)
                .contains("resting|0|day|2026-01-01", "users|0|day|2027-08-23")
                .doesNotContain("users|0|day|2027-08-24", "resting|0|month|2026-01-01");
        assertThat(announced)
                .filteredOn(record -> record.key.equals("resting|0"))
                .last()
                .satisfies(record -> assertThat(record.value.orElseThrow().oldest())
                        .containsEntry(Window.DAY, LocalDate.parse("2027-08-24")));
    }

    /** The totals in all time. */
    private List<KeyValue<String, Part>> allTime(Database database) {
        return counters.announced(database).stream()
                .filter(record ->
                        record.value.filter(part -> part.period().isEmpty()).isPresent())
                .map(record -> KeyValue.pair(record.key, record.value.orElseThrow()))
                .toList();
    }

    private List<String> windows(Database database) {
        return counters.announced(database).stream()
                .filter(record ->
                        record.value.filter(part -> part.period().isPresent()).isPresent())
                .map(record ->
                        record.key + " " + text(record.value.orElseThrow().counts()))
                .sorted()
                .toList();
    }

    private static String text(Counts counts) {
        return counts.created() + " " + counts.deleted() + " vips="
                + counts.totals().rule("vips");
    }

    private static KeyValue<String, Part> announcement(
            String collection, long next, long created, long updated, long deleted, long vips) {
        Counts counts = new Counts(created, updated, deleted, Map.of("vips", new Measure.Count(vips)));
        Day day = Day.of(LocalDate.of(2026, 1, 1), CounterRetention.DEFAULT);
        return KeyValue.pair(collection + "|0", Part.allTime(collection, 0, next, counts, day.oldest()));
    }
}
