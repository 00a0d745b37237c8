package io.chronosdb.system;

import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.Chronos;
import io.chronosdb.Consistency;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Read;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.changes.From;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.document.Cursor;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.Rejection.Code;
import io.chronosdb.event.Cv;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Totals;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Bad input, case by case, to a whole installation on real servers: each gets the documented error, changes nothing, and does
 * not keep the next good command from its answer. What needs no server is in the tests of the codecs and rules.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BadInputTest {
    private static final Database DATABASE = Route.runtime("tenant-a");
    private static final int BYTES_MAX = 200_000;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private static TestSystem system;
    private static Chronos chronos;
    private static ItemCollection items;
    private static ItemCollection strangers;
    private static KafkaLog log;
    private static KafkaProducer<byte[], byte[]> producer;
    private static long nextCv;
    private static int good;

    @BeforeAll
    static void start() {
        system = TestSystem.create(config -> {
            config.put("payloadBytesMax", BYTES_MAX);
            ObjectNode strict = config.putObject("collectionMaps").putObject("strict");
            strict.putArray("indexedProps").add("email").add("tags[]");
            strict.putObject("validation").putArray("requiredIndexed").add("email");
        });
        system.node();
        chronos = system.client();
        items = chronos.with(DATABASE.collection("bad"));
        strangers = chronos.with(Route.runtime("tenant-b").collection("bad"));
        log = new KafkaLog(system.config().kafka());
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        system.config().kafka().bootstrapServers(),
                        "max.request.size",
                        64 << 20,
                        "buffer.memory",
                        128L << 20,
                        "compression.type",
                        "gzip"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        items.create(Map.of("n", 1), Write.PLAIN.withId("ann"));
        items.update("ann", Map.of("n", 2), ExpectedOv.ANY);
        items.create(Map.of("n", 1), Write.PLAIN.withId("gone"));
        nextCv = items.delete("gone", ExpectedOv.ANY).cv().value() + 1;
        strangers.create(Map.of("n", 1), Write.PLAIN.withId("ben"));
        strangers.create(Map.of("n", 2), Write.PLAIN.withId("bob"));
    }

    @AfterAll
    static void stop() throws Exception {
        producer.close(Duration.ofSeconds(5));
        log.close();
        system.close();
    }

    /** A call that must fail. */
    private interface Call {
        Object run() throws Exception;
    }

    private record Case(String name, Code code, Call call) {}

    private static final List<Case> CASES = new ArrayList<>();

    private static void bad(Code code, String name, Call call) {
        CASES.add(new Case(name, code, call));
    }

    private static final List<String> BAD_IDS = List.of(
            "",
            ".",
            "..",
            "../ann",
            "ann/../ann",
            "a//b",
            "/ann",
            "ann/",
            "%2e%2e",
            "ann%2fb",
            "a\0b",
            "a\\b",
            "ann\n",
            "$ann",
            "ä",
            "\ud800",
            "a".repeat(201),
            "a".repeat(1_000_000));

    static {
        Write plain = Write.PLAIN;
        for (String id : BAD_IDS) {
            String shown = id.length() > 40 ? id.length() + " characters" : id.replaceAll("[^\\x20-\\x7e]", "?");
            bad(Code.Invalid, "create with the id " + shown, () -> items.create(Map.of(), plain.withId(id)));
            bad(Code.Invalid, "update of " + shown, () -> items.update(id, Map.of(), ExpectedOv.ANY));
            bad(Code.Invalid, "enrich of " + shown, () -> items.enrich(id, Map.of(), plain));
            bad(Code.Invalid, "delete of " + shown, () -> items.delete(id, ExpectedOv.ANY));
            bad(Code.Invalid, "restore of " + shown, () -> items.restoreObject(id, RestorePoint.ov(0)));
            bad(Code.Invalid, "operation on " + shown, () -> transact(Operation.delete(id, ExpectedOv.ANY)));
            bad(Code.Invalid, "parent " + shown, () -> items.create(Map.of(), plain.withParent("bad", id)));
            bad(Code.Invalid, "origin " + shown, () -> items.create(Map.of(), plain.withOrigin("bad", id)));
            bad(Code.Invalid, "latest of " + shown, () -> items.getLatest(id));
            bad(Code.Invalid, "version of " + shown, () -> items.getVersion(id, Ov.FIRST));
            bad(Code.Invalid, "as of of " + shown, () -> items.getAsOf(id, Instant.now()));
            bad(Code.Invalid, "history of " + shown, () -> items.history(id));
            bad(Code.Invalid, "diff of " + shown, () -> items.diff(id, Ov.FIRST, Ov.FIRST));
        }
        for (String name : List.of(
                "",
                ".",
                "..",
                "../bad",
                "bad/ann",
                "%2e",
                "b\0d",
                "b\\d",
                ".bad",
                "b.d",
                "b d",
                "$b",
                "ä",
                "b".repeat(101))) {
            String shown = name.replaceAll("[^\\x20-\\x7e]", "?");
            bad(Code.Invalid, "collection " + shown, () -> chronos.with(DATABASE.collection(name)));
            bad(
                    Code.Invalid,
                    "operation in " + shown,
                    () -> transact(Operation.delete("a", ExpectedOv.ANY).in(name)));
            bad(Code.Invalid, "totals of " + shown, () -> chronos.counters().getTotals(dbName(), name));
            bad(
                    Code.Invalid,
                    "changes of " + shown,
                    () -> chronos.changes(DATABASE).collection(name));
        }
        for (String name : List.of(
                "", "..", "../tenant-b", "tenant-b/", "tenant.b", "generic", "domain", "t".repeat(65), "tenant\0a")) {
            bad(Code.Invalid, "tenant " + name.replace("\0", "?"), () -> Route.runtime(name));
        }
        bad(
                Code.UnknownRoute,
                "unknown tenant",
                () -> chronos.with(Route.runtime("tenant-c").collection("bad")));
        bad(
                Code.UnknownRoute,
                "a tenant in other letters",
                () -> chronos.with(Route.runtime("Tenant-A").collection("bad")));
        bad(
                Code.UnknownRoute,
                "unknown domain",
                () -> chronos.with(Route.domain(DatabaseType.KNOWLEDGE, "law").collection("bad")));
        bad(
                Code.UnknownRoute,
                "unknown type of a tenant",
                () -> chronos.with(
                        Route.tenant(DatabaseType.METADATA, "tenant-a").collection("bad")));
        bad(Code.UnknownRoute, "changes of an unknown tenant", () -> chronos.changes(Route.runtime("tenant-c")));
        bad(
                Code.UnknownRoute,
                "totals of an unknown database",
                () -> chronos.counters().getTotals("../admin", "bad"));
        bad(Code.Invalid, "runtime for all", () -> Route.generic(DatabaseType.RUNTIME));

        for (Object data :
                new Object[] {"text", 1, true, List.of(), new int[] {1}, Optional.empty(), Json.MAPPER.nullNode()}) {
            bad(Code.Invalid, "a document that is " + data.getClass().getSimpleName(), () -> items.create(data));
            bad(
                    Code.Invalid,
                    "an update that is " + data.getClass().getSimpleName(),
                    () -> items.update("ann", data, ExpectedOv.ANY));
        }
        Map<String, Object> circle = new HashMap<>();
        circle.put("circle", circle);
        bad(Code.Invalid, "a document that contains itself", () -> items.create(circle));
        bad(
                Code.Invalid,
                "a document that Jackson cannot write",
                () -> items.create(Map.of("a", new Object() {
                    @SuppressWarnings("unused")
                    public String getA() {
                        throw new IllegalStateException("not readable");
                    }
                })));
        bad(Code.Invalid, "a forged system block", () -> items.create(Map.of("_system", Map.of("ov", 7))));
        bad(Code.Invalid, "half a surrogate pair in a name", () -> items.create(Map.of("\ud800", 1)));
        bad(Code.Invalid, "101 levels", () -> items.create(nested(101)));
        bad(Code.Invalid, "10,000 levels", () -> items.create(nested(10_000)));
        bad(
                Code.Invalid,
                "an exponent of eleven digits",
                () -> items.create(Payload.of(bytes("{\"a\":1e99999999999}"))));
        bad(
                Code.Invalid,
                "a required property missing",
                () -> chronos.with(DATABASE.collection("strict")).create(Map.of()));
        bad(
                Code.Invalid,
                "a required property empty",
                () -> chronos.with(DATABASE.collection("strict")).create(Map.of("email", "")));
        bad(Code.PayloadTooLarge, "a byte too many", () -> items.create(sized(BYTES_MAX + 1)));
        bad(Code.PayloadTooLarge, "16 MB", () -> items.create(sized(16 << 20)));
        bad(Code.PayloadTooLarge, "an update of 16 MB", () -> items.update("ann", sized(16 << 20), ExpectedOv.ANY));
        bad(Code.PayloadTooLarge, "a patch of 16 MB", () -> items.enrich("ann", sized(16 << 20), plain));
        bad(
                Code.PayloadTooLarge,
                "patches that are too large together",
                () -> items.enrich("ann", List.of(sized(150_000), sized(150_000)), plain));
        bad(Code.PayloadTooLarge, "a result that is too large", () -> items.enrich("ann", sized(BYTES_MAX), plain));
        bad(
                Code.PayloadTooLarge,
                "operations that are too large together",
                () -> transact(Operation.create("a", sized(150_000)), Operation.create("b", sized(150_000))));

        bad(Code.AlreadyExists, "create of one that is there", () -> items.create(Map.of(), plain.withId("ann")));
        bad(Code.AlreadyExists, "create of one that was deleted", () -> items.create(Map.of(), plain.withId("gone")));
        bad(Code.NotFound, "update of nobody", () -> items.update("nobody", Map.of(), ExpectedOv.ANY));
        bad(Code.NotFound, "delete of nobody", () -> items.delete("nobody", ExpectedOv.ANY));
        bad(Code.NotFound, "enrich of nobody", () -> items.enrich("nobody", Map.of(), plain));
        bad(Code.NotFound, "restore of nobody", () -> items.restoreObject("nobody", RestorePoint.ov(0)));
        bad(
                Code.NotFound,
                "restore to the future's version",
                () -> items.restoreObject("ann", RestorePoint.ov(Long.MAX_VALUE)));
        bad(Code.NotFound, "restore to before", () -> items.restoreObject("ann", RestorePoint.at(Instant.EPOCH)));
        bad(
                Code.NotFound,
                "a parent that is not there",
                () -> items.create(Map.of(), plain.withParent("bad", "nobody")));
        bad(Code.NotFound, "another tenant's item", () -> items.update("ben", Map.of(), ExpectedOv.ANY));
        bad(
                Code.NotFound,
                "another tenant's item as a parent",
                () -> items.create(Map.of(), plain.withParent("bad", "ben")));
        bad(Code.Deleted, "update of a deleted one", () -> items.update("gone", Map.of(), ExpectedOv.ANY));
        bad(Code.Deleted, "delete of a deleted one", () -> items.delete("gone", ExpectedOv.ANY));
        bad(Code.VersionConflict, "an old version", () -> items.update("ann", Map.of(), Ov.FIRST));
        bad(
                Code.VersionConflict,
                "the last version that there can be",
                () -> items.update("ann", Map.of(), new Ov(Long.MAX_VALUE)));
        bad(Code.Invalid, "a negative version", () -> items.update("ann", Map.of(), new Ov(-1)));
        bad(Code.Invalid, "a restore to a negative version", () -> items.restoreObject("ann", RestorePoint.ov(-1)));
        bad(
                Code.Invalid,
                "a restore to the end of time",
                () -> items.restoreObject("ann", RestorePoint.at(Instant.MAX)));
        bad(
                Code.Invalid,
                "a restore to the beginning of time",
                () -> items.restoreObject("ann", RestorePoint.at(Instant.MIN)));
        bad(
                Code.Invalid,
                "a collection's negative version",
                () -> items.restoreCollection(RestorePoint.cv(-1), RestoreOptions.PLAIN, plain));
        bad(Code.Invalid, "a patch that is text", () -> items.enrich("ann", "text", plain));
        bad(
                Code.Invalid,
                "a patch that is text among others",
                () -> items.enrich("ann", List.of(Map.of(), "text"), plain));
        bad(Code.Invalid, "a patch of the system block", () -> items.enrich("ann", Map.of("_system", 1), plain));
        bad(
                Code.Invalid,
                "1,001 patches",
                () -> items.enrich("ann", Collections.nCopies(1_001, Map.of("a", 1)), plain));
        bad(
                Code.Invalid,
                "a function with blanks",
                () -> items.enrich("ann", Map.of("a", 1), plain.withFunctionId("f g")));
        bad(Code.Invalid, "no command id", () -> items.create(Map.of(), plain.withCommandId("")));
        bad(Code.Invalid, "a long command id", () -> items.create(Map.of(), plain.withCommandId("i".repeat(201))));
        bad(
                Code.Invalid,
                "half a surrogate pair as a command id",
                () -> items.create(Map.of(), plain.withCommandId("\ud800")));
        bad(Code.Invalid, "a long actor", () -> items.create(Map.of(), "a".repeat(1_001), ""));
        bad(Code.Invalid, "a long reason", () -> items.create(Map.of(), "", "r".repeat(1 << 20)));
        bad(Code.Invalid, "a header of 1 MB", () -> items.create(Map.of(), plain.withHeader("h", "v".repeat(1 << 20))));
        bad(Code.Invalid, "21 headers", () -> {
            Write write = plain;
            for (int i = 0; i < 21; i++) {
                write = write.withHeader("h" + i, "");
            }
            return items.create(Map.of(), write);
        });
        bad(Code.Invalid, "no operations", () -> transact());
        bad(Code.Invalid, "501 operations", () -> items.transact(many(501), plain));
        bad(
                Code.Invalid,
                "an item twice",
                () -> transact(Operation.delete("ann", ExpectedOv.ANY), Operation.delete("ann", ExpectedOv.ANY)));
        bad(
                Code.NotFound,
                "an operation on nobody",
                () -> transact(
                        Operation.update("ann", Map.of(), ExpectedOv.ANY), Operation.delete("nobody", ExpectedOv.ANY)));
        bad(
                Code.VersionConflict,
                "a check that fails",
                () -> transact(Operation.create("x", Map.of()), Operation.check("ann", Ov.FIRST)));
        bad(
                Code.CrossPartition,
                "items that are ordered apart",
                () -> transact(
                        Operation.create("x", Map.of()),
                        Operation.create("y", Map.of()).in(elsewhere())));

        bad(Code.Invalid, "any version", () -> items.getVersion("ann", ExpectedOv.ANY));
        bad(Code.Invalid, "a history of none", () -> items.history("ann", Optional.empty(), 0));
        bad(Code.Invalid, "a history of minus one", () -> items.history("ann", Optional.empty(), -1));
        bad(Code.Invalid, "a history of 1,001", () -> items.history("ann", Optional.empty(), 1_001));
        bad(Code.NotFound, "a diff with the future", () -> items.diff("ann", Ov.FIRST, new Ov(Long.MAX_VALUE)));
        bad(Code.Invalid, "a URL for no time", () -> items.getLatest("ann", Read.PLAIN.presigned(Duration.ZERO)));
        bad(
                Code.Invalid,
                "a URL for ever",
                () -> items.getLatest("ann", Read.PLAIN.presigned(Duration.ofSeconds(Long.MAX_VALUE))));
        for (String path : List.of("", ".", "a..b", ".a", "a.", "_system", "_system.ov", "a.".repeat(200) + "a")) {
            bad(
                    Code.Invalid,
                    "a projection to " + path.substring(0, Math.min(20, path.length())),
                    () -> items.getLatest("ann", Read.PLAIN.projecting(path)));
        }
        for (String filter : List.of(
                "",
                "x",
                "[]",
                "1",
                "null",
                "{",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1}}",
                "{\"$where\":\"1\"}",
                "{\"$expr\":{}}",
                "{\"$text\":{\"$search\":\"a\"}}",
                "{\"$comment\":\"a\"}",
                "{\"$jsonSchema\":{}}",
                "{\"a\":{\"$where\":\"1\"}}",
                "{\"a\":{\"$function\":{}}}",
                "{\"a\":{\"$elemMatch\":{}}}",
                "{\"a\":{\"$size\":1}}",
                "{\"a\":{\"$type\":1}}",
                "{\"a\":{\"$options\":\"i\"}}",
                "{\"a\":{\"$gt\":null}}",
                "{\"a\":{\"$gt\":{}}}",
                "{\"a\":{\"$in\":1}}",
                "{\"a\":{\"$in\":[[]]}}",
                "{\"a\":{\"$exists\":1}}",
                "{\"a\":{}}",
                "{\"a\":{\"b\":1}}",
                "{\"a\":[1]}",
                "{\"a\":{\"$regex\":\".*\"}}",
                "{\"a\":{\"$regex\":\"^(a+)+$\"}}",
                "{\"a\":{\"$regex\":\"^a\\\\d\"}}",
                "{\"a\":{\"$regex\":1}}",
                "{\"$or\":[]}",
                "{\"$or\":{}}",
                "{\"$and\":[1]}",
                "{\"$not\":1}",
                "{\"_system.at\":\"yesterday\"}",
                "{\"_system.at\":{\"$gt\":\"+999999999-01-01T00:00:00Z\"}}",
                "{\"a\":1e99999999999}",
                "{\"a\":" + "7".repeat(10_000) + "}")) {
            bad(Code.Invalid, "the filter " + filter.substring(0, Math.min(40, filter.length())), () -> list(filter));
        }
        bad(
                Code.Invalid,
                "a filter of 10,000 levels",
                () -> list("{\"$not\":".repeat(10_000) + "{}" + "}".repeat(10_000)));
        bad(Code.Invalid, "a filter of 50 levels", () -> list("{\"$not\":".repeat(50) + "{\"a\":1}" + "}".repeat(50)));
        bad(
                Code.Invalid,
                "a filter of 1,001 values",
                () -> list("{\"a\":{\"$in\":" + Collections.nCopies(1_001, 1) + "}}"));
        bad(
                Code.Invalid,
                "a filter of 100,000 conditions",
                () -> list("{\"$or\":" + Collections.nCopies(100_000, "{\"a\":1}") + "}"));
        bad(
                Code.Invalid,
                "a filter of many lists",
                () -> list("{\"$or\":"
                        + Collections.nCopies(2_000, "{\"a\":{\"$in\":" + Collections.nCopies(1_000, 1) + "}}") + "}"));
        bad(Code.Invalid, "a filter of 20 MB", () -> list("{\"a\":\"" + "a".repeat(20 << 20) + "\"}"));
        bad(
                Code.Invalid,
                "a prefix of a million characters",
                () -> list("{\"a\":{\"$regex\":\"^" + "a".repeat(1_000_000) + "\"}}"));
        for (String filter : List.of(
                "{\"\":1}",
                "{\".\":1}",
                "{\"a.\":1}",
                "{\"a..b\":1}",
                "{\"a.$b\":1}",
                "{\"a\\u0000b\":1}",
                "{\"_system\":1}",
                "{\"_system.x\":1}",
                "{\"_system.ov\":1}",
                "{\"op\":{\"$exists\":true}}")) {
            bad(Code.NotIndexed, "the filter " + filter, () -> list(filter));
        }
        bad(Code.NotIndexed, "a filter by what is not indexed", () -> {
            ItemCollection strict = chronos.with(DATABASE.collection("strict"));
            return strict.listByMeta(strict.query().filter("{\"secret\":1}").query());
        });
        for (String sort : List.of(
                "",
                "[]",
                "{\"a\":0}",
                "{\"a\":2}",
                "{\"a\":\"1\"}",
                "{\"a\":1.0}",
                "{\"a\":1e400}",
                "{\"a\":null}",
                "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}")) {
            bad(
                    Code.Invalid,
                    "the sort " + sort,
                    () -> items.listByMeta(items.query().sort(sort).query()));
        }
        for (String sort : List.of("{\"$a\":1}", "{\"a..b\":1}", "{\"_system.actor\":1}", "{\"ov\":1}")) {
            bad(
                    Code.NotIndexed,
                    "the sort " + sort,
                    () -> items.listByMeta(items.query().sort(sort).query()));
        }
        for (int limit : List.of(0, -1, 1_001, Integer.MAX_VALUE, Integer.MIN_VALUE)) {
            bad(Code.Invalid, "the limit " + limit, () -> items.query().limit(limit));
        }
        for (String cursor : List.of("", "x", "ä", "====", "e30", "bnVsbA", "W10", "A".repeat(1_000_000))) {
            bad(Code.Invalid, "the cursor " + cursor.substring(0, Math.min(20, cursor.length())), () -> page(cursor));
        }
        bad(
                Code.Invalid,
                "another tenant's cursor",
                () -> page(strangers
                        .listByMeta(strangers.query().limit(1).query())
                        .next()
                        .orElseThrow()));
        bad(
                Code.Invalid,
                "another sort's cursor",
                () -> page(items.listByMeta(
                                items.query().sort("{\"n\":1}").limit(1).query())
                        .next()
                        .orElseThrow()));
        bad(
                Code.Invalid,
                "another collection's cursor",
                () -> page(
                        new Cursor(List.of(), "a").encode(items.query().query().fingerprint(DATABASE, "other"))));
        for (String token : List.of(
                "", "x", "ä", "cnVudGltZS50ZW5hbnQtYS8wLzA=", "cnVudGltZS50ZW5hbnQtYS8wLy0x", "A".repeat(1_000_000))) {
            String shown = token.substring(0, Math.min(30, token.length()));
            bad(Code.Invalid, "the position " + shown, () -> read(token));
            bad(Code.Invalid, "the feed's token " + shown, () -> open(From.token(token)));
        }
        bad(
                Code.Invalid,
                "another tenant's position",
                () -> read(strangers.create(Map.of()).position().token()));
        bad(Code.Invalid, "another tenant's feed", () -> {
            try (ChangeIterator changes =
                    chronos.changes(Route.runtime("tenant-b")).untilNow().open()) {
                return open(From.token(changes.next().token()));
            }
        });
        bad(
                Code.Invalid,
                "a position as a feed's token",
                () -> open(From.token(strangers.create(Map.of()).position().token())));
        bad(Code.Invalid, "a feed from no time", () -> From.parse("2026-13-77"));
    }

    @TestFactory
    @DisplayName("the API refuses")
    Stream<DynamicTest> the_api_refuses() {
        return CASES.stream()
                .map(it -> DynamicTest.dynamicTest(it.name(), () -> {
                    Throwable error = failure(it.call());
                    assertThat(error).isInstanceOf(ChronosException.class);
                    assertThat(((ChronosException) error).code())
                            .as(error.getMessage())
                            .isEqualTo(it.code());
                    assertThat(error.getMessage().length()).isLessThan(20_000);
                    requireNothingChanged();
                }));
    }

    private static Throwable failure(Call call) {
        try {
            return new AssertionError("it was taken: " + call.run());
        } catch (Throwable e) {
            return e;
        }
    }

    /** The next good command is answered, and its collection version says that there was no other in between. */
    private static void requireNothingChanged() {
        Receipt receipt = items.createAsync(Map.of("good", good), Write.PLAIN.withId("good" + good++))
                .orTimeout(ANSWER_MAX.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                .join();
        long expected = nextCv;
        nextCv = receipt.cv().value() + 1;
        assertThat(receipt.cv().value()).isEqualTo(expected);
    }

    @Test
    void times_and_versions_at_their_ends_find_what_there_is() {
        assertThat(items.getAsOf("ann", Instant.MIN)).isEmpty();
        assertThat(items.getAsOf("ann", Instant.MAX).orElseThrow().ov().value()).isEqualTo(1);
        assertThat(items.getVersion("ann", new Ov(Long.MAX_VALUE))).isEmpty();
        assertThat(items.history("ann", Optional.of(Ov.FIRST), 1)).isEmpty();
        assertThat(items.history("ann", Optional.of(new Ov(Long.MAX_VALUE)), 10))
                .hasSize(2);
        assertThat(items.listByMeta(items.query().asOf(Instant.MIN).query()).items())
                .isEmpty();
        assertThat(items.listByMeta(items.query().asOf(Instant.MAX).query()).items())
                .isNotEmpty();
        assertThat(items.listByMeta(items.query().asOf(new Cv(Long.MAX_VALUE)).query())
                        .items())
                .isNotEmpty();
        for (String filter : List.of(
                "{\"a\":1e999999999}",
                "{\"a\":100e2147483647}",
                "{\"a\":100e-2147483647}",
                "{\"a\":-1e-999999999}",
                "{\"a\":" + "7".repeat(1_000) + "}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":{\"$regex\":\"^\\u0000\"}}",
                "{\"a\":\"\\u0000\"}",
                "{\"__proto__\":1}")) {
            assertThat(items.listByMeta(items.query().filter(filter).query()).items())
                    .isEmpty();
        }
        for (String id : List.of("\ud800", "\0", "$", "../..", "x".repeat(100_000))) {
            String forged =
                    new Cursor(List.of(), id).encode(items.query().query().fingerprint(DATABASE, "bad"));
            assertThat(page(forged))
                    .as("a forged cursor of this very list only says where to go on")
                    .isNotNull();
        }
    }

    @Test
    void documents_at_the_edge_are_taken_and_can_be_found_and_read() {
        ItemCollection edge = chronos.with(DATABASE.collection("edge"));
        Map<String, Payload> documents = new LinkedHashMap<>();
        documents.put("levels", nested(100));
        documents.put("largest", sized(BYTES_MAX));
        documents.put(
                "names",
                Payload.of(
                        bytes(
                                "{\"\":{\"\":1},\"a.b\":{\"$x\":1},\"$where\":\"1\",\"a\\u0000b\":1,\"..\":{},\"0\":{\"1\":2},\"#0\":1,\"_id\":{},\"__proto__\":1}")));
        documents.put(
                "numbers",
                Payload.of(bytes(
                        "{\"n\":[1e400,-1e400,-0.0,9223372036854775808,123456789012345678901234567890,1e999999999,-1e-999999999,"
                                + "7".repeat(1_000) + "]}")));
        documents.put(
                "texts", Payload.of(bytes("{\"a\":\"\\ud800\",\"b\":\"\\u0000\",\"c\":\"😀ü\",\"d\":[\"\\udc00\"]}")));
        documents.put("many", Payload.of(bytes("{\"a\":" + Collections.nCopies(60_000, 1) + "}")));
        documents.put("name", Payload.of(bytes("{\"" + "n".repeat(40_000) + "\":\"" + "t".repeat(100_000) + "\"}")));
        documents.forEach((id, document) -> {
            Receipt created = edge.create(document, Write.PLAIN.withId(id));
            if (document.size() + 100 < BYTES_MAX) {
                edge.enrich(id, Map.of("found", 1), ExpectedOv.ANY, Write.PLAIN.withFunctionId("f"));
                assertThat(edge.getLatest(id)
                                .orElseThrow()
                                .data()
                                .orElseThrow()
                                .path("found")
                                .asInt())
                        .isEqualTo(1);
            }
            assertThat(edge.getVersion(id, created.ov()).orElseThrow().data().orElseThrow())
                    .as(id)
                    .isEqualTo(Json.parseObject(document.json()));
        });
    }

    // ---- the commands topic

    @TestFactory
    @DisplayName("the commands topic refuses")
    Stream<DynamicTest> the_commands_topic_refuses() {
        Map<String, byte[]> records = new LinkedHashMap<>();
        Consumer<String> json = text -> records.put(text.substring(0, Math.min(90, text.length())), bytes(text));
        String update = "{\"command\":\"update\",\"collection\":\"bad\",\"id\":\"ann\",";
        json.accept("");
        json.accept("\ufeff" + update + "\"data\":{}}");
        json.accept(update + "\"data\":{\"_system\":{}}}");
        json.accept(update + "\"data\":{\"a\":1,\"a\":1}}");
        json.accept(update + "\"data\":{\"a\":100e2147483647}}");
        json.accept(update + "\"data\":{\"a\":" + "7".repeat(10_000) + "}}");
        json.accept(update + "\"data\":" + "[".repeat(10_000) + "}");
        json.accept(update + "\"data\":{},\"expectedOv\":-1}");
        json.accept(update + "\"data\":{},\"expectedOv\":1e0}");
        json.accept(update + "\"data\":{},\"tenantId\":\"tenant-b\"}");
        json.accept(update + "\"data\":{},\"commandId\":\"\\ud800\"}");
        json.accept(update + "\"data\":{},\"actor\":\"" + "a".repeat(1 << 20) + "\"}");
        json.accept(update + "\"data\":{\"a\":\"" + "x".repeat(BYTES_MAX) + "\"}}");
        json.accept(
                "{\"command\":\"enrich\",\"collection\":\"bad\",\"id\":\"ann\",\"patch\":{\"a\":[100e2147483647]}}");
        json.accept(
                "{\"command\":\"restoreObject\",\"collection\":\"bad\",\"id\":\"ann\",\"at\":\"+999999999-01-01T00:00:00Z\"}");
        json.accept("{\"command\":\"restoreObject\",\"collection\":\"bad\",\"id\":\"ann\",\"at\":\""
                + "9".repeat(1 << 20) + "\"}");
        json.accept("{\"command\":\"delete\",\"collection\":\"../bad\",\"id\":\"ann\"}");
        json.accept("{\"command\":\"delete\",\"collection\":\"bad\",\"id\":\"" + "..".repeat(1 << 20) + "\"}");
        json.accept("{\"command\":\"transact\",\"operations\":[]}");
        json.accept("{\"command\":\"configure\"}");
        records.put("UTF-16", (update + "\"data\":{}}").getBytes(StandardCharsets.UTF_16LE));
        records.put("Latin 1", (update + "\"data\":{\"a\":\"ä\"}}").getBytes(StandardCharsets.ISO_8859_1));
        records.put("truncated Avro", new byte[] {(byte) 0xC3, 1, 2, 3});
        records.put("15 MB of noise", new byte[15 << 20]);
        List<DynamicTest> tests = new ArrayList<>();
        records.forEach((name, value) -> {
            for (int partition = 0; partition < 2; partition++) {
                int p = partition;
                tests.add(DynamicTest.dynamicTest("in partition " + p + ": " + name, () -> {
                    ObjectNode rejection = ask(p, value);
                    assertThat(rejection.path("code").asText()).isIn("Invalid", "PayloadTooLarge");
                    assertThat(rejection.path("message").asText()).hasSizeBetween(5, 1_000);
                    requireNothingChanged();
                }));
            }
        });
        return tests.stream();
    }

    private static ObjectNode ask(int partition, byte[] value) throws Exception {
        LogPartition replies = new LogPartition(log.topics().name(DATABASE, Topics.Kind.REPLIES), 0);
        long from = log.end(replies);
        String correlation = "bad " + System.nanoTime();
        send(
                partition,
                value,
                Map.of(
                        "content-type",
                        "application/json",
                        "chronos-reply-partition",
                        "0",
                        "chronos-correlation",
                        correlation));
        List<LogRecord> found = new ArrayList<>();
        try (Log.Reader reader = log.read(replies, from)) {
            eventually(() -> {
                reader.poll(Duration.ofMillis(100)).stream()
                        .filter(record -> correlation.equals(record.headers().get("chronos-correlation")))
                        .forEach(found::add);
                return !found.isEmpty();
            });
        }
        return (ObjectNode) Json.parseObject(found.get(0).value()).path("rejection");
    }

    private static void send(int partition, byte[] value, Map<String, String> headers) throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(log.topics().commands(DATABASE), partition, null, value);
        headers.forEach((name, text) -> record.headers().add(name, bytes(text)));
        producer.send(record).get();
    }

    @Test
    void without_an_address_that_makes_sense_a_refusal_is_a_dead_letter_however_large_it_is() throws Exception {
        LogPartition dead = new LogPartition(log.topics().name(DATABASE, Topics.Kind.DEAD_LETTERS), 0);
        long before = log.end(dead);
        List<Map<String, String>> addresses = List.of(
                Map.of(),
                Map.of("chronos-reply-partition", "-1", "chronos-correlation", "x"),
                Map.of("chronos-reply-partition", "2", "chronos-correlation", "x"),
                Map.of("chronos-reply-partition", "99999999999", "chronos-correlation", "x"),
                Map.of("chronos-reply-partition", "\u0661", "chronos-correlation", "x"),
                Map.of("chronos-reply-partition", "", "chronos-correlation", "x"),
                Map.of("chronos-reply-partition", "0", "chronos-correlation", "x".repeat(1 << 20)),
                Map.of("chronos-reply-partition", "p".repeat(1 << 20)),
                Map.of("noise", "n".repeat(1 << 20)));
        for (Map<String, String> address : addresses) {
            send(0, bytes("no command"), address);
        }
        send(0, bytes("z".repeat(40 << 20)).clone(), Map.of()); // Packed it is small, unpacked larger than any record.
        producer.send(new ProducerRecord<>(log.topics().commands(DATABASE), 0, null, null))
                .get();

        requireNothingChanged();
        eventually(() -> log.end(dead) >= before + addresses.size() + 2);
    }

    // ---- other topics

    @Test
    void garbage_on_events_replies_and_totals_changes_nothing() throws Exception {
        Totals totals = settledTotals();
        for (Topics.Kind kind : List.of(Topics.Kind.EVENTS, Topics.Kind.REPLIES, Topics.Kind.TOTALS)) {
            for (int partition = 0; partition < 2; partition++) {
                for (byte[] value : new byte[][] {
                    null,
                    new byte[0],
                    bytes("{"),
                    bytes("null"),
                    new byte[] {(byte) 0xC3, 1, 0, 0},
                    new byte[1 << 20],
                    bytes("{\"collection\":\"bad\",\"partition\":-1,\"next\":-5}"),
                    bytes(
                            "{\"collection\":\"b\\u0000d\",\"partition\":0,\"next\":9,\"created\":1,\"updated\":1,\"deleted\":1,\"rules\":{\"a\\u0000\":1}}")
                }) {
                    producer.send(new ProducerRecord<>(
                                    log.topics().name(DATABASE, kind), partition, bytes("key"), value))
                            .get();
                }
            }
        }

        requireNothingChanged();
        assertThat(items.getLatest("ann").orElseThrow().ov().value()).isEqualTo(1);
        assertThat(items.history("ann")).hasSize(2);
        eventually(() -> settledTotals().created() == totals.created() + 1);
    }

    /** When they say what the collection's versions say. */
    private static Totals settledTotals() {
        eventually(() -> {
            Totals now = items.getTotals();
            return now.created() + now.updated() + now.deleted() == nextCv;
        });
        return items.getTotals();
    }

    // ---- helpers

    private static Object transact(Operation... operations) {
        return items.transact(List.of(operations), Write.PLAIN);
    }

    private static List<Operation> many(int count) {
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            operations.add(Operation.create("i" + i, Map.of()));
        }
        return operations;
    }

    /** A collection that lies in another partition. */
    private static String elsewhere() {
        int here = partition("bad");
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "other" + i)
                .filter(name -> partition(name) != here)
                .findFirst()
                .orElseThrow();
    }

    private static int partition(String collection) {
        return io.chronosdb.address.Routing.DEFAULT.partition(DATABASE, dbName(), collection, "", 2);
    }

    private static String dbName() {
        return system.config().database(DATABASE).dbName();
    }

    private static Object list(String filter) {
        return items.listByMeta(items.query().filter(filter).query());
    }

    private static Object page(String cursor) {
        return items.listByMeta(items.query().after(cursor).query());
    }

    private static Object read(String token) {
        ItemCollection handle = chronos.with(DATABASE.collection("bad"));
        handle.readAtLeast(token);
        return handle.getLatest("ann", Read.PLAIN.with(Consistency.SESSION));
    }

    private static Object open(From from) {
        try (ChangeIterator changes =
                chronos.changes(DATABASE).from(from).untilNow().open()) {
            return changes.hasNext();
        }
    }

    private static Payload nested(int levels) {
        return Payload.of(bytes("{\"a\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1)));
    }

    private static Payload sized(int bytes) {
        return Payload.of(bytes("{\"a\":\"" + "x".repeat(bytes - 8) + "\"}"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
