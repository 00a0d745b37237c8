package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.document.Json;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore.Part;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

        assertThat(counters.announced(ACME))
                .containsExactlyInAnyOrder(announcement("users", 3, 1, 1, 1, 1), announcement("orders", 4, 1, 0, 0, 0));

        counters.append(ACME, owner.create("users", "2", "{\"vip\":true}"));
        counters.waitForAnnouncements();

        assertThat(counters.announced(ACME)).containsExactly(announcement("users", 5, 2, 1, 1, 2));
    }

    @Test
    void nothing_is_announced_while_nothing_is_counted() {
        byte[] first = owner.create("users", "1", "{}");
        counters.append(ACME, first);
        counters.waitForAnnouncements();
        assertThat(counters.announced(ACME)).hasSize(1);

        counters.append(ACME, first);
        counters.append(ACME, owner.configured());
        counters.waitForAnnouncements();

        assertThat(counters.announced(ACME)).isEmpty();
    }

    @Test
    void databases_are_counted_apart_and_told_apart() {
        counters.append(ACME, owner.create("users", "1", "{}"));
        counters.append(LOGS, new ChainWriter().create("users", "1", "{}"));
        counters.waitForAnnouncements();

        assertThat(counters.announced(ACME)).containsExactly(announcement("users", 1, 1, 0, 0, 0));
        assertThat(counters.announced(LOGS)).containsExactly(announcement("users", 2, 1, 0, 0, 0));
    }

    @Test
    void totals_of_a_database_without_a_totals_topic_wait_for_it_and_hold_up_nobody() {
        counters.hasTotalsTopic(ACME, false);
        counters.append(ACME, owner.create("users", "1", "{}"));
        counters.append(LOGS, new ChainWriter().create("users", "1", "{}"));
        counters.waitForAnnouncements();

        assertThat(counters.announced(LOGS)).hasSize(1);
        assertThat(counters.announced(ACME)).isEmpty();

        counters.hasTotalsTopic(ACME, true);
        counters.waitForAnnouncements();

        assertThat(counters.announced(ACME)).containsExactly(announcement("users", 1, 1, 0, 0, 0));
        assertThat(counters.announced(LOGS)).isEmpty();
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

        assertThat(counters.announced(ACME)).containsExactly(announcement("users", 2, 1, 1, 0, 0));
    }

    @Test
    void who_takes_over_goes_on_with_the_totals_and_announces_what_was_not_announced_yet() {
        byte[] first = owner.create("users", "1", "{}");
        counters.append(ACME, first);
        counters.waitForAnnouncements();
        counters.append(ACME, owner.create("orders", "1", "{}"));

        counters = counters.takeover(ACME);
        counters.waitForAnnouncements();

        assertThat(counters.announced(ACME)).containsExactly(announcement("orders", 2, 1, 0, 0, 0));

        counters.append(ACME, first);
        counters.append(ACME, owner.create("users", "2", "{}"));
        counters.waitForAnnouncements();

        assertThat(counters.announced(ACME)).containsExactly(announcement("users", 4, 2, 0, 0, 0));
    }

    private static KeyValue<String, Part> announcement(
            String collection, long next, long created, long updated, long deleted, long vips) {
        Totals totals = new Totals(created, updated, deleted, Map.of("vips", vips));
        return KeyValue.pair(collection + "|0", new Part(collection, 0, next, totals));
    }
}
