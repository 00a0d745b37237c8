package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.data;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Given.system;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException;
import io.chronosdb.error.ChronosException.AlreadyExists;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.error.ChronosException.VersionConflict;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reading one item. */
final class Reads {
    private Reads() {}

    static List<Promise> all() {
        return List.of(
                promise("the latest version comes with id, versions, document and _system", "R1", Reads::latest),
                promise("what is deleted is absent unless it is asked for", "R1", Reads::deleted),
                promise("a projection keeps the paths it names", "R2", Reads::projection),
                promise("a version is that item's, whatever other items there are", "R4 F1", Reads::version),
                promise("every version stays readable, and what was never written is absent", "R4", Reads::versions),
                promise("a document keeps its bytes and its numbers", "V5", Reads::exact),
                promise("a difference is the JSON Patch between two versions", "R8", Reads::diff),
                promise(
                        "codes, messages and details of refusals are stable, and never quote documents",
                        "E1",
                        Reads::refusals));
    }

    private static void latest(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1), Write.PLAIN.withId("it"));
        Receipt updated = items.update("it", Map.of("n", 2), created.ov());

        Item item = items.getLatest("it").orElseThrow();

        assertThat(List.of(item.id(), item.ov(), item.cv())).containsExactly("it", updated.ov(), updated.cv());
        assertThat(n(Optional.of(item))).isEqualTo(2);
        assertThat(item.system().path("ov").asLong(-1)).isEqualTo(1);
        assertThat(item.url()).isEmpty();
        assertThat(items.getLatest("nobody")).isEmpty();
    }

    private static void deleted(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        Receipt deleted = items.delete(created.id(), created.ov());

        assertThat(items.getLatest(created.id())).isEmpty();
        Item asked =
                items.getLatest(created.id(), Read.PLAIN.includingDeleted()).orElseThrow();
        assertThat(asked.ov()).isEqualTo(deleted.ov());
        assertThat(asked.deleted()).isTrue();
        assertThat(items.getLatest("nobody", Read.PLAIN.includingDeleted())).isEmpty();
    }

    private static void projection(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(
                json("{'a':1,'b':{'x':1,'y':2},'l':[{'p':1,'q':2},{'p':3}],'c':9}"), Write.by("ann", "why"));
        Read some = Read.PLAIN.projecting("a", "b.y", "l.p", "not.there");
        String expected = "{\"a\":1,\"b\":{\"y\":2},\"l\":[{\"p\":1},{\"p\":3}]}";

        for (Optional<Item> item : List.of(
                items.getLatest(created.id(), some),
                items.getVersion(created.id(), FIRST, some),
                items.getAsOf(created.id(), created.at(), some),
                Optional.of(
                        items.listByMeta(items.query().query(), some).items().get(0)))) {
            assertThat(data(item).toString()).isEqualTo(expected);
            assertThat(system(item).path("actor").asText()).as("_system stays").isEqualTo("ann");
        }
        refused(Invalid.class, () -> Read.PLAIN.projecting("a..b"));
    }

    private static void version(Installation at) {
        ItemCollection items = at.items();
        for (int i = 0; i < 5; i++) {
            items.create(Map.of("n", i), Write.PLAIN.withId("i" + i));
        }
        for (int i = 0; i < 5; i++) {
            items.update("i" + i, Map.of("n", 10 + i), FIRST);
        }

        for (int i = 0; i < 5; i++) {
            assertThat(n(items.getVersion("i" + i, FIRST))).isEqualTo(i);
            assertThat(n(items.getVersion("i" + i, new Ov(1)))).isEqualTo(10 + i);
        }
    }

    private static void versions(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 0));
        for (int i = 1; i < 12; i++) {
            items.update(created.id(), Map.of("n", i), new Ov(i - 1));
        }
        items.delete(created.id(), new Ov(11));

        for (int i = 0; i < 12; i++) {
            assertThat(n(items.getVersion(created.id(), new Ov(i)))).isEqualTo(i);
        }
        assertThat(items.getVersion(created.id(), new Ov(12)).orElseThrow().deleted())
                .isTrue();
        assertThat(items.getVersion(created.id(), new Ov(13))).isEmpty();
        assertThat(items.getVersion("nobody", FIRST)).isEmpty();
        refused(Invalid.class, () -> items.getVersion(created.id(), ExpectedOv.ANY));
    }

    private static void exact(Installation at) {
        ItemCollection items = at.items();
        Payload payload =
                json("{ 'p' : 1.10, 'big':123456789012345678901234567890, 'e':1e400,'neg':-0.0,'ü':'\\u0041'}");

        Receipt created = items.create(payload);

        Item item = items.getLatest(created.id()).orElseThrow();
        assertThat(item.system().path("sha256").asText())
                .isEqualTo(payload.sha256().toString());
        assertThat(data(Optional.of(item)).path("p").decimalValue().toPlainString())
                .isEqualTo("1.10");
        assertThat(data(Optional.of(item)).path("big").toString()).isEqualTo("123456789012345678901234567890");
        assertThat(data(Optional.of(item)).path("ü").asText()).isEqualTo("A");
    }

    private static void diff(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(json("{'n':1,'same':true,'gone':'x'}"));
        Receipt updated = items.update(created.id(), json("{'n':1.5,'same':true,'new':[1]}"), created.ov());
        Receipt deleted = items.delete(created.id(), updated.ov());

        assertThat(items.diff(created.id(), created.ov(), updated.ov()))
                .extracting(JsonNode::toString)
                .containsExactlyInAnyOrder(
                        "{\"op\":\"replace\",\"path\":\"/n\",\"value\":1.5}",
                        "{\"op\":\"remove\",\"path\":\"/gone\"}",
                        "{\"op\":\"add\",\"path\":\"/new\",\"value\":[1]}");
        assertThat(items.diff(created.id(), updated.ov(), updated.ov())).isEmpty();
        assertThat(items.diff(created.id(), updated.ov(), deleted.ov())).hasSize(3);
        refused(NotFound.class, () -> items.diff(created.id(), created.ov(), new Ov(9)));
        refused(NotFound.class, () -> items.diff("nobody", FIRST, FIRST));
    }

    private static void refusals(Installation at) {
        ItemCollection items = at.items();
        String secret = "s3cret" + at.seed();
        Receipt created = items.create(Map.of("text", secret), Write.PLAIN.withId("it"));

        for (ChronosException refused : List.of(
                refused(AlreadyExists.class, () -> items.create(Map.of("text", secret), Write.PLAIN.withId("it"))),
                refused(VersionConflict.class, () -> items.update("it", Map.of("text", secret), new Ov(9))),
                refused(NotFound.class, () -> items.update("nobody", Map.of("text", secret), ExpectedOv.ANY)),
                refused(Invalid.class, () -> items.update("it", Map.of("_system", secret), created.ov())),
                refused(Invalid.class, () -> items.create(json("{'text':'" + secret + "'"))))) {
            assertThat(refused.code().name()).isEqualTo(refused.getClass().getSimpleName());
            assertThat(refused.rejection().message())
                    .isEqualTo(refused.getMessage())
                    .isNotBlank();
            assertThat(refused.details()).isNotEmpty();
            assertThat(refused.getMessage() + refused.details()).doesNotContain(secret);
        }
    }
}
