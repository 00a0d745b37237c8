package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.command.Receipt;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Ov;
import io.chronosdb.node.Stores;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.testkit.archive.S3Server;
import io.chronosdb.testkit.index.MongoServer;
import io.chronosdb.testkit.kafka.SharedKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** One process over two MongoDB servers and two S3 servers: each tenant on its own, or all on one. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ServersTest {
    private static final Database A = Route.runtime("tenant-a");
    private static final Database B = Route.runtime("tenant-b");
    private static final Database GENERIC = Route.generic(DatabaseType.METADATA);

    private static MongoServer mongoA;
    private static MongoServer mongoB;
    private static S3Server s3A;
    private static S3Server s3B;

    @BeforeAll
    static void start() {
        mongoA = MongoServer.startStoppable();
        mongoB = MongoServer.startStoppable();
        s3A = S3Server.startStoppable();
        s3B = S3Server.startStoppable();
    }

    @AfterAll
    static void stop() {
        mongoA.close();
        mongoB.close();
        s3A.close();
        s3B.close();
    }

    /** Tenant A and the rest on the first servers; the second ones have another name. */
    private static TestSystem system(boolean tenantBOnItsOwn) {
        return TestSystem.create(SharedKafka.bootstrapServers(), mongoA.uri(), s3A, config -> {
            config.withObjectProperty("dbConnections").putObject("second").put("mongoUri", mongoB.uri());
            config.withObjectProperty("dbConnections").putObject("again").put("mongoUri", mongoA.uri());
            ObjectNode spaces = config.withObjectProperty("spacesConnections");
            spaces.set("second", connection(s3B, s3B.secretKey()));
            spaces.set("again", connection(s3A, s3A.secretKey()));
            spaces.set("stranger", connection(s3A, "another-secret"));
            if (tenantBOnItsOwn) {
                ObjectNode tenantB = (ObjectNode) config.path("databases")
                        .path("runtime")
                        .path("tenantDatabases")
                        .get(1);
                tenantB.put("dbConnRef", "second").put("spaceConnRef", "second");
            }
            ObjectNode generic =
                    (ObjectNode) config.path("databases").path("metadata").path("genericDatabase");
            generic.put("dbConnRef", "again").put("spaceConnRef", "again");
            ((ObjectNode) config.path("databases").path("logs")).put("spaceConnRef", "stranger");
        });
    }

    private static ObjectNode connection(S3Server s3, String secretKey) {
        return io.chronosdb.document.Json.object()
                .put("endpoint", s3.endpoint().toString())
                .put("region", s3.region())
                .put("accessKey", s3.accessKey())
                .put("secretKey", secretKey);
    }

    @Test
    void tenants_on_servers_of_their_own_leave_nothing_on_the_others_and_survive_their_outage() throws Exception {
        try (TestSystem system = system(true)) {
            system.node();
            Chronos chronos = system.client();
            ItemCollection ofA = chronos.with(A.collection("users"));
            ItemCollection ofB = chronos.with(B.collection("users"));
            ofA.create(Map.of("of", "a"), Write.PLAIN.withId("same"));
            ofB.create(Map.of("of", "b"), Write.PLAIN.withId("same"));
            ofA.create(Map.of("of", "a"), Write.PLAIN.withId("only-a"));
            assertThat(of(ofA)).isEqualTo("a");
            assertThat(of(ofB)).isEqualTo("b");
            eventually(() -> ofA.getTotals().created() == 2 && ofB.getTotals().created() == 1);

            assertThat(databases(mongoA, system)).contains(dbName(system, A), analytics(system, A));
            assertThat(databases(mongoB, system)).containsExactlyInAnyOrder(dbName(system, B), analytics(system, B));
            try (Stores stores = new Stores(system.config())) {
                ObjectKey keyA = object(stores, A, "only-a");
                ObjectKey keyB = object(stores, B, "same");
                eventually(() -> has(stores, A, keyA) && has(stores, B, keyB));
                assertThat(has(stores, B, keyA)).isFalse();
            }

            mongoB.stop();
            s3B.stop();
            Receipt updated = ofA.update("same", Map.of("of", "still a"), new Ov(0));
            assertThat(of(ofA)).isEqualTo("still a");
            assertThat(updated.ov()).isEqualTo(new Ov(1));
            assertThatThrownBy(() -> of(ofB)).isInstanceOf(Unavailable.class);
            mongoB.restart();
            s3B.restart();
            eventually(() -> "b".equals(of(ofB)));
        }
    }

    @Test
    void tenants_on_one_server_are_in_databases_and_under_prefixes_of_their_own() throws Exception {
        try (TestSystem system = system(false)) {
            system.node();
            Chronos chronos = system.client();
            ItemCollection ofA = chronos.with(A.collection("users"));
            ItemCollection ofB = chronos.with(B.collection("users"));
            ofA.create(Map.of("of", "a"), Write.PLAIN.withId("same"));
            ofB.create(Map.of("of", "b"), Write.PLAIN.withId("same"));
            assertThat(of(ofA)).isEqualTo("a");
            assertThat(of(ofB)).isEqualTo("b");

            assertThat(databases(mongoA, system)).contains(dbName(system, A), dbName(system, B));
            assertThat(databases(mongoB, system)).isEmpty();
            try (Stores stores = new Stores(system.config())) {
                ObjectKey keyA = object(stores, A, "same");
                ObjectKey keyB = object(stores, B, "same");
                assertThat(keyA.bucket()).isEqualTo(keyB.bucket());
                assertThat(keyA.key()).startsWith("runtime.tenant-a/");
                assertThat(keyB.key()).startsWith("runtime.tenant-b/");
                eventually(() -> has(stores, A, keyA) && has(stores, B, keyB));
            }
        }
    }

    @Test
    void one_client_serves_everything_with_the_same_address_and_credentials_and_nothing_else() throws Exception {
        try (TestSystem system = system(true);
                Stores stores = new Stores(system.config())) {
            assertThat(stores.mongo(GENERIC)).isSameAs(stores.mongo(A)).isNotSameAs(stores.mongo(B));
            assertThat(stores.archive(GENERIC)).isSameAs(stores.archive(A)).isNotSameAs(stores.archive(B));
            assertThat(stores.archive(Route.logs())).isNotSameAs(stores.archive(A));

            ObjectKey own = new ObjectKey(system.config().database(A).bucket(), "probe");
            ObjectKey strangers =
                    new ObjectKey(system.config().database(Route.logs()).bucket(), "probe");
            stores.archive(A).put(own, new byte[] {1}).join();
            assertThatThrownBy(() -> stores.archive(Route.logs())
                            .put(strangers, new byte[] {1})
                            .join())
                    .hasMessageNotContaining("another-secret");
            assertThat(has(stores, A, own)).isTrue();
        }
    }

    private static String of(ItemCollection items) {
        return items.getLatest("same")
                .orElseThrow()
                .data()
                .orElseThrow()
                .path("of")
                .asText();
    }

    private static ObjectKey object(Stores stores, Database database, String id) {
        return stores.location(database).item(database.collection("users").item(id), new Ov(0));
    }

    private static boolean has(Stores stores, Database database, ObjectKey key) {
        return stores.archive(database).get(key).join().isPresent();
    }

    private static String dbName(TestSystem system, Database database) {
        return system.config().database(database).dbName();
    }

    private static String analytics(TestSystem system, Database database) {
        return system.config().database(database).analyticsDbName();
    }

    /** The server's databases that are the system's. */
    private static List<String> databases(MongoServer server, TestSystem system) {
        ChronosConfig config = system.config();
        try (MongoClient client = MongoClients.create(server.uri())) {
            return client.listDatabaseNames().into(new ArrayList<>()).stream()
                    .filter(name -> name.startsWith(config.kafka().topicPrefix()))
                    .toList();
        }
    }
}
