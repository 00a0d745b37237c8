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
 * @param stateDir where a process keeps state that it can rebuild; absent: a temporary folder
 * @param notes what is configured and has no effect in this version, a sentence each
 */
public record ChronosConfig(
        Map<String, Secret> mongoUris,
        Map<String, SpaceConfig> spaces,
        Map<Database, DatabaseConfig> databases,
        Map<DatabaseType, DynamicTenants> dynamicTenants,
        Optional<Path> localStorage,
        Routing routing,
        Map<String, CollectionConfig> collections,
        List<CounterRule> counterRules,
        boolean transactions,
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
     * name; one that has a bucket for itself has none. A dynamic tenant always has it: nobody can know who else will
     * come into the bucket.
     */
    public ArchiveLocation archive(DatabaseConfig database) {
        boolean shared = !databases.containsKey(database.database())
                || databases.values().stream()
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
