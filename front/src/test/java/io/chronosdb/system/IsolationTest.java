package io.chronosdb.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Chronos;
import io.chronosdb.Consistency;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Read;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.changes.Change;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.changes.From;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException;
import io.chronosdb.event.Cv;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import io.chronosdb.port.Window;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Two tenants in one bucket and one MongoDB. One of them calls everything there is with what belongs to the other: ids, cursors,
 * tokens, names, moments, and changed ones. All contents of the other's have a marker in them, and none may come back.
 * {@code -Dseed} repeats a run.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class IsolationTest {
    private static final Database MINE = Route.runtime("tenant-a");
    private static final Database OTHERS = Route.runtime("tenant-b");
    private static final List<String> COLLECTIONS = List.of("shared", "private");
    private static final int CALLS = 300;
    private static final String MARKER = "marker" + UUID.randomUUID().toString().replace("-", "");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private static TestSystem system;
    private static Chronos chronos;

    /** What a thief could have got hold of. */
    private static final List<String> LOOT = new ArrayList<>();

    private static final List<Long> NUMBERS = new ArrayList<>(List.of(0L, 1L, 2L, Long.MAX_VALUE));
    private static final List<Instant> TIMES = new ArrayList<>();

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeAll
    static void start() {
        system = TestSystem.create();
        system.node();
        chronos = system.client();
        for (String collection : COLLECTIONS) {
            ItemCollection theirs = chronos.with(OTHERS.collection(collection));
            for (int i = 0; i < 5; i++) {
                String id = i == 0 ? "same" : "theirs" + i;
                Write write = Write.by("actor" + MARKER, "reason" + MARKER)
                        .withId(id)
                        .withHeader("header", MARKER)
                        .withCommandId(collection + "-command-" + i);
                Receipt receipt = theirs.create(Map.of("email", MARKER, "n", i, MARKER, i), write);
                loot(receipt);
                loot(theirs.update(id, Map.of("email", MARKER, "n", -i), receipt.ov()));
            }
            LOOT.add(theirs.listByMeta(theirs.query().limit(1).query()).next().orElseThrow());
            LOOT.add(theirs.listByMeta(
                            theirs.query().sort("{\"email\":1}").limit(1).query())
                    .next()
                    .orElseThrow());
            LOOT.add(collection);
            LOOT.add(collection + "-command-1");
            URI url = theirs.getLatest("same", Read.PLAIN.presigned())
                    .flatMap(Item::url)
                    .orElseThrow();
            LOOT.add(url.toString());
            LOOT.add(url.getPath());
            chronos.with(MINE.collection(collection)).create(Map.of("email", "mine"), Write.PLAIN.withId("same"));
        }
        try (ChangeIterator changes = chronos.changes(OTHERS).untilNow().open()) {
            changes.forEachRemaining(change -> LOOT.add(change.token()));
        }
        String theirDb = system.config().database(OTHERS).dbName();
        LOOT.addAll(List.of(
                OTHERS.value(),
                "tenant-b",
                theirDb,
                theirDb + ".shared_head",
                "../" + OTHERS.value() + "/shared/same",
                "%2e%2e%2f" + OTHERS.value(),
                OTHERS.value() + "/shared/same/v0/item.json"));
    }

    private static void loot(Receipt receipt) {
        LOOT.add(receipt.id());
        LOOT.add(receipt.position().token());
        NUMBERS.add(receipt.cv().value());
        NUMBERS.add(receipt.position().offset());
        TIMES.add(receipt.at());
        TIMES.add(receipt.at().minusNanos(1_000));
    }

    @AfterAll
    static void stop() throws Exception {
        system.close();
    }

    @Test
    void nothing_that_one_tenant_can_call_with_what_belongs_to_another_gives_a_byte_of_it() {
        System.out.println("test=isolation seed=" + seed);
        ItemCollection mine = chronos.with(MINE.collection("shared"));
        Map<String, Callable<Object>> calls = calls(mine);
        Map<String, Integer> answered = new TreeMap<>();
        List<String> names = List.copyOf(calls.keySet());
        for (int i = 0; i < CALLS; i++) {
            String name = i < 3 * names.size() ? names.get(i % names.size()) : one(names);
            LAST.clear();
            assertThat(answer(calls.get(name), name, answered))
                    .as("call=%s seed=%s said=%s", name, seed, LAST)
                    .doesNotContain(MARKER);
        }
        System.out.println("test=isolation seed=" + seed + " answered=" + answered);
        assertThat(answered).as("most calls came to an answer").hasSizeGreaterThan(names.size() - 5);
        for (String collection : COLLECTIONS) {
            requireUntouched(collection);
        }
    }

    /** What the calls of this round were given. */
    private static final List<String> LAST = new ArrayList<>();

    private static String answer(Callable<Object> call, String name, Map<String, Integer> answered) {
        try {
            Object result = call.call();
            answered.merge(name, 1, Integer::sum);
            return String.valueOf(result);
        } catch (ChronosException e) {
            StringBuilder all = new StringBuilder(e.details().toString());
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                all.append(cause);
            }
            return all.toString();
        } catch (Exception e) {
            throw new AssertionError("call=" + name + " said=" + LAST, e);
        }
    }

    /** All of the API, with stolen arguments. */
    private Map<String, Callable<Object>> calls(ItemCollection mine) {
        Map<String, Callable<Object>> calls = new TreeMap<>();
        Map<String, Object> data = Map.of("email", "mine");
        calls.put("getLatest", () -> mine.getLatest(id(), read()));
        calls.put("getVersion", () -> mine.getVersion(id(), new Ov(number()), read()));
        calls.put("getAsOf", () -> mine.getAsOf(id(), time(), read()));
        calls.put("history", () -> mine.history(id(), Optional.empty(), 50, Consistency.EVENTUAL));
        calls.put("diff", () -> mine.diff(id(), Ov.FIRST, Ov.FIRST));
        calls.put(
                "list",
                () -> mine.listByMeta(mine.query().includeDeleted().limit(1_000).query(), read()));
        calls.put(
                "list after",
                () -> mine.listByMeta(mine.query().after(cursor(mine.query())).query(), read()));
        calls.put(
                "list sorted after",
                () -> mine.listByMeta(mine.query()
                        .sort("{\"email\":1}")
                        .after(cursor(mine.query().sort("{\"email\":1}")))
                        .query()));
        calls.put(
                "list by email",
                () -> mine.listByMeta(
                        mine.query().filter("{\"email\":\"" + MARKER + "\"}").query()));
        calls.put(
                "list by filter",
                () -> mine.listByMeta(mine.query()
                        .filter(
                                random.nextBoolean()
                                        ? loot()
                                        : "{\"_system.cv\":{\"$gte\":0},\"_system.actor\":\"actor" + MARKER + "\"}")
                        .query()));
        calls.put("list as of", () -> mine.listByMeta(mine.query().asOf(time()).query()));
        calls.put(
                "list as of cv",
                () -> mine.listByMeta(mine.query().asOf(new Cv(number())).query()));
        calls.put("totals", mine::getTotals);
        calls.put("totals by day", () -> mine.getTotals(Window.DAY));
        calls.put("readAtLeast", () -> {
            ItemCollection handle = chronos.with(MINE.collection("shared"));
            handle.readAtLeast(
                    random.nextInt(3) > 0
                            ? loot()
                            : mine.create(data).position().token());
            return handle.getLatest("same");
        });
        calls.put("create", () -> mine.create(data, write().withId(id())));
        calls.put("create with a parent", () -> mine.create(data, write().withParent(name(), id())));
        calls.put("create with an origin", () -> mine.create(data, write().withOrigin(name(), id())));
        calls.put("createMany", () -> mine.createMany(List.of(data, data), write()));
        calls.put("update", () -> mine.update(id(), data, ExpectedOv.ANY, write()));
        calls.put("enrich", () -> mine.enrich(id(), Map.of("a", random.nextInt()), write()));
        calls.put("delete", () -> mine.delete(id(), ExpectedOv.ANY, write()));
        calls.put(
                "restoreObject",
                () -> mine.restoreObject(
                        id(), random.nextBoolean() ? RestorePoint.ov(number()) : RestorePoint.at(time()), write()));
        calls.put(
                "restoreCollection",
                () -> mine.restoreCollection(
                        random.nextBoolean() ? RestorePoint.cv(number()) : RestorePoint.at(time()),
                        RestoreOptions.PLAIN,
                        write()));
        calls.put(
                "transact",
                () -> mine.transact(
                        List.of(
                                Operation.create(UUID.randomUUID().toString(), data),
                                random.nextBoolean()
                                        ? Operation.enrich("same", Map.of("n", 1), "", ExpectedOv.ANY)
                                        : Operation.update(id(), data, ExpectedOv.ANY)
                                                .in(name())),
                        write()));
        calls.put(
                "chronos.with",
                () -> chronos.with(MINE.collection(name()))
                        .listByMeta(mine.query().query()));
        calls.put("chronos.changes", () -> all(From.token(loot())));
        calls.put("changes", () -> all(random.nextBoolean() ? From.beginning() : From.time(time())));
        calls.put("presigned", () -> fetch(mine));
        calls.put("command in JSON", this::command);
        return calls;
    }

    private static String all(From from) {
        StringBuilder all = new StringBuilder();
        try (ChangeIterator changes =
                chronos.changes(MINE).from(from).untilNow().open()) {
            while (changes.hasNext()) {
                Change change = changes.next();
                assertThat(change.database()).isEqualTo(MINE);
                all.append(change.toJson());
            }
        }
        return all.toString();
    }

    /** What anyone gets who has a URL. */
    private Object fetch(ItemCollection mine) throws Exception {
        Optional<Item> item = mine.getLatest(id(), Read.PLAIN.presigned());
        Optional<URI> url = item.flatMap(Item::url);
        if (url.isEmpty()) {
            return "";
        }
        HttpResponse<String> own = get(url.get());
        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(Json.parseObject(own.body().getBytes(StandardCharsets.UTF_8)).path("email"))
                .isEqualTo(item.orElseThrow().data().orElseThrow().path("email"));
        return own.body();
    }

    /** As any Kafka client sends it that may write to this tenant's commands. */
    private Object command() {
        try (KafkaLog log = new KafkaLog(system.config().kafka());
                Log.Appender appender = log.appender()) {
            LogPartition replies = new LogPartition(log.topics().name(MINE, Topics.Kind.REPLIES), 0);
            long from = log.end(replies);
            Map<String, String> keys = new HashMap<>();
            keys.put("command", one(List.of("create", "update", "enrich", "delete", "restoreObject")));
            keys.put("collection", name());
            keys.put("id", id());
            String command = keys.getOrDefault("command", "");
            StringBuilder json = new StringBuilder("{");
            keys.forEach((name, value) -> json.append(json.length() > 1 ? "," : "")
                    .append('"')
                    .append(name)
                    .append("\":")
                    .append(Json.text(value)));
            json.append(
                    switch (command) {
                        case "create", "update" -> ",\"data\":{\"email\":\"mine\"}";
                        case "enrich" -> ",\"patch\":{\"n\":1}";
                        case "restoreObject" -> ",\"ov\":0";
                        default -> "";
                    });
            json.append(
                    random.nextInt(4) == 0
                            ? ",\"" + one(List.of("tenantId", "dbName", "database", "route")) + "\":\"tenant-b\"}"
                            : "}");
            String correlation = "isolation " + random.nextLong();
            appender.append(
                            new LogPartition(log.topics().commands(MINE), random.nextInt(2)),
                            new NewRecord(
                                    "",
                                    json.toString().getBytes(StandardCharsets.UTF_8),
                                    Map.of(
                                            "content-type",
                                            "application/json",
                                            "chronos-reply-partition",
                                            "0",
                                            "chronos-correlation",
                                            correlation)))
                    .join();
            StringBuilder answer = new StringBuilder();
            try (Log.Reader reader = log.read(replies, from)) {
                TestSystem.eventually(() -> {
                    for (LogRecord record : reader.poll(Duration.ofMillis(100))) {
                        if (correlation.equals(record.headers().get("chronos-correlation"))) {
                            answer.append(new String(record.value(), StandardCharsets.UTF_8));
                        }
                    }
                    return answer.length() > 0;
                });
            }
            return answer;
        }
    }

    @Test
    void a_url_is_good_for_its_own_object_and_for_none_of_another_tenant() throws Exception {
        ItemCollection mine = chronos.with(MINE.collection("urls"));
        ItemCollection theirs = chronos.with(OTHERS.collection("urls"));
        mine.create(Map.of("email", "mine"), Write.PLAIN.withId("same"));
        theirs.create(Map.of("email", MARKER), Write.PLAIN.withId("same"));
        URI url = mine.getLatest("same", Read.PLAIN.presigned())
                .flatMap(Item::url)
                .orElseThrow();
        URI others = theirs.getLatest("same", Read.PLAIN.presigned())
                .flatMap(Item::url)
                .orElseThrow();

        assertThat(get(url).body()).contains("\"mine\"");
        assertThat(get(others).body()).as("the other one is there").contains(MARKER);
        String path = url.getRawPath();
        for (String stolen : List.of(
                path.replace("tenant-a", "tenant-b"),
                path.replace("runtime.tenant-a/urls", "runtime.tenant-b/urls"),
                path.replace("runtime.tenant-a/", "runtime.tenant-a/../runtime.tenant-b/"),
                path.replace("runtime.tenant-a/", "runtime.tenant-a/%2e%2e/runtime.tenant-b/"),
                path.replace("runtime.tenant-a/", "runtime.tenant-a%2f..%2fruntime.tenant-b/"),
                path.replace("/v0/", "/v0/../../../../runtime.tenant-b/urls/same/v0/"),
                path.substring(0, path.indexOf('/', 1)),
                path.substring(0, path.indexOf('/', 1)) + "/")) {
            HttpResponse<String> answer = get(URI.create(url.toString().replace(path, stolen)));
            assertThat(answer.statusCode()).as(stolen).isBetween(400, 499);
            assertThat(answer.body()).as(stolen).doesNotContain(MARKER);
        }
        for (String more : List.of("&prefix=runtime.tenant-b", "&list-type=2", "&versionId=null", "&uploads")) {
            HttpResponse<String> answer = get(URI.create(url + more));
            assertThat(answer.body()).as(more).doesNotContain(MARKER);
        }
        assertThat(get(URI.create(url.toString().replaceAll("X-Amz-Signature=[0-9a-f]{4}", "X-Amz-Signature=0000")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(get(URI.create(url.toString().replaceAll("\\?.*", ""))).statusCode())
                .isEqualTo(403);
    }

    private static HttpResponse<String> get(URI url) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What was done did not reach the other tenant, either. */
    private static void requireUntouched(String collection) {
        ItemCollection theirs = chronos.with(OTHERS.collection(collection));
        List<Item> items = theirs.listByMeta(
                        theirs.query().includeDeleted().query(), Read.PLAIN.with(Consistency.LATEST))
                .items();
        assertThat(items).hasSize(5).allSatisfy(item -> {
            assertThat(item.ov().value()).isEqualTo(1);
            assertThat(item.data().orElseThrow().path("email").asText()).isEqualTo(MARKER);
        });
    }

    // ---- arguments

    private String id() {
        return random.nextInt(3) == 0 ? said("same") : loot();
    }

    /** Mostly stolen, sometimes the caller's own, sometimes that one changed. */
    private String cursor(ItemCollection.QueryBuilder query) {
        Optional<String> own = chronos.with(MINE.collection("shared"))
                .listByMeta(query.includeDeleted().limit(1).query(), Read.PLAIN.with(Consistency.EVENTUAL))
                .next();
        return switch (random.nextInt(4)) {
            case 0 -> own.orElse("");
            case 1 -> own.map(this::changed).orElse("");
            default -> loot();
        };
    }

    private String name() {
        return random.nextInt(3) > 0 ? said(one(COLLECTIONS)) : loot();
    }

    /** Something of the other's, now and then changed. */
    private String loot() {
        String text = one(LOOT);
        return said(random.nextInt(3) > 0 ? text : changed(text));
    }

    private String changed(String text) {
        int at = random.nextInt(text.length());
        return switch (random.nextInt(5)) {
            case 0 -> text.substring(0, at) + (char) (33 + random.nextInt(90)) + text.substring(at + 1);
            case 1 -> text.substring(at);
            case 2 ->
                decoded(text)
                        .map(t -> encoded(t.replace("tenant-b", "tenant-a")))
                        .orElse(text + "/..");
            case 3 ->
                decoded(text).map(t -> encoded(t.replaceAll("[0-9]+$", "0"))).orElse("../" + text);
            default -> text + text;
        };
    }

    private static Optional<String> decoded(String text) {
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Write write() {
        return random.nextBoolean()
                ? Write.PLAIN
                : Write.PLAIN.withCommandId(said(one(COLLECTIONS) + "-command-" + random.nextInt(5)));
    }

    private Read read() {
        Read read = Read.PLAIN.with(Consistency.EVENTUAL).includingDeleted();
        return random.nextInt(4) == 0
                ? read.presigned()
                : random.nextInt(3) == 0 ? read.projecting("email", "n") : read;
    }

    private long number() {
        return one(NUMBERS);
    }

    private Instant time() {
        return one(TIMES);
    }

    private static String said(String text) {
        LAST.add(text);
        return text;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
