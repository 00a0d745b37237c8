package io.chronosdb.system;

import static io.chronosdb.event.Op.CREATE;
import static io.chronosdb.event.Op.DELETE;
import static io.chronosdb.event.Op.RESTORE;
import static io.chronosdb.event.Op.UPDATE;
import static io.chronosdb.system.TestSystem.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Chronos;
import io.chronosdb.Consistency;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.event.Payload;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Commands as plain JSON, as any Kafka client sends them: to whatever partition, with or without a reply address. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JsonCommandTest {
    private static final Database DATABASE = Route.runtime("tenant-a");

    private static TestSystem system;
    private static Chronos chronos;
    private static ItemCollection items;
    private static KafkaLog log;
    private static Log.Appender appender;

    @BeforeAll
    static void start() {
        system = TestSystem.create();
        system.node();
        chronos = system.client();
        items = chronos.with(DATABASE.collection("json"));
        ChronosConfig config = system.config();
        log = new KafkaLog(config.kafka());
        log.open(DATABASE);
        appender = log.appender();
    }

    @AfterAll
    static void stop() throws Exception {
        appender.close();
        log.close();
        system.close();
    }

    @Test
    void a_json_command_in_any_partition_is_decided_once_where_it_belongs() {
        for (int partition = 0; partition < 2; partition++) {
            send(partition, """
                    {"command":"create","commandId":"c1","collection":"json","id":"j1","data": {"a" : 1.0},"actor":"py"}""");
        }
        send(0, "{\"command\":\"update\",\"collection\":\"json\",\"id\":\"j1\",\"expectedOv\":0,\"data\":{\"a\":2}}");

        eventually(() -> items.getLatest("j1", Read.PLAIN.with(Consistency.EVENTUAL))
                .map(item -> item.ov().value() == 1)
                .orElse(false));
        assertThat(items.history("j1")).hasSize(2);
        assertThat(items.history("j1").get(1).sha256())
                .contains(Payload.of("{\"a\" : 1.0}".getBytes(StandardCharsets.UTF_8))
                        .sha256()
                        .toString());
    }

    @Test
    void every_command_can_be_said_in_json() {
        ItemCollection every = chronos.with(DATABASE.collection("every"));
        List.of("""
                {"command":"create","collection":"every","id":"a","data":{"n":0},"parent":{"collection":"every","id":"root"}}""", """
                {"command":"create","collection":"every","id":"b","data":{"n":0}}""", """
                {"command":"enrich","collection":"every","id":"a","patch":[{"tags":["x"]},{"tags":["x","y"]}],"functionId":"f"}""", """
                {"command":"update","collection":"every","id":"b","expectedOv":0,"data":{"n":1}}""", """
                {"command":"restoreObject","collection":"every","id":"b","ov":0}""", """
                {"command":"transact","operations":[
                    {"command":"check","collection":"every","id":"a","expectedOv":1},
                    {"command":"create","collection":"every","id":"c","data":{"n":0}},
                    {"command":"delete","collection":"every","id":"b","expectedOv":2}]}""").forEach(json -> send(0, json));
        eventually(() ->
                every.getLatest("c", Read.PLAIN.with(Consistency.EVENTUAL)).isPresent());

        assertThat(every.getLatest("a").orElseThrow().data().orElseThrow().toString())
                .isEqualTo("{\"n\":0,\"tags\":[\"x\",\"y\"]}");
        assertThat(every.history("b"))
                .extracting(version -> version.op())
                .containsExactly(DELETE, RESTORE, UPDATE, CREATE);

        send(0, """
                {"command":"restoreCollection","collection":"every","cv":1}""");
        eventually(() -> every.getLatest("b", Read.PLAIN.with(Consistency.EVENTUAL))
                .map(item -> item.ov().value() == 4)
                .orElse(false));
        eventually(() ->
                every.getLatest("c", Read.PLAIN.with(Consistency.EVENTUAL)).isEmpty());
        assertThat(every.getLatest("a").orElseThrow().data().orElseThrow().toString())
                .isEqualTo("{\"n\":0}");
    }

    @Test
    void what_is_no_command_lands_in_the_dead_letters_with_the_reason_and_the_partition_goes_on() {
        LogPartition dead = new LogPartition(log.topics().name(DATABASE, Topics.Kind.DEAD_LETTERS), 0);
        long before = log.end(dead);
        List<String> malformed = List.of(
                "no json",
                "[]",
                "{\"command\":\"explode\",\"collection\":\"json\"}",
                "{\"command\":\"create\",\"collection\":\"../json\",\"data\":{}}",
                "{\"command\":\"create\",\"collection\":\"json\",\"data\":{\"_system\":1}}",
                "{\"command\":\"create\",\"collection\":\"json\",\"data\":{\"a\":1,\"a\":2}}",
                "{\"command\":\"create\",\"collection\":\"json\",\"surprise\":1,\"data\":{}}",
                "{\"command\":\"delete\",\"collection\":\"json\"}");
        malformed.forEach(text -> send(0, text));
        append(0, new byte[] {(byte) 0xC3, 1, 2, 3}, Map.of());
        append(0, new byte[0], Map.of());
        send(0, "{\"command\":\"create\",\"collection\":\"json\",\"id\":\"after\",\"data\":{}}");

        eventually(() ->
                items.getLatest("after", Read.PLAIN.with(Consistency.EVENTUAL)).isPresent());
        eventually(() -> log.end(dead) == before + malformed.size() + 2);
        List<LogRecord> records = new ArrayList<>();
        try (Log.Reader reader = log.read(dead, before)) {
            eventually(() -> {
                records.addAll(reader.poll(Duration.ofMillis(100)));
                return records.size() == malformed.size() + 2;
            });
        }
        assertThat(records).allSatisfy(record -> {
            assertThat(record.headers()).containsEntry("chronos-code", "Invalid");
            assertThat(record.headers().get("chronos-reason")).isNotBlank();
        });
    }

    private static void send(int partition, String json) {
        append(partition, json.getBytes(StandardCharsets.UTF_8), Map.of("content-type", "application/json"));
    }

    private static void append(int partition, byte[] value, Map<String, String> headers) {
        appender.append(new LogPartition(log.topics().commands(DATABASE), partition), new NewRecord("", value, headers))
                .join();
    }
}
