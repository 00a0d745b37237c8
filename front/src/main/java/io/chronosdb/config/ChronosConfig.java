package io.chronosdb.config;

import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Routing;
import io.chronosdb.address.Tier;
import io.chronosdb.archive.Compression;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.counters.CounterRetention;
import io.chronosdb.counters.CounterRule;
import io.chronosdb.counters.CountersSettings;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.log.Fallback;
import io.chronosdb.log.KafkaLogSettings;
import io.chronosdb.log.LoopLimits;
import io.chronosdb.mongo.PayloadShadow;
import io.chronosdb.mongo.VersionRetention;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A checked configuration: whatever is in it is usable together.
 *
 * @param mongoUris MongoDB addresses by name
 * @param spaces S3 connections by name
 * @param databases those that are named
 * @param dynamicTenants and the tenants that are not, by the type of their databases
 * @param localStorage the folder that takes the place of S3, if there is one
 * @param keeping what is kept of items, by type of database, where a collection does not say
 * @param fallback what projections do with what fails
 * @param deadLetterCollection where the projector notes the events that it could not take
 * @param counterRetention how many daily, weekly and monthly windows of totals are kept
 * @param versionRetention which versions the index keeps
 * @param devShadow which documents the index keeps for a while, if any
 * @param stateDir where a process keeps state that it can rebuild; absent: a temporary folder
 * @param http where a process tells how it is, if anywhere
 * @param verifiedPerSecond how many events a verifier looks at in a second, at most
 */
public record ChronosConfig(
        Map<String, Secret> mongoUris,
        Map<String, SpaceConfig> spaces,
        Map<Database, DatabaseConfig> databases,
        Map<DatabaseType, DynamicTenants> dynamicTenants,
        Optional<Path> localStorage,
        Routing routing,
        Map<String, CollectionConfig> collections,
        Map<DatabaseType, Keeping> keeping,
        List<CounterRule> counterRules,
        CounterRetention counterRetention,
        boolean transactions,
        WriteOptimization writeOptimization,
        Fallback fallback,
        String deadLetterCollection,
        VersionRetention versionRetention,
        Optional<PayloadShadow> devShadow,
        KafkaLogSettings kafka,
        long payloadBytesMax,
        Optional<Path> stateDir,
        Optional<HttpConfig> http,
        int verifiedPerSecond) {
    /** An event is larger than its document by this much at most: names, reasons, headers, the link. */
    public static final int EVENT_OVERHEAD_BYTES = 384 << 10;

    private static final Duration COMMAND_IDS_KEPT = Duration.ofDays(7);

    /** Reads a file. */
    public static ChronosConfig read(Path file) {
        return ConfigReader.read(file);
    }

    /**
     * The database at an address.
     *
     * @throws UnknownRoute saying which part had no match and what there is
     */
    public DatabaseConfig database(Database database) {
        DatabaseConfig found = databases.get(database);
        if (found != null) {
            return found;
        }
        DynamicTenants dynamic = dynamicTenants.get(database.type());
        if (dynamic != null && database.tier() == Tier.TENANT) {
            return dynamic(dynamic, database);
        }
        Collection<Database> all = databases.keySet();
        List<Database> ofType =
                all.stream().filter(d -> d.type() == database.type()).toList();
        if (ofType.isEmpty() && dynamic == null) {
            throw new UnknownRoute("no databases of this type are configured: databaseType="
                    + database.type().label() + " configured="
                    + all.stream()
                            .map(Database::type)
                            .map(DatabaseType::label)
                            .distinct()
                            .sorted()
                            .toList());
        }
        List<Database> ofTier =
                ofType.stream().filter(d -> d.tier() == database.tier()).toList();
        if (ofTier.isEmpty()) {
            throw new UnknownRoute("no database of this tier is configured: databaseType="
                    + database.type().label() + " tier=" + database.tier().label() + " configured="
                    + Stream.concat(
                                    ofType.stream().map(Database::tier),
                                    dynamic == null ? Stream.of() : Stream.of(Tier.TENANT))
                            .map(Tier::label)
                            .distinct()
                            .sorted()
                            .toList());
        }
        // Other tenants' names are nobody's business; how many there are is.
        throw new UnknownRoute("no such " + database.tier().label() + " is configured: databaseType="
                + database.type().label() + " " + database.tier().label() + "=" + database.name()
                + (database.tier() == Tier.TENANT
                        ? " configured=" + ofTier.size()
                        : " configured="
                                + ofTier.stream().map(Database::name).sorted().toList()));
    }

    /**
     * The one database that has this {@code dbName}.
     *
     * @throws UnknownRoute if none has, or several on different servers have
     */
    public Database database(String dbName) {
        List<DatabaseConfig> found =
                inOrder().stream().filter(d -> d.dbName().equals(dbName)).toList();
        if (found.size() != 1) {
            throw new UnknownRoute((found.isEmpty()
                            ? "no configured database has this name"
                            : "databases on several servers have this name, read them by route")
                    + ": dbName=" + dbName);
        }
        return found.get(0).database();
    }

    /** The same as {@link #database}, with nothing where that throws. */
    public Optional<DatabaseConfig> find(Database database) {
        try {
            return Optional.of(database(database));
        } catch (UnknownRoute e) {
            return Optional.empty();
        }
    }

    /** Whether there is such a database. */
    public boolean has(Database database) {
        return find(database).isPresent();
    }

    private DatabaseConfig dynamic(DynamicTenants tenants, Database database) {
        DatabaseConfig found = tenants.database(database)
                .orElseThrow(() -> new UnknownRoute("no such tenant is configured, and the id does not match"
                        + " dynamicTenants.pattern: databaseType="
                        + database.type().label() + " tenant=" + database.name()));
        boolean taken = databases.values().stream().anyMatch(other -> isSameIndex(other, found));
        if (taken) {
            throw new UnknownRoute("the tenant's dbName is that of a configured database: tenant=" + database.name());
        }
        return found;
    }

    private boolean isSameIndex(DatabaseConfig one, DatabaseConfig other) {
        return one.dbName().equalsIgnoreCase(other.dbName())
                && Objects.equals(mongoUris.get(one.dbConnRef()), mongoUris.get(other.dbConnRef()));
    }

    /** What of a collection is indexed and required; everything and nothing where it has no map. */
    public CollectionMap map(String collection) {
        CollectionConfig config = collections.get(collection);
        return config == null ? CollectionMap.EVERYTHING : config.map();
    }

    /** Whether many versions of a collection share an object of the archive. */
    public boolean packed(String collection) {
        CollectionConfig config = collections.get(collection);
        return config != null && config.packed();
    }

    /** What of this configuration decides a database's commands. */
    public DecisionSettings decisions(DatabaseConfig database) {
        Keeping kept = keeping.getOrDefault(database.database().type(), Keeping.ALL);
        return new DecisionSettings(
                routing,
                kafka.partitions(),
                database.dbName(),
                payloadBytesMax,
                COMMAND_IDS_KEPT,
                archive(database),
                kept,
                collections.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, e -> e.getValue().rules(kept))));
    }

    /** Where a database's payloads are, whatever other databases there are. */
    public ArchiveLocation archive(DatabaseConfig database) {
        return new ArchiveLocation(database.bucket(), database.prefix());
    }

    /** What bounds a projection, and how it fails. */
    public LoopLimits loopLimits(Duration gatherDefault) {
        return LoopLimits.DEFAULT
                .batching(writeOptimization.batchEventsMax())
                .gathering(writeOptimization.gather().orElse(gatherDefault))
                .failing(fallback);
    }

    /** How long counts are gathered before they are committed. */
    public Duration countersInterval() {
        return writeOptimization
                .gather()
                .filter(gather -> gather.compareTo(CountersSettings.COMMIT_INTERVAL_MIN) >= 0)
                .orElseGet(() -> writeOptimization.gather().isPresent()
                        ? CountersSettings.COMMIT_INTERVAL_MIN
                        : CountersSettings.COMMIT_INTERVAL_DEFAULT);
    }

    /** How payloads are stored. What is read back may be as large as a record may be. */
    public Compression compression() {
        return new Compression(writeOptimization.compress(), kafka.messageBytesMax());
    }

    /** The databases in a fixed order. */
    public Collection<DatabaseConfig> inOrder() {
        return new TreeMap<>(databases).values();
    }
}
