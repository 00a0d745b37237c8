package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics.Kind;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.node.Node;
import io.chronosdb.node.Role;
import io.chronosdb.node.Stores;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import io.chronosdb.port.Totals;
import io.chronosdb.port.Window;
import io.chronosdb.port.WindowTotals;
import io.chronosdb.testkit.index.EventChain;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Business numbers through the public API, on real Kafka and mongod. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CountersTest {
    private static final Database ACME = Route.runtime("tenant-a");
    private static final int ORDERS = 40;
    private static final int CUSTOMERS = 7;

    @Test
    void revenue_per_day_orders_per_customer_and_active_users_and_a_restart_changes_no_number() throws Exception {
        try (TestSystem system = TestSystem.create(CountersTest::shop)) {
            system.node(Role.COMMANDS, Role.PROJECTOR);
            Chronos chronos = system.client();
            ItemCollection orders = chronos.with(ACME.collection("orders"));
            Map<LocalDate, BigDecimal> revenue = new TreeMap<>();
            Node counters = system.node(Role.COUNTERS);

            order(orders, 0, ORDERS / 2, revenue);
            eventually(() -> events(orders) == ORDERS);
            counters.close();
            order(orders, ORDERS / 2, ORDERS, revenue);
            try (KafkaLog log = new KafkaLog(system.config().kafka())) {
                append(log, Kind.TOTALS, "garbage".getBytes(StandardCharsets.UTF_8));
            }
            counters = system.node(Role.COUNTERS);
            eventually(() -> events(orders) == 2 * ORDERS);
            eventually(() -> revenue(orders, Window.DAY).equals(revenue));

            Totals totals = orders.getTotals();
            assertThat(totals.toString())
                    .isEqualTo("Totals[created=40, updated=20, deleted=20, rules={activeUsers=3, cancelled=20,"
                            + " customers=7, paid=20, revenue=" + sum(revenue) + ", totalIsNotIndexed=0}]");
            assertThat(BigDecimal.valueOf(totals.created()).divide(totals.rule("customers"), 2, RoundingMode.HALF_UP))
                    .isEqualTo("5.71");
            assertThat(revenue(orders, Window.DAY)).isEqualTo(revenue);
            for (Window window : Window.values()) {
                assertThat(sum(revenue(orders, window))).as("%s", window).isEqualTo(sum(revenue));
            }
            assertThat(chronos.with(Route.runtime("tenant-b").collection("orders"))
                            .getTotals())
                    .isEqualTo(Totals.NONE);

            counters.close();
            drop(system);
            assertThat(orders.getTotals()).isEqualTo(Totals.NONE);
            system.node(Role.COUNTERS);

            eventually(() -> orders.getTotals().equals(totals));
            eventually(() -> revenue(orders, Window.DAY).equals(revenue));
        }
    }

    @Test
    void totals_are_read_by_the_name_of_a_configured_database_and_of_no_other() throws Exception {
        try (TestSystem system = TestSystem.create()) {
            system.node(Role.COMMANDS, Role.COUNTERS);
            Chronos chronos = system.client();
            ItemCollection users = chronos.with(ACME.collection("users"));
            users.create(Map.of());
            String dbName = system.config().database(ACME).dbName();
            eventually(() -> users.getTotals().created() == 1);
            eventually(() -> users.getTotals(Window.MONTH).size() == 1);

            assertThat(chronos.counters().getTotals(dbName, "users")).isEqualTo(users.getTotals());
            assertThat(chronos.counters().getTotals(dbName, "users", Window.MONTH))
                    .isEqualTo(users.getTotals(Window.MONTH));
            LocalDate month = users.getTotals(Window.MONTH).get(0).start();
            assertThat(users.getTotals(Window.MONTH, LocalDate.MIN, month.minusDays(1)))
                    .isEmpty();
            assertThat(users.getTotals(Window.MONTH, month, LocalDate.MAX)).hasSize(1);
            for (String unknown :
                    List.of("admin", "", system.config().database(ACME).analyticsDbName())) {
                assertThatThrownBy(() -> chronos.counters().getTotals(unknown, "users"))
                        .isInstanceOf(UnknownRoute.class)
                        .hasMessageContaining("dbName=" + unknown);
            }
            assertThatThrownBy(() -> chronos.counters().getTotals(dbName, "us/ers"))
                    .isInstanceOf(Invalid.class);
        }
    }

    @Test
    void windows_that_retention_no_longer_keeps_are_gone_from_reads_and_from_the_server() throws Exception {
        try (TestSystem system = TestSystem.create(config -> config.putObject("retention")
                        .putObject("counters")
                        .put("days", 3)
                        .put("weeks", 2)
                        .put("months", 1));
                KafkaLog log = new KafkaLog(system.config().kafka())) {
            EventChain chain = new EventChain(new DatabasePartition(ACME, 0));
            system.node(Role.COUNTERS);
            ItemCollection users = system.client().with(ACME.collection("users"));
            for (int day = 0; day < 20; day++) {
                append(log, chain.create(new ItemKey("users", "i" + day), "{}"));
                chain.pause(Duration.ofDays(1));
            }
            eventually(() -> users.getTotals().created() == 20);
            eventually(() -> starts(users, Window.DAY).contains("2026-01-20"));

            assertThat(starts(users, Window.DAY)).containsExactly("2026-01-18", "2026-01-19", "2026-01-20");
            assertThat(starts(users, Window.WEEK)).containsExactly("2026-01-12", "2026-01-19");
            assertThat(starts(users, Window.MONTH)).containsExactly("2026-01-01");
            eventually(() -> documents(system) == 1 + 3 + 2 + 1);

            // Another collection's event, a month later: time is the log's, not a collection's.
            chain.pause(Duration.ofDays(31));
            append(log, chain.create(new ItemKey("others", "o"), "{}"));
            eventually(() -> starts(users, Window.MONTH).isEmpty());

            assertThat(starts(users, Window.DAY)).isEmpty();
            assertThat(users.getTotals().created()).as("in all time").isEqualTo(20);
            eventually(() -> documents(system) == 1 + 1 + 3);
        }
    }

    private static void shop(ObjectNode config) {
        config.putObject("routing").put("chooseKey", "collection:objectId"); // Over all partitions.
        config.putObject("collectionMaps")
                .putObject("orders")
                .putArray("indexedProps")
                .add("customer")
                .add("status");
        ArrayNode rules = config.putObject("counterRules").putArray("rules");
        rules.addObject()
                .put("name", "revenue")
                .put("scope", "payload")
                .put("sum", "lines[].price")
                .putArray("on")
                .add("CREATE");
        rules.addObject().put("name", "totalIsNotIndexed").put("sum", "lines.price");
        rules.addObject().put("name", "customers").put("countUnique", "customer");
        rules.addObject()
                .put("name", "activeUsers")
                .put("countUnique", "_system.actor")
                .putArray("on")
                .add("CREATE")
                .add("DELETE");
        rules.addObject().put("name", "paid").putObject("when").put("status", "paid");
        rules.addObject().put("name", "cancelled").putArray("on").add("DELETE");
    }

    /** Every other one is paid, the rest is cancelled. */
    private static void order(ItemCollection orders, int from, int to, Map<LocalDate, BigDecimal> revenue) {
        for (int i = from; i < to; i++) {
            Map<String, Object> order = Map.of(
                    "customer",
                    "c" + i % CUSTOMERS,
                    "status",
                    "new",
                    "lines",
                    List.of(Map.of("price", new BigDecimal(i + ".10")), Map.of("price", new BigDecimal("0.20"))));
            Receipt created = orders.create(order, Write.by("clerk" + i % 2, "sold"));
            revenue.merge(Window.DAY.startOf(created.at()), new BigDecimal(i + ".30"), BigDecimal::add);
            if (i % 2 == 0) {
                orders.update(created.id(), Map.of("customer", "c" + i % CUSTOMERS, "status", "paid"), created.ov());
            } else {
                orders.delete(created.id(), created.ov(), "boss", "cancelled");
            }
        }
    }

    private static long events(ItemCollection orders) {
        Totals totals = orders.getTotals();
        return totals.created() + totals.updated() + totals.deleted();
    }

    private static Map<LocalDate, BigDecimal> revenue(ItemCollection orders, Window window) {
        Map<LocalDate, BigDecimal> revenue = new TreeMap<>();
        for (WindowTotals totals : orders.getTotals(window)) {
            revenue.put(totals.start(), totals.totals().rule("revenue"));
        }
        return revenue;
    }

    private static BigDecimal sum(Map<LocalDate, BigDecimal> revenue) {
        return revenue.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static List<String> starts(ItemCollection items, Window window) {
        return items.getTotals(window).stream()
                .map(totals -> totals.start().toString())
                .toList();
    }

    private static void append(KafkaLog log, LoggedEvent event) throws Exception {
        append(log, Kind.EVENTS, EventCodec.encode(event.event()));
    }

    private static void append(KafkaLog log, Kind kind, byte[] value) throws Exception {
        log.open(ACME);
        try (Log.Appender appender = log.appender()) {
            appender.append(new LogPartition(log.topics().name(ACME, kind), 0), new NewRecord("k", value, Map.of()))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static long documents(TestSystem system) {
        try (Stores stores = new Stores(system.config())) {
            return stores.mongo(ACME)
                    .getDatabase(system.config().database(ACME).analyticsDbName())
                    .getCollection("cnt_total")
                    .countDocuments();
        }
    }

    private static void drop(TestSystem system) {
        try (Stores stores = new Stores(system.config())) {
            stores.mongo(ACME)
                    .getDatabase(system.config().database(ACME).analyticsDbName())
                    .drop();
        }
    }
}
