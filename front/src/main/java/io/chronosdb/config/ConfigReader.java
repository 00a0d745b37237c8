package io.chronosdb.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Routing;
import io.chronosdb.address.Tier;
import io.chronosdb.address.Topics;
import io.chronosdb.config.ConfigException.Problem;
import io.chronosdb.counters.CounterRule;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.error.ChronosException;
import io.chronosdb.log.KafkaLogSettings;
import io.chronosdb.mongo.PayloadShadow;
import io.chronosdb.mongo.VersionRetention;
import io.chronosdb.port.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** Every key of the configuration, in one place. */
final class ConfigReader {
    private static final long RETENTION_DAYS_MAX = 36_500;
    private static final long PER_ITEM_MAX = 1_000_000_000;
    private static final long SHADOW_HOURS_DEFAULT = 24;
    private static final long SHADOW_HOURS_MAX = 8_760;
    private static final long SHADOW_BYTES_DEFAULT = 64 << 10;

    /** With what is indexed of it, a document stays far below the 16 MiB that MongoDB takes. */
    private static final long SHADOW_BYTES_MAX = 4 << 20;

    private final List<Problem> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<Database, DatabaseConfig> databases = new LinkedHashMap<>();
    private final Section root;
    private final Path file;
    private Map<String, Secret> mongoUris = Map.of();
    private Map<String, SpaceConfig> spaces = Map.of();
    private Optional<Path> localStorage = Optional.empty();

    private ConfigReader(Path file) {
        this.file = file;
        this.root = Section.root(file, problems);
    }

    static ChronosConfig read(Path file) {
        return new ConfigReader(file).read();
    }

    private ChronosConfig read() {
        localStorage = localStorage();
        mongoUris = mongoUris();
        spaces = spaces();
        databases();
        KafkaLogSettings kafka = kafka();
        Routing routing = routing();
        Map<String, CollectionConfig> collections = collections();
        List<CounterRule> rules = counterRules();
        boolean transactions = transactions();
        VersionRetention versionRetention = versionRetention();
        Optional<PayloadShadow> devShadow = devShadow();
        long payloadBytesMax = root.number(
                "payloadBytesMax",
                Math.max(1, kafka.messageBytesMax() - ChronosConfig.EVENT_OVERHEAD_BYTES),
                1,
                Math.max(1, kafka.messageBytesMax() - ChronosConfig.EVENT_OVERHEAD_BYTES));
        Optional<Path> stateDir = root.text("stateDir").map(this::resolve);
        notYetInEffect();
        root.done();
        together();
        if (!problems.isEmpty()) {
            throw new ConfigException(file.toString(), problems);
        }
        return new ChronosConfig(
                Map.copyOf(mongoUris),
                Map.copyOf(spaces),
                Map.copyOf(databases),
                localStorage,
                routing,
                Map.copyOf(collections),
                rules,
                transactions,
                versionRetention,
                devShadow,
                kafka,
                payloadBytesMax,
                stateDir,
                List.copyOf(notes));
    }

    private Path resolve(String path) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? Path.of(path) : folder.resolve(path);
    }

    private Map<String, Secret> mongoUris() {
        Map<String, Secret> uris = new LinkedHashMap<>();
        root.sections("dbConnections").forEach((name, section) -> {
            Secret uri = section.secret("mongoUri");
            if (!uri.equals(Section.UNREADABLE) && !uri.reveal().matches("mongodb(\\+srv)?://.+")) {
                section.problem("mongoUri", "expected an address such as mongodb://host:27017/?replicaSet=rs0");
            }
            uris.put(name, uri);
            section.done();
        });
        if (uris.isEmpty()) {
            root.problem("dbConnections", "expected at least one connection");
        }
        return uris;
    }

    private Map<String, SpaceConfig> spaces() {
        Map<String, SpaceConfig> found = new LinkedHashMap<>();
        root.sections("spacesConnections").forEach((name, section) -> {
            String endpoint = section.requiredText("endpoint");
            if (!endpoint.isEmpty() && !isHttp(endpoint)) {
                section.problem("endpoint", "expected a URL such as https://s3.amazonaws.com");
            }
            found.put(
                    name,
                    new SpaceConfig(
                            endpoint,
                            section.requiredText("region"),
                            section.secret("accessKey"),
                            section.secret("secretKey"),
                            section.flag("forcePathStyle", true)));
            section.done();
        });
        return found;
    }

    private static boolean isHttp(String endpoint) {
        try {
            URI uri = URI.create(endpoint);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Optional<Path> localStorage() {
        Optional<Section> section = root.section("localStorage");
        Optional<Path> path =
                section.filter(s -> s.flag("enabled", true)).map(s -> resolve(s.requiredText("basePath")));
        section.ifPresent(s -> {
            s.text("basePath");
            s.done();
        });
        return path;
    }

    private void databases() {
        Optional<Section> section = root.section("databases");
        if (section.isEmpty()) {
            root.problem("databases", "expected an object with metadata, knowledge, runtime or logs");
            return;
        }
        Section all = section.get();
        for (DatabaseType type : List.of(DatabaseType.METADATA, DatabaseType.KNOWLEDGE)) {
            all.section(type.label()).ifPresent(tiers -> {
                tiers.section("genericDatabase").ifPresent(s -> add(s, type, Tier.GENERIC, ""));
                tiers.list("domainsDatabases").forEach(s -> add(s, type, Tier.DOMAIN, s.requiredText("domain")));
                tiers.list("tenantDatabases").forEach(s -> add(s, type, Tier.TENANT, s.requiredText("tenantId")));
                tiers.done();
            });
        }
        all.section(DatabaseType.RUNTIME.label()).ifPresent(tiers -> {
            tiers.list("tenantDatabases")
                    .forEach(s -> add(s, DatabaseType.RUNTIME, Tier.TENANT, s.requiredText("tenantId")));
            tiers.done();
        });
        all.section(DatabaseType.LOGS.label()).ifPresent(s -> add(s, DatabaseType.LOGS, Tier.GENERIC, ""));
        all.done();
        if (databases.isEmpty() && problems.isEmpty()) {
            root.problem("databases", "expected at least one database");
        }
    }

    private void add(Section section, DatabaseType type, Tier tier, String name) {
        String dbName = section.requiredText("dbName");
        if (!dbName.isEmpty() && !dbName.matches("[A-Za-z0-9_-]{1,60}")) {
            section.problem("dbName", "expected 1 to 60 of A-Z a-z 0-9 _ -");
        }
        String bucket = section.requiredText("bucket");
        if (!bucket.isEmpty() && !bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            section.problem("bucket", "expected 3 to 63 of a-z 0-9 . -, as S3 wants it");
        }
        String mongo = reference(section, "dbConnRef", mongoUris, "dbConnections");
        String space = localStorage.isPresent()
                ? section.text("spaceConnRef").orElse("")
                : reference(section, "spaceConnRef", spaces, "spacesConnections");
        String analytics = section.text("analyticsDbName").orElse(dbName);
        section.done();
        attempt(section.path(), () -> new Database(type, tier, name)).ifPresent(database -> {
            DatabaseConfig config = new DatabaseConfig(database, mongo, space, bucket, dbName, analytics);
            if (databases.putIfAbsent(database, config) != null) {
                problems.add(new Problem(section.path(), "the database is configured twice: " + database));
            }
        });
    }

    private static String reference(Section section, String key, Map<String, ?> defined, String where) {
        String name = section.requiredText(key);
        if (!name.isEmpty() && !defined.containsKey(name)) {
            section.problem(
                    key,
                    "no such connection: \"" + name + "\""
                            + Section.nearest(name, defined.keySet())
                                    .map(n -> "; did you mean \"" + n + "\"?")
                                    .orElse("")
                            + " $." + where + " has " + defined.keySet());
        }
        return name;
    }

    /** What is wrong with databases that are right by themselves. */
    private void together() {
        twice("two databases have the same dbName on the same MongoDB", d -> d.dbConnRef() + "/" + d.dbName());
        // Kafka refuses topics whose names differ only in dots and underscores.
        Topics topics = new Topics("t");
        twice(
                "two databases have topics that Kafka cannot tell apart",
                d -> topics.events(d.database()).replace('.', '_'));
    }

    private void twice(String what, Function<DatabaseConfig, String> key) {
        Map<String, Database> seen = new LinkedHashMap<>();
        for (DatabaseConfig database : databases.values()) {
            Database first = seen.putIfAbsent(key.apply(database), database.database());
            if (first != null) {
                root.problem("databases", what + ": " + first + " and " + database.database());
            }
        }
    }

    private KafkaLogSettings kafka() {
        Optional<Section> section = root.section("kafka");
        if (section.isEmpty()) {
            root.problem("kafka", "expected an object with bootstrapServers");
            return KafkaLogSettings.of("", "chronos");
        }
        Section kafka = section.get();
        String prefix = kafka.text("topicPrefix").orElse("chronos");
        attempt(kafka.path("topicPrefix"), () -> new Topics(prefix));
        KafkaLogSettings settings = new KafkaLogSettings(
                kafka.requiredText("bootstrapServers"),
                prefix,
                (int) kafka.number("partitions", KafkaLogSettings.PARTITIONS_DEFAULT, 1, 1_024),
                (int) kafka.number("replicationFactor", 1, 1, 9),
                (int) kafka.number("messageBytesMax", KafkaLogSettings.MESSAGE_BYTES_DEFAULT, 1 << 20, 256 << 20),
                Duration.ofMillis(kafka.number(
                        "sessionTimeoutMs", KafkaLogSettings.SESSION_TIMEOUT_DEFAULT.toMillis(), 1_000, 600_000)),
                kafka.properties("properties"));
        kafka.done();
        return settings;
    }

    private Routing routing() {
        Optional<Section> section = root.section("routing");
        if (section.isEmpty()) {
            return Routing.DEFAULT;
        }
        Section routing = section.get();
        String hash = routing.oneOf("hashAlgo", List.of("rendezvous", "jump"));
        String key = routing.text("chooseKey").orElse(Routing.DEFAULT.chooseKey());
        routing.done();
        return attempt(
                        routing.path("chooseKey"),
                        () -> new Routing(Routing.Hash.valueOf(hash.toUpperCase(Locale.ROOT)), key))
                .orElse(Routing.DEFAULT);
    }

    private Map<String, CollectionConfig> collections() {
        Map<String, CollectionConfig> collections = new LinkedHashMap<>();
        root.sections("collectionMaps").forEach((name, section) -> {
            List<String> indexed = section.texts("indexedProps");
            Optional<Section> validation = section.section("validation");
            List<String> required =
                    validation.map(v -> v.texts("requiredIndexed")).orElse(List.of());
            validation.ifPresent(Section::done);
            Optional<String> chooseKey = section.text("chooseKey");
            section.raw("base64Props")
                    .filter(props -> !props.isEmpty())
                    .ifPresent(props -> section.problem(
                            "base64Props", "not available in this version: documents keep such properties inline"));
            section.done();
            io.chronosdb.address.Names.collectionProblem(name)
                    .ifPresent(problem -> problems.add(new Problem(section.path(), problem)));
            chooseKey.ifPresent(
                    key -> attempt(section.path("chooseKey"), () -> new Routing(Routing.Hash.RENDEZVOUS, key)));
            attempt(section.path(), () -> new CollectionMap(indexed, required))
                    .ifPresent(map -> collections.put(name, new CollectionConfig(map, chooseKey)));
        });
        return collections;
    }

    private List<CounterRule> counterRules() {
        Optional<Section> section = root.section("counterRules");
        Optional<JsonNode> rules = section.flatMap(s -> s.raw("rules"));
        section.ifPresent(Section::done);
        return rules.flatMap(json -> attempt("$.counterRules.rules", () -> CounterRule.parseAll(json, "rules")))
                .orElse(List.of());
    }

    private boolean transactions() {
        Optional<Section> section = root.section("transactions");
        boolean enabled = section.map(s -> s.flag("enabled", false)).orElse(false);
        section.ifPresent(s -> {
            s.flag("autoDetect", true);
            s.done();
        });
        return enabled;
    }

    private VersionRetention versionRetention() {
        Optional<Section> retention = root.section("retention");
        retention
                .flatMap(s -> s.section("counters"))
                .ifPresent(counters -> notes.add("$.retention.counters has no effect in this version"));
        Optional<Section> ver = retention.flatMap(s -> s.section("ver"));
        retention.ifPresent(Section::done);
        return ver.map(ConfigReader::versionRetention).orElse(VersionRetention.ALL);
    }

    private static VersionRetention versionRetention(Section ver) {
        Optional<Duration> ended = ver.raw("days")
                .map(given -> Duration.ofDays(ver.number("days", RETENTION_DAYS_MAX, 1, RETENTION_DAYS_MAX)));
        OptionalLong perItem = ver.raw("maxPerItem").isPresent()
                ? OptionalLong.of(ver.number("maxPerItem", PER_ITEM_MAX, 1, PER_ITEM_MAX))
                : OptionalLong.empty();
        ver.done();
        return new VersionRetention(ended, perItem);
    }

    private Optional<PayloadShadow> devShadow() {
        return root.section("devShadow").flatMap(s -> {
            boolean enabled = s.flag("enabled", true);
            PayloadShadow shadow = new PayloadShadow(
                    Duration.ofHours(s.number("ttlHours", SHADOW_HOURS_DEFAULT, 1, SHADOW_HOURS_MAX)),
                    (int) s.number("maxBytesPerDoc", SHADOW_BYTES_DEFAULT, 1, SHADOW_BYTES_MAX),
                    InstantSource.system());
            s.done();
            return enabled ? Optional.of(shadow) : Optional.empty();
        });
    }

    /** Keys of the feature list whose effect is not built yet. Those that promise something are refused. */
    private void notYetInEffect() {
        for (String key : List.of("logicalDelete", "versioning")) {
            root.section(key).ifPresent(section -> {
                if (!section.flag("enabled", true)) {
                    section.problem("enabled", "false is not available in this version");
                }
                section.done();
            });
        }
        for (String key : List.of("writeOptimization", "fallback")) {
            root.section(key).ifPresent(section -> notes.add("$." + key + " has no effect in this version"));
        }
    }

    private <T> Optional<T> attempt(String path, Supplier<T> supplier) {
        try {
            return Optional.of(supplier.get());
        } catch (ChronosException e) {
            problems.add(new Problem(path, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }
}
