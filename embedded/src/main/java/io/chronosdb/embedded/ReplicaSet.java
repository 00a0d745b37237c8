package io.chronosdb.embedded;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ClusterConnectionMode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.Document;

/** Makes a mongod on 127.0.0.1 the primary of a replica set of one, whatever it was before. */
final class ReplicaSet implements AutoCloseable {
    static final String NAME = "rs0";
    private static final int NOT_YET_INITIALIZED = 94;

    private final MongoClient client;
    private final MongoDatabase admin;
    private final String host;
    private String lastAnswer = "none";

    ReplicaSet(int port) {
        this.host = "127.0.0.1:" + port;
        this.client = MongoClients.create(MongoClientSettings.builder()
                .applyToClusterSettings(cluster -> cluster.mode(ClusterConnectionMode.SINGLE)
                        .hosts(List.of(new ServerAddress("127.0.0.1", port)))
                        .serverSelectionTimeout(2, TimeUnit.SECONDS))
                .applyToServerSettings(server -> server.minHeartbeatFrequency(20, TimeUnit.MILLISECONDS)
                        .heartbeatFrequency(100, TimeUnit.MILLISECONDS))
                .applyToSocketSettings(
                        socket -> socket.connectTimeout(2, TimeUnit.SECONDS).readTimeout(10, TimeUnit.SECONDS))
                .build());
        this.admin = client.getDatabase("admin");
    }

    /**
     * Initiates the set if it is new, moves it to this port if it was initiated under another one, and waits until the
     * server takes writes.
     *
     * @param stillAlive throws when there is nothing left to wait for
     * @return false when the deadline passed first
     */
    boolean awaitPrimary(Deadline deadline, Runnable stillAlive) {
        return deadline.await(() -> {
            stillAlive.run();
            try {
                return isPrimary();
            } catch (MongoException e) {
                lastAnswer = String.valueOf(e.getMessage()); // not yet; the deadline decides
                return false;
            }
        });
    }

    /** Why it is not a primary yet, for messages. */
    String lastAnswer() {
        return lastAnswer;
    }

    private boolean isPrimary() {
        Document hello = admin.runCommand(new Document("hello", 1));
        if (hello.getBoolean("isWritablePrimary", false)) {
            return true;
        }
        lastAnswer = hello.toJson();
        // mongod says so when it belongs to no set: a new directory, or one whose set names another port.
        if (hello.getBoolean("isreplicaset", false)) {
            join();
        }
        return false;
    }

    private void join() {
        Document config;
        try {
            config = admin.runCommand(new Document("replSetGetConfig", 1)).get("config", Document.class);
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != NOT_YET_INITIALIZED) {
                throw e;
            }
            admin.runCommand(new Document("replSetInitiate", newConfig()));
            return;
        }
        admin.runCommand(new Document("replSetReconfig", moved(config)).append("force", true));
    }

    private Document newConfig() {
        return new Document("_id", NAME).append("members", List.of(new Document("_id", 0).append("host", host)));
    }

    private Document moved(Document config) {
        Document self = new Document(config.getList("members", Document.class).get(0)).append("host", host);
        return new Document(config).append("members", List.of(self));
    }

    @Override
    public void close() {
        client.close();
    }
}
