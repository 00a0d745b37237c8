package io.chronosdb.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoConfigurationException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.chronosdb.error.ChronosException.Invalid;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Opens clients with short deadlines: whoever waits for MongoDB can wait again, and wants to know that it is away. */
public final class MongoConnections {
    /** How long an operation looks for a server that can take it. */
    static final Duration SERVER_SELECTION_MAX = Duration.ofSeconds(3);

    /** How long an operation may take in all, with the driver's own retries. */
    static final Duration OPERATION_MAX = Duration.ofSeconds(10);

    private static final String APPLICATION = "chronos";

    private MongoConnections() {}

    /**
     * A client for a server, replica set or cluster. It does not wait until one is there.
     *
     * @param uri {@code mongodb://} or {@code mongodb+srv://}; options in it win over ours, except the deadlines
     * @throws Invalid if the text is no such address; the message and the stack trace do not quote it, since it may hold
     *     a password
     */
    public static MongoClient open(String uri) {
        return MongoClients.create(settings(uri));
    }

    private static MongoClientSettings settings(String uri) {
        try {
            return MongoClientSettings.builder()
                    .applicationName(APPLICATION)
                    .applyConnectionString(new ConnectionString(uri))
                    .timeout(OPERATION_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    .applyToClusterSettings(cluster ->
                            cluster.serverSelectionTimeout(SERVER_SELECTION_MAX.toMillis(), TimeUnit.MILLISECONDS))
                    .build();
        } catch (IllegalArgumentException | MongoConfigurationException e) {
            // Without the cause: the driver's message quotes parts of the address.
            throw new Invalid("not a MongoDB address such as mongodb://host:27017/?replicaSet=rs0");
        }
    }
}
