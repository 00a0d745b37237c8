package io.chronosdb.node;

import com.mongodb.client.MongoClient;
import io.chronosdb.address.Database;
import io.chronosdb.archive.ArchiveParking;
import io.chronosdb.archive.ArchiveReader;
import io.chronosdb.archive.Archiver;
import io.chronosdb.archive.FileArchive;
import io.chronosdb.archive.FileSettings;
import io.chronosdb.archive.PackIndexes;
import io.chronosdb.archive.S3Archive;
import io.chronosdb.archive.S3Limits;
import io.chronosdb.archive.S3Settings;
import io.chronosdb.archive.Window;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.config.DatabaseConfig;
import io.chronosdb.config.SpaceConfig;
import io.chronosdb.mongo.IndexSettings;
import io.chronosdb.mongo.MongoConnections;
import io.chronosdb.mongo.MongoIndex;
import io.chronosdb.mongo.MongoParking;
import io.chronosdb.mongo.MongoProjector;
import io.chronosdb.mongo.MongoTotalsStore;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.Index;
import io.chronosdb.port.Parking;
import io.chronosdb.port.Secret;
import io.chronosdb.port.TotalsStore;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The stores that a configuration names, opened on first use and shared: one client per server and credentials, whatever
 * names they have and however many databases are there.
 */
public final class Stores implements AutoCloseable {
    private final ChronosConfig config;
    private final Map<Secret, MongoClient> mongos = new ConcurrentHashMap<>();
    private final Map<Record, Archive> archives = new ConcurrentHashMap<>();
    private final PackIndexes packIndexes = new PackIndexes(PackIndexes.BYTES_MAX_DEFAULT);
    private final Map<Database, IndexSettings> indexSettings = new ConcurrentHashMap<>();

    public Stores(ChronosConfig config) {
        this.config = config;
    }

    public MongoClient mongo(Database database) {
        return mongos.computeIfAbsent(
                connection(config.mongoUris(), config.database(database).dbConnRef()),
                uri -> MongoConnections.open(uri.reveal()));
    }

    public IndexSettings indexSettings(Database database) {
        return indexSettings.computeIfAbsent(database, d -> {
            DatabaseConfig found = config.database(d);
            DecisionSettings decisions = config.decisions(found);
            return new IndexSettings(
                    found.dbName(),
                    config::map,
                    config.archive(found),
                    config.transactions(),
                    config.versionRetention(),
                    config.devShadow(),
                    collection -> !decisions.keeping(collection).equals(Keeping.ALL));
        });
    }

    public Index index(Database database) {
        return new MongoIndex(database, indexSettings(database), mongo(database));
    }

    public TotalsStore totals(Database database) {
        return new MongoTotalsStore(database, config.database(database).analyticsDbName(), mongo(database));
    }

    public Archive archive(Database database) {
        if (config.localStorage().isPresent()) {
            FileSettings local = FileSettings.at(config.localStorage().get());
            return archives.computeIfAbsent(local, folder -> new FileArchive(local, config.compression()));
        }
        S3Settings settings =
                settings(connection(config.spaces(), config.database(database).spaceConnRef()));
        return archives.computeIfAbsent(
                settings, space -> new S3Archive(settings, S3Limits.DEFAULT, config.compression()));
    }

    private static S3Settings settings(SpaceConfig space) {
        return new S3Settings(
                Optional.of(URI.create(space.endpoint())),
                space.region(),
                space.accessKey().reveal(),
                space.secretKey(),
                space.forcePathStyle());
    }

    /** A checked configuration has every connection that its databases name. */
    private static <T> T connection(Map<String, T> connections, String name) {
        return Objects.requireNonNull(connections.get(name), name);
    }

    public ArchiveLocation location(Database database) {
        return config.archive(config.database(database));
    }

    /** The projection into the indexes. */
    public MongoProjector projector() {
        return new MongoProjector(this::indexSettings, this::mongo);
    }

    /** The projection into the archives. */
    public Archiver archiver() {
        return new Archiver(this::archive, this::location, config::packed, Window.DEFAULT);
    }

    /**
     * Reads a database's archive.
     *
     * @param deadline how long to wait for a version
     */
    public ArchiveReader reader(Database database, Duration deadline) {
        return new ArchiveReader(archive(database), location(database), config::packed, packIndexes, deadline);
    }

    /** What the indexes could not take. */
    public Parking indexParking() {
        return new MongoParking(this::indexSettings, this::mongo, config.deadLetterCollection());
    }

    /** What the archives could not take. */
    public Parking archiveParking() {
        return new ArchiveParking(this::archive, this::location, Window.DEFAULT.patience());
    }

    @Override
    public void close() {
        mongos.values().forEach(MongoClient::close);
        archives.values().forEach(Archive::close);
    }
}
