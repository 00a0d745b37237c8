package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.counters.CountersStream.State;
import io.chronosdb.document.Json;
import io.chronosdb.embedded.EmbeddedKafka;
import io.chronosdb.embedded.FreePorts;
import io.chronosdb.embedded.KafkaSettings;
import io.chronosdb.port.Counts;
import io.chronosdb.port.TotalsStore;
import io.chronosdb.port.Window;
import io.chronosdb.testkit.totals.InMemoryTotalsStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CountersStreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Database ACME = Route.runtime("acme");
    private static final Database ZETA = Route.runtime("zeta");

    @TempDir
    private static Path brokerDir;

    private static EmbeddedKafka kafka;

    @TempDir
    private Path stateDir;

    private Topics topics;
    private Cluster cluster;
    private final ChainWriter owner = new ChainWriter();

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(brokerDir);
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    /** Each test has topics of its own. */
    @BeforeEach
    void connect(TestInfo test) {
        topics = new Topics("t" + Integer.toHexString(test.getDisplayName().hashCode()));
        cluster = new Cluster(topics, kafka.bootstrapServers());
    }

    @AfterEach
    void disconnect() {
        cluster.close();
    }

    @Test
    void totals_come_out_and_a_restart_counts_nothing_twice() throws Exception {
        cluster.open(ACME, 2);
        byte[] first = owner.create("users", "1", "{}");
        cluster.append(ACME, 0, first, owner.update("users", "1", "{}"), first);
        cluster.append(ACME, 1, new ChainWriter().create("users", "2", "{}"));

        try (CountersStream counters = start(stateDir)) {
            await().atMost(PATIENCE).until(() -> cluster.totals(ACME, "users").equals(totals(2, 1, 0)));
            assertThat(cluster.parts(ACME, "users").values())
                    .containsExactly(totals(1, 1, 0).get(), totals(1, 0, 0).get());
            assertThat(counters.health().problem()).isEmpty();
        }
        cluster.append(ACME, 0, first, owner.delete("users", "1"));

        try (CountersStream counters = start(stateDir)) {
            await().atMost(PATIENCE).until(() -> cluster.totals(ACME, "users").equals(totals(2, 1, 1)));
            assertThat(counters.health().problem()).isEmpty();
        }
        assertThat(cluster.announced(ACME)).allSatisfy(part -> {
            assertThat(part.counts().created()).isLessThanOrEqualTo(1);
            assertThat(part.counts().deleted()).isLessThanOrEqualTo(1);
        });
    }

    @Test
    void windows_and_what_they_measure_survive_a_restart_and_expire() throws Exception {
        cluster.open(ACME, 2);
        List<CounterRule> rules = CounterRule.parseAll(
                Json.parse("[{\"name\":\"revenue\",\"sum\":\"n\"},{\"name\":\"who\",\"countUnique\":\"who\"}]"
                        .getBytes(StandardCharsets.UTF_8)),
                "rules");
        ChainWriter other = new ChainWriter();
        cluster.append(ACME, 0, owner.create("orders", "1", "{\"n\":1.10,\"who\":\"a\"}"));
        cluster.append(ACME, 1, other.create("orders", "2", "{\"n\":2.20,\"who\":\"a\"}"));
        TotalsStore store = new InMemoryTotalsStore();

        try (CountersStream counters = start(rules, new CounterRetention(2, 2, 2))) {
            await().atMost(PATIENCE).until(() -> days(store).equals(List.of("2026-01-01 2 3.30 1")));
            assertThat(counters.health().problem()).isEmpty();
        }
        owner.passes(Duration.ofDays(1));
        cluster.append(ACME, 0, owner.create("orders", "3", "{\"n\":1,\"who\":\"b\"}"));
        try (CountersStream counters = start(rules, new CounterRetention(2, 2, 2))) {
            await().atMost(PATIENCE)
                    .until(() -> days(store).equals(List.of("2026-01-01 2 3.30 1", "2026-01-02 1 1 1")));

            owner.passes(Duration.ofDays(1));
            cluster.append(ACME, 0, owner.create("users", "4", "{}"));
            await().atMost(PATIENCE).until(() -> days(store).equals(List.of("2026-01-02 1 1 1")));
            assertThat(counters.health().problem()).isEmpty();
        }
        assertThat(store.read("orders").rules().toString()).isEqualTo("{revenue=4.30, who=2}");
    }

    /** Whatever was announced, landed again from the beginning. */
    private List<String> days(TotalsStore store) {
        store.store(cluster.announced(ACME).toList());
        return store.read("orders", Window.DAY, TotalsStore.FIRST_DAY, TotalsStore.LAST_DAY).stream()
                .map(day -> day.start() + " " + day.totals().created() + " "
                        + day.totals().rule("revenue") + " " + day.totals().rule("who"))
                .toList();
    }

    private CountersStream start(List<CounterRule> rules, CounterRetention retention) {
        CountersStream counters = new CountersStream(new CountersSettings(
                topics,
                rules,
                CountersSettings.Maps.EVERYTHING,
                retention,
                stateDir,
                CountersSettings.THREADS_DEFAULT,
                CountersSettings.COMMIT_INTERVAL_DEFAULT,
                kafka.bootstrapServers(),
                Map.of()));
        counters.start();
        return counters;
    }

    @Test
    void a_process_without_any_state_of_its_own_goes_on_where_another_left_off(@TempDir Path elsewhere)
            throws Exception {
        cluster.open(ACME, 1);
        cluster.append(ACME, 0, owner.create("users", "1", "{}"));
        try (CountersStream counters = start(stateDir)) {
            await().atMost(PATIENCE).until(() -> cluster.totals(ACME, "users").equals(totals(1, 0, 0)));
            assertThat(counters.health().problem()).isEmpty();
        }
        cluster.append(ACME, 0, owner.create("users", "2", "{}"));

        try (CountersStream counters = start(elsewhere)) {
            await().atMost(PATIENCE).until(() -> cluster.totals(ACME, "users").equals(totals(2, 0, 0)));
            assertThat(counters.health().problem()).isEmpty();
        }
    }

    @Test
    void a_database_whose_totals_topic_is_missing_waits_for_it_and_holds_up_nobody() throws Exception {
        cluster.openEvents(ACME, 1);
        cluster.append(ACME, 0, owner.create("users", "1", "{}"));
        cluster.open(ZETA, 1);
        cluster.append(ZETA, 0, new ChainWriter().create("users", "1", "{}"));

        try (CountersStream counters = start(stateDir)) {
            await().atMost(PATIENCE).until(() -> cluster.totals(ZETA, "users").equals(totals(1, 0, 0)));

            cluster.openTotals(ACME);
            await().atMost(PATIENCE).until(() -> cluster.totals(ACME, "users").equals(totals(1, 0, 0)));
            assertThat(counters.health().problem()).isEmpty();
        }
    }

    @Test
    void a_database_that_was_deleted_and_made_again_is_counted_from_nothing() throws Exception {
        cluster.open(ACME, 1);
        cluster.append(ACME, 0, owner.create("users", "1", "{}"), owner.create("orders", "1", "{}"));
        try (CountersStream counters = start(stateDir)) {
            await().atMost(PATIENCE).until(() -> cluster.totals(ACME, "orders").equals(totals(1, 0, 0)));
            assertThat(counters.health().problem()).isEmpty();
        }

        cluster.delete(ACME);
        cluster.open(ACME, 1);
        cluster.append(ACME, 0, new ChainWriter().delete("users", "9"));

        try (CountersStream counters = start(stateDir)) {
            await().atMost(PATIENCE).until(() -> cluster.totals(ACME, "users").equals(totals(0, 0, 1)));
            assertThat(cluster.totals(ACME, "orders")).isEqualTo(totals(0, 0, 0));
            assertThat(counters.health().problem()).isEmpty();
        }
    }

    @Test
    void databases_that_are_added_later_are_counted_even_the_first_and_a_wider_one() throws Exception {
        try (CountersStream counters = start(stateDir)) {
            await().atMost(PATIENCE).until(() -> counters.health().state() == State.RUNNING);

            cluster.open(ACME, 2);
            cluster.append(ACME, 1, owner.create("users", "1", "{}"));
            await().atMost(PATIENCE).until(() -> cluster.totals(ACME, "users").equals(totals(1, 0, 0)));
            assertThat(counters.health().problem()).isEmpty();

            cluster.open(ZETA, 3);
            cluster.append(ZETA, 2, new ChainWriter().create("users", "1", "{}"));
            await().atMost(PATIENCE).until(() -> cluster.totals(ZETA, "users").equals(totals(1, 0, 0)));

            cluster.append(ACME, 1, owner.delete("users", "1"));
            await().atMost(PATIENCE).until(() -> cluster.totals(ACME, "users").equals(totals(1, 0, 1)));
            assertThat(counters.health().state()).isEqualTo(State.RUNNING);
        }
    }

    @Test
    void brokers_may_be_away_at_the_start_and_later(@TempDir Path otherBrokerDir) throws Exception {
        KafkaSettings settings = KafkaSettings.defaults().onPort(FreePorts.one());
        String servers = "127.0.0.1:" + settings.port().orElseThrow();
        CountersStream counters = new CountersStream(settings(stateDir, servers));
        Cluster away = new Cluster(topics, servers);
        counters.start();

        try (EmbeddedKafka broker = EmbeddedKafka.start(otherBrokerDir, settings)) {
            assertThat(broker.bootstrapServers()).isEqualTo(servers);
            away.open(ACME, 1);
            away.append(ACME, 0, owner.create("users", "1", "{}"));
            await().atMost(PATIENCE).until(() -> away.totals(ACME, "users").equals(totals(1, 0, 0)));
        }
        try (EmbeddedKafka broker = EmbeddedKafka.start(otherBrokerDir, settings);
                counters;
                away) {
            assertThat(broker.bootstrapServers()).isEqualTo(servers);
            away.append(ACME, 0, owner.create("users", "2", "{}"));
            await().atMost(PATIENCE).until(() -> away.totals(ACME, "users").equals(totals(2, 0, 0)));
        }
    }

    @Test
    void health_tells_how_it_is() throws Exception {
        cluster.open(ACME, 1);
        CountersStream counters = new CountersStream(settings(stateDir, kafka.bootstrapServers()));
        assertThat(counters.health().state()).isEqualTo(State.NEW);

        counters.start();
        await().atMost(PATIENCE).until(() -> counters.health().state() == State.RUNNING);

        counters.close();
        assertThat(counters.health().state()).isEqualTo(State.STOPPED);
    }

    private CountersStream start(Path dir) {
        CountersStream counters = new CountersStream(settings(dir, kafka.bootstrapServers()));
        counters.start();
        return counters;
    }

    private CountersSettings settings(Path dir, String servers) {
        return CountersSettings.of(topics, List.of(), CountersSettings.Maps.EVERYTHING, dir, servers);
    }

    private static Optional<Counts> totals(long created, long updated, long deleted) {
        return Optional.of(new Counts(created, updated, deleted, Map.of()));
    }
}
