package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.ALL;
import static io.chronosdb.conformance.Given.data;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Given.system;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Times;
import java.util.List;
import java.util.Map;

/** What Chronos says of a version. */
final class SystemBlock {
    private SystemBlock() {}

    static List<Promise> all() {
        return List.of(
                promise(
                        "_system says versions, operation, times, who, why and the hash",
                        "S1 S5 X1",
                        SystemBlock::says),
                promise("a deletion says when", "S1", SystemBlock::deletion),
                promise(
                        "a caller's _system is refused, and one deeper down is the caller's",
                        "S2",
                        SystemBlock::callers));
    }

    private static void says(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        Payload document = json("{'n':2}");
        Receipt updated = items.update(created.id(), document, created.ov(), "ann", "why");

        JsonNode system = system(items.getLatest(created.id()));

        assertThat(system.path("ov").asLong()).isEqualTo(1);
        assertThat(system.path("cv").asLong()).isEqualTo(updated.cv().value());
        assertThat(system.path("op").asText()).isEqualTo("update");
        assertThat(system.path("insertedAt").asText()).isEqualTo(Times.format(created.at()));
        for (String time : List.of("at", "updatedAt")) {
            assertThat(system.path(time).asText())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z")
                    .isEqualTo(Times.format(updated.at()));
        }
        assertThat(system.path("actor").asText()).isEqualTo("ann");
        assertThat(system.path("reason").asText()).isEqualTo("why");
        assertThat(system.path("sha256").asText()).isEqualTo(document.sha256().toString());
        assertThat(List.of(system.has("deletedAt"), system.has("restoredFrom"))).containsOnly(false);
        assertThat(system(items.getVersion(created.id(), updated.ov()))).isEqualTo(system);
        assertThat(system(items.getAsOf(created.id(), updated.at()))).isEqualTo(system);
    }

    private static void deletion(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        Receipt deleted = items.delete(created.id(), created.ov());

        JsonNode system = system(items.getLatest(created.id(), ALL));

        assertThat(system.path("op").asText()).isEqualTo("delete");
        assertThat(system.path("deletedAt").asText()).isEqualTo(Times.format(deleted.at()));
        assertThat(system.path("insertedAt").asText()).isEqualTo(Times.format(created.at()));
    }

    private static void callers(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(json("{'deep':{'_system':1}}"));

        refused(Invalid.class, () -> items.create(json("{'_system':{}}")));
        refused(Invalid.class, () -> items.update(created.id(), json("{'_system':null}"), ExpectedOv.ANY));
        refused(Invalid.class, () -> items.enrich(created.id(), json("{'_system':{'ov':7}}"), Write.PLAIN));
        refused(
                Invalid.class,
                () -> items.transact(
                        List.of(Operation.update(created.id(), json("{'_system':1}"), ExpectedOv.ANY)), Write.PLAIN));

        assertThat(data(items.getLatest(created.id()))
                        .path("deep")
                        .path("_system")
                        .intValue())
                .isEqualTo(1);
        assertThat(items.history(created.id())).hasSize(1);
    }
}
