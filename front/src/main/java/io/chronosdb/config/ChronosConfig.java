package io.chronosdb.config;

import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Routing;
import io.chronosdb.address.Tier;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.counters.CounterRule;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.log.KafkaLogSettings;
import io.chronosdb.mongo.PayloadShadow;
import io.chronosdb.mongo.VersionRetention;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A checked configuration: whatever is in it is usable together.
 *
 * @param mongoUris MongoDB addresses by name
 * @param spaces S3 connections by name
 * @param localStorage the folder that takes the place of S3, if there is one
 * @param versionRetention which versions the index keeps
 * @param devShadow which documents the index keeps for a while, if any
 * @param stateDir where a process keeps state that it can rebuild; absent: a temporary folder
 * @param notes what is configured and has no effect in this version, a sentence each
 */
public record ChronosConfig(
        Map<String, Secret> mongoUris,
        Map<String, SpaceConfig> spaces,
        Map<Database, DatabaseConfig> databases,
        Optional<Path> localStorage,
        Routing routing,
        Map<String, CollectionConfig> collections,
        List<CounterRule> counterRules,
        boolean transactions,
        VersionRetention versionRetention,
        Optional<PayloadShadow> devShadow,
        KafkaLogSettings kafka,
        long payloadBytesMax,
        Optional<Path> stateDir,
        List<String> notes) {
    /** An event is larger than its document by this much at most: names, reasons, headers, the link. */
    public static final int EVENT_OVERHEAD_BYTES = 256 << 10;

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
        Collection<Database> all = databases.keySet();
        List<Database> ofType =
                all.stream().filter(d -> d.type() == database.type()).toList();
        if (ofType.isEmpty()) {
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
                    + ofType.stream()
                            .map(Database::tier)
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

    /** What of a collection is indexed and required; everything and nothing where it has no map. */
    public CollectionMap map(String collection) {
        CollectionConfig config = collections.get(collection);
        return config == null ? CollectionMap.EVERYTHING : config.map();
    }

    /** What of this configuration decides a database's commands. */
    public DecisionSettings decisions(DatabaseConfig database) {
        return new DecisionSettings(
                routing,
                collections.entrySet().stream()
                        .filter(e -> e.getValue().chooseKey().isPresent())
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, e -> e.getValue().chooseKey().orElseThrow())),
                kafka.partitions(),
                database.dbName(),
                payloadBytesMax,
                COMMAND_IDS_KEPT,
                collections.entrySet().stream()
                        .filter(e -> !e.getValue().map().requiredIndexed().isEmpty())
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, e -> e.getValue().map().requiredIndexed())));
    }

    /**
     * Where a database's payloads are. Databases that share a bucket are kept apart by a prefix, the database's own
     * name; one that has a bucket for itself has none.
     */
    public ArchiveLocation archive(DatabaseConfig database) {
        boolean shared = databases.values().stream()
                        .filter(other -> storage(other).equals(storage(database)))
                        .count()
                > 1;
        return new ArchiveLocation(
                database.bucket(), shared ? database.database().value() + "/" : "");
    }

    private String storage(DatabaseConfig database) {
        SpaceConfig space = spaces.get(database.spaceConnRef());
        String endpoint = localStorage.isPresent() || space == null ? "" : space.endpoint();
        return endpoint + "|" + database.bucket();
    }

    /** The databases in a fixed order. */
    public Collection<DatabaseConfig> inOrder() {
        return new TreeMap<>(databases).values();
    }
}
