package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.bson.Document;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MongodTest {
    @Test
    void an_acknowledged_transaction_survives_kill_9_and_a_start_on_another_port() {
        Path dataDir = Workspace.fresh("mongod with a space");
        int firstPort;
        try (Mongod mongod = Mongod.start(dataDir, OptionalInt.empty())) {
            firstPort = mongod.port();
            // Closed before the kill: a client whose server has just died may take its whole selection timeout to
            // close.
            try (MongoClient client = MongoClients.create(mongod.uri())) {
                insertInATransaction(client, "a", "b");
            }

            mongod.kill();

            assertThat(mongod.isAlive()).isFalse();
        }

        int secondPort = FreePorts.one();
        try (Mongod mongod = Mongod.start(dataDir, OptionalInt.of(secondPort));
                MongoClient client = MongoClients.create(mongod.uri())) {
            assertThat(mongod.port()).isEqualTo(secondPort).isNotEqualTo(firstPort);
            assertThat(items(client).countDocuments()).isEqualTo(2);
            insertInATransaction(client, "c");
        }

        try (Mongod mongod = Mongod.start(dataDir, OptionalInt.of(secondPort));
                MongoClient client = MongoClients.create(mongod.uri())) {
            assertThat(items(client).countDocuments()).isEqualTo(3);
        }
    }

    @Test
    void a_client_outlives_a_suspension_and_a_restart_of_its_server() {
        try (Mongod mongod = Mongod.start(Workspace.fresh("mongod-restarts"), OptionalInt.empty());
                MongoClient client =
                        MongoClients.create(mongod.uri() + "&socketTimeoutMS=500&serverSelectionTimeoutMS=3000")) {
            long firstPid = mongod.pid();
            insertInATransaction(client, "a");

            mongod.suspend();
            assertThatThrownBy(() -> items(client).countDocuments()).isInstanceOf(MongoException.class);
            mongod.resume();
            assertThat(items(client).countDocuments()).isEqualTo(1);

            mongod.restart();
            assertThat(mongod.pid()).isNotEqualTo(firstPid);
            assertThat(items(client).countDocuments()).isEqualTo(1);
        }
    }

    @Test
    void a_mongod_that_cannot_start_says_why_and_is_gone() {
        Path dataDir = Workspace.fresh("mongod-in-use");
        try (Mongod first = Mongod.start(dataDir, OptionalInt.empty())) {
            assertThatThrownBy(() -> Mongod.start(dataDir, OptionalInt.empty()))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageStartingWith("mongod ended by itself, exit=")
                    .hasMessageContaining("DBPathInUse");

            assertThatThrownBy(() -> Mongod.start(Workspace.fresh("mongod-port"), OptionalInt.of(first.port())))
                    .hasMessage("port is taken, server=mongod address=127.0.0.1:" + first.port());
            assertThat(first.isAlive()).isTrue();
        }
        Processes.assertNoneNames(dataDir);
    }

    private static void insertInATransaction(MongoClient client, String... ids) {
        try (ClientSession session = client.startSession()) {
            session.startTransaction();
            for (String id : ids) {
                items(client).insertOne(session, new Document("_id", id));
            }
            session.commitTransaction();
        }
    }

    private static MongoCollection<Document> items(MongoClient client) {
        return client.getDatabase("test")
                .getCollection("items")
                .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
    }
}
