package io.chronosdb.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Routing;
import io.chronosdb.address.Tier;
import io.chronosdb.address.Topics;
import io.chronosdb.command.decide.Keeping;
import io.chronosdb.config.ConfigException.Problem;
import io.chronosdb.counters.CounterRetention;
import io.chronosdb.counters.CounterRule;
import io.chronosdb.document.Base64Property;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.error.ChronosException;
import io.chronosdb.log.Fallback;
import io.chronosdb.log.KafkaLogSettings;
import io.chronosdb.mongo.MongoParking;
import io.chronosdb.mongo.PayloadShadow;
import io.chronosdb.mongo.VersionRetention;
import io.chronosdb.port.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Every key of the configuration, in one place. */
final class ConfigReader {
    /** Little beside what a store can do, and forty million a day. */
    private static final int VERIFIED_PER_SECOND_DEFAULT = 500;

    private static final int VERIFIED_PER_SECOND_MAX = 1_000_000;

    private static final String PACKED = "packed";
    private static final KeepingFlags SILENT = new KeepingFlags(Optional.empty(), Optional.empty());
    private static final Pattern PREFIX = Pattern.compile("(?=.{0,200}$)([A-Za-z0-9_-][A-Za-z0-9._-]*(/|$))*");
    private static final long RETENTION_DAYS_MAX = 36_500;
    private static final long PER_ITEM_MAX = 1_000_000_000;
    private static final long SHADOW_HOURS_DEFAULT = 24;
    private static final long SHADOW_HOURS_MAX = 8_760;
    private static final long SHADOW_BYTES_DEFAULT = 64 << 10;

    /** With what is indexed of it, a document stays far below the 16 MiB that MongoDB takes. */
    private static final long SHADOW_BYTES_MAX = 4 << 20;

    private final List<Problem> problems = new ArrayList<>();
    private final Map<Database, DatabaseConfig> databases = new LinkedHashMap<>();
    private final Map<DatabaseType, KeepingFlags> keepingOfTypes = new EnumMap<>(DatabaseType.class);
    private final Map<DatabaseType, DynamicTenants> dynamicTenants = new LinkedHashMap<>();
    private final Section root;
    private final Path file;
    private Map<String, Secret> mongoUris = Map.of();
    private Map<String, SpaceConfig> spaces = Map.of();
    private Optional<Path> localStorage = Optional.empty();
    private String deadLetterCollection = MongoParking.DEAD_DEFAULT;

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
        CounterRetention counterRetention = counterRetention();
        boolean transactions = transactions();
        WriteOptimization writeOptimization = writeOptimization();
        Fallback fallback = fallback();
        VersionRetention versionRetention = versionRetention();
        Optional<PayloadShadow> devShadow = devShadow();
        long payloadBytesMax = root.number(
                "payloadBytesMax",
                Math.max(1, kafka.messageBytesMax() - ChronosConfig.EVENT_OVERHEAD_BYTES),
                1,
                Math.max(1, kafka.messageBytesMax() - ChronosConfig.EVENT_OVERHEAD_BYTES));
        Optional<HttpConfig> http = http();
        int verifiedPerSecond = verifiedPerSecond();
        Optional<Path> stateDir = root.text("stateDir").map(this::resolve);
        Keeping keeping = KeepingFlags.read(root).over(Keeping.ALL);
        root.done();
        together();
        packs(collections, keeping, versionRetention);
        if (!problems.isEmpty()) {
            throw new ConfigException(file.toString(), problems);
        }
        return new ChronosConfig(
                Map.copyOf(mongoUris),
                Map.copyOf(spaces),
                Map.copyOf(databases),
                Map.copyOf(dynamicTenants),
                localStorage,
                routing,
                Map.copyOf(collections),
                keeping(keeping),
                rules,
                counterRetention,
                transactions,
                writeOptimization,
                fallback,
                deadLetterCollection,
                versionRetention,
                devShadow,
                kafka,
                payloadBytesMax,
                stateDir,
                http,
                verifiedPerSecond);
    }

    private Map<DatabaseType, Keeping> keeping(Keeping everywhere) {
        Map<DatabaseType, Keeping> byType = new EnumMap<>(DatabaseType.class);
        for (DatabaseType type : DatabaseType.values()) {
            byType.put(type, keepingOfTypes.getOrDefault(type, SILENT).over(everywhere));
        }
        return Map.copyOf(byType);
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
                keepingOfTypes.put(type, KeepingFlags.read(tiers));
                tiers.section("genericDatabase").ifPresent(s -> add(s, type, Tier.GENERIC, ""));
                tiers.list("domainsDatabases").forEach(s -> add(s, type, Tier.DOMAIN, s.requiredText("domain")));
                tiers.list("tenantDatabases").forEach(s -> add(s, type, Tier.TENANT, s.requiredText("tenantId")));
                tiers.section("dynamicTenants").ifPresent(s -> dynamic(s, type));
                tiers.done();
            });
        }
        all.section(DatabaseType.RUNTIME.label()).ifPresent(tiers -> {
            keepingOfTypes.put(DatabaseType.RUNTIME, KeepingFlags.read(tiers));
            tiers.list("tenantDatabases")
                    .forEach(s -> add(s, DatabaseType.RUNTIME, Tier.TENANT, s.requiredText("tenantId")));
            tiers.section("dynamicTenants").ifPresent(s -> dynamic(s, DatabaseType.RUNTIME));
            tiers.done();
        });
        all.section(DatabaseType.LOGS.label()).ifPresent(s -> {
            keepingOfTypes.put(DatabaseType.LOGS, KeepingFlags.read(s));
            add(s, DatabaseType.LOGS, Tier.GENERIC, "");
        });
        all.done();
        if (databases.isEmpty() && dynamicTenants.isEmpty() && problems.isEmpty()) {
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
        String space = space(section);
        String analytics = section.text("analyticsDbName").orElse(dbName);
        Optional<String> prefix = prefix(section);
        section.done();
        attempt(section.path(), () -> new Database(type, tier, name)).ifPresent(database -> {
            DatabaseConfig config = new DatabaseConfig(
                    database, mongo, space, bucket, prefix.orElse(database.value() + "/"), dbName, analytics);
            if (databases.putIfAbsent(database, config) != null) {
                problems.add(new Problem(section.path(), "the database is configured twice: " + database));
            }
        });
    }

    private static Optional<String> prefix(Section section) {
        Optional<String> prefix = section.anyText("prefix");
        if (prefix.filter(p -> !PREFIX.matcher(p).matches()).isPresent()) {
            section.problem(
                    "prefix",
                    "expected nothing, or at most 200 of A-Z a-z 0-9 _ - . and single slashes, no part with a dot in front");
            return Optional.empty();
        }
        return prefix.map(p -> p.isEmpty() || p.endsWith("/") ? p : p + "/");
    }

    private void dynamic(Section section, DatabaseType type) {
        TenantNames dbName = names(section, "dbName", TenantNames.DATABASE, true);
        TenantNames bucket = names(section, "bucket", TenantNames.BUCKET, false);
        Optional<TenantNames> analytics = section.text("analyticsDbName")
                .map(text -> names(section, "analyticsDbName", TenantNames.DATABASE, false));
        dynamicTenants.put(
                type,
                new DynamicTenants(
                        type,
                        reference(section, "dbConnRef", mongoUris, "dbConnections"),
                        space(section),
                        bucket,
                        dbName,
                        analytics,
                        pattern(section)));
        section.done();
    }

    private static TenantNames names(Section section, String key, Pattern names, boolean perTenant) {
        TenantNames read = new TenantNames(section.requiredText(key));
        if (!read.template().isEmpty()) {
            read.problem(names, perTenant).ifPresent(problem -> section.problem(key, problem));
        }
        return read;
    }

    private static Pattern pattern(Section section) {
        try {
            return Pattern.compile(section.requiredText("pattern"));
        } catch (PatternSyntaxException e) {
            section.problem("pattern", "expected a regular expression: " + e.getDescription());
            return Pattern.compile("");
        }
    }

    private String space(Section section) {
        return localStorage.isPresent()
                ? section.text("spaceConnRef").orElse("")
                : reference(section, "spaceConnRef", spaces, "spacesConnections");
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
        // MongoDB refuses names that differ only by case; two connections may be to the same server.
        twice(
                "two databases have the same dbName on the same MongoDB",
                d -> List.of(mongo(d.dbConnRef()), d.dbName().toLowerCase(Locale.ROOT)));
        dynamicTenants
                .values()
                .forEach(one -> dynamicTenants.values().stream()
                        .filter(other -> one.type().compareTo(other.type()) < 0)
                        .filter(other -> mongo(one.dbConnRef()).equals(mongo(other.dbConnRef())))
                        .filter(other -> one.dbName().mayMeet(other.dbName()))
                        .forEach(other -> root.problem(
                                "databases",
                                "dynamicTenants of " + one.type().label() + " and "
                                        + other.type().label() + " could have the same dbName on the same MongoDB")));
        prefixesApart();
        // Kafka refuses topics whose names differ only in dots and underscores.
        Topics topics = new Topics("t");
        twice(
                "two databases have topics that Kafka cannot tell apart",
                d -> topics.events(d.database()).replace('.', '_'));
    }

    /** None may begin another's: whoever has the rights to the one would have those to the other. */
    private void prefixesApart() {
        List<DatabaseConfig> all = List.copyOf(databases.values());
        for (int i = 0; i < all.size(); i++) {
            for (DatabaseConfig other : all.subList(i + 1, all.size())) {
                if (meet(all.get(i), other)) {
                    root.problem(
                            "databases",
                            "two databases share a bucket and the prefix of one begins that of the other: "
                                    + all.get(i).database() + " and " + other.database());
                }
            }
        }
    }

    private boolean meet(DatabaseConfig one, DatabaseConfig other) {
        return storage(one).equals(storage(other))
                && (one.prefix().startsWith(other.prefix()) || other.prefix().startsWith(one.prefix()));
    }

    private String storage(DatabaseConfig database) {
        SpaceConfig space = spaces.get(database.spaceConnRef());
        return (localStorage.isPresent() || space == null ? "" : space.endpoint()) + "|" + database.bucket();
    }

    private Object mongo(String connection) {
        Secret uri = mongoUris.get(connection);
        return uri == null ? connection : uri;
    }

    private void twice(String what, Function<DatabaseConfig, Object> key) {
        Map<Object, Database> seen = new LinkedHashMap<>();
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
                kafka.raw("sessionTimeoutMs")
                        .map(given -> Duration.ofMillis(kafka.number("sessionTimeoutMs", 6_000, 1_000, 600_000))),
                kafka.properties("properties"));
        kafka.done();
        return settings;
    }

    private Optional<HttpConfig> http() {
        Optional<Section> section = root.section("http");
        Optional<HttpConfig> http = section.map(s -> new HttpConfig(
                s.text("host").orElse(HttpConfig.HOST_DEFAULT),
                (int) s.number("port", HttpConfig.PORT_DEFAULT, 0, 65_535),
                Duration.ofMillis(s.number(
                        "stalledAfterMs",
                        HttpConfig.STALLED_AFTER_DEFAULT.toMillis(),
                        HttpConfig.STALLED_AFTER_MIN.toMillis(),
                        HttpConfig.STALLED_AFTER_MAX.toMillis()))));
        section.ifPresent(Section::done);
        return http;
    }

    private int verifiedPerSecond() {
        Optional<Section> section = root.section("verifier");
        int rate = section.map(
                        s -> (int) s.number("eventsPerSecond", VERIFIED_PER_SECOND_DEFAULT, 1, VERIFIED_PER_SECOND_MAX))
                .orElse(VERIFIED_PER_SECOND_DEFAULT);
        section.ifPresent(Section::done);
        return rate;
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
            List<Base64Property> base64 = base64Props(section);
            KeepingFlags keeping = KeepingFlags.read(section);
            boolean packed = packed(section);
            section.done();
            io.chronosdb.address.Names.collectionProblem(name)
                    .ifPresent(problem -> problems.add(new Problem(section.path(), problem)));
            chooseKey.ifPresent(
                    key -> attempt(section.path("chooseKey"), () -> new Routing(Routing.Hash.RENDEZVOUS, key)));
            List<String> bytes = base64.stream().map(Base64Property::path).toList();
            attempt(section.path(), () -> new CollectionMap(indexed, required, bytes))
                    .ifPresent(map ->
                            collections.put(name, new CollectionConfig(map, chooseKey, base64, keeping, packed)));
        });
        return collections;
    }

    private static boolean packed(Section collection) {
        Optional<Section> archive = collection.section("archive");
        boolean packed = archive.map(
                        s -> s.oneOf("layout", List.of("object", PACKED)).equals(PACKED))
                .orElse(false);
        archive.ifPresent(Section::done);
        return packed;
    }

    /** What is in a pack cannot be removed by itself, and is found by a position that the index has to know. */
    private void packs(Map<String, CollectionConfig> collections, Keeping everywhere, VersionRetention retention) {
        Map<DatabaseType, Keeping> byType = keeping(everywhere);
        collections.forEach((name, collection) -> {
            if (collection.packed()) {
                boolean removes = Stream.concat(
                                databases.keySet().stream().map(Database::type), dynamicTenants.keySet().stream())
                        .anyMatch(type -> !collection
                                .keeping()
                                .over(byType.getOrDefault(type, everywhere))
                                .equals(Keeping.ALL));
                if (removes) {
                    root.problem(
                            "collectionMaps." + name + ".archive.layout",
                            "packed needs versioning and logicalDelete: single versions cannot be removed from a pack."
                                    + " Enable both for the collection, or leave its layout \"object\"");
                }
                if (!retention.equals(VersionRetention.ALL)) {
                    root.problem(
                            "collectionMaps." + name + ".archive.layout",
                            "packed versions are found by what the index knows of them: not together with retention.ver");
                }
            }
        });
    }

    private List<Base64Property> base64Props(Section collection) {
        List<Base64Property> properties = new ArrayList<>();
        collection.sections("base64Props").forEach((path, section) -> {
            String contentType = section.requiredText("contentType");
            boolean preferredText = section.flag("preferredText", false);
            String charset = section.text("textCharset").orElse(Base64Property.CHARSET_DEFAULT);
            section.done();
            attempt(section.path(), () -> new Base64Property(path, contentType, preferredText, charset))
                    .ifPresent(properties::add);
        });
        return properties;
    }

    private List<CounterRule> counterRules() {
        Optional<Section> section = root.section("counterRules");
        Optional<JsonNode> rules = section.flatMap(s -> s.raw("rules"));
        section.ifPresent(Section::done);
        return rules.map(json -> CounterRule.parseAll(
                        json, "$.counterRules.rules", (path, message) -> problems.add(new Problem(path, message))))
                .orElse(List.of());
    }

    private CounterRetention counterRetention() {
        Optional<Section> retention = root.section("retention");
        Optional<Section> counters = retention.flatMap(s -> s.section("counters"));
        retention.ifPresent(s -> s.section("ver")); // Read beside this one.
        retention.ifPresent(Section::done);
        return counters.map(ConfigReader::windowsKept).orElse(CounterRetention.DEFAULT);
    }

    private static CounterRetention windowsKept(Section counters) {
        CounterRetention standard = CounterRetention.DEFAULT;
        CounterRetention retention = new CounterRetention(
                (int) counters.number("days", standard.days(), 1, CounterRetention.DAYS_MAX),
                (int) counters.number("weeks", standard.weeks(), 1, CounterRetention.WEEKS_MAX),
                (int) counters.number("months", standard.months(), 1, CounterRetention.MONTHS_MAX));
        counters.done();
        return retention;
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

    private WriteOptimization writeOptimization() {
        Optional<Section> section = root.section("writeOptimization");
        WriteOptimization found = section.map(s -> new WriteOptimization(
                        (int) s.number(
                                "batchSize",
                                WriteOptimization.DEFAULT.batchEventsMax(),
                                1,
                                WriteOptimization.BATCH_MAX),
                        s.raw("debounceMs")
                                .map(given -> Duration.ofMillis(
                                        s.number("debounceMs", 0, 0, WriteOptimization.GATHER_MAX.toMillis()))),
                        s.flag("compressionEnabled", WriteOptimization.DEFAULT.compress())))
                .orElse(WriteOptimization.DEFAULT);
        section.ifPresent(Section::done);
        return found;
    }

    private Fallback fallback() {
        Optional<Section> section = root.section("fallback");
        if (section.isEmpty()) {
            return Fallback.DEFAULT;
        }
        Section s = section.get();
        boolean enabled = s.flag("enabled", Fallback.DEFAULT.parks());
        int retries = (int) s.number("maxRetries", Fallback.DEFAULT.retriesMax(), 0, 100);
        long delay = s.number("retryDelayMs", Fallback.DEFAULT.delay().toMillis(), 1, 60_000);
        long delayMax = s.number(
                "maxDelayMs", Math.max(delay, Fallback.DEFAULT.delayMax().toMillis()), 1, 600_000);
        deadLetterCollection = s.text("deadLetterCollection")
                .flatMap(name -> attempt(s.path("deadLetterCollection"), () -> MongoParking.requireFree(name)))
                .orElse(MongoParking.DEAD_DEFAULT);
        s.done();
        if (delayMax < delay) {
            s.problem("maxDelayMs", "expected retryDelayMs or more, found " + delayMax + " and " + delay);
            return Fallback.DEFAULT;
        }
        return new Fallback(enabled, retries, Duration.ofMillis(delay), Duration.ofMillis(delayMax));
    }

    private VersionRetention versionRetention() {
        Optional<Section> retention = root.section("retention");
        retention.ifPresent(s -> s.section("counters")); // Read beside this one.
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

    private <T> Optional<T> attempt(String path, Supplier<T> supplier) {
        try {
            return Optional.of(supplier.get());
        } catch (ChronosException e) {
            problems.add(new Problem(path, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }
}
