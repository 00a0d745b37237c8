package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Given.system;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException.NotFound;
import java.util.List;
import java.util.Map;

/** Where items come from. */
final class Lineages {
    private Lineages() {}

    static List<Promise> all() {
        return List.of(
                promise("a child knows its parent and the first of its line, for ever", "S4", Lineages::line),
                promise(
                        "who has no parent is not given one, and a parent that is not there is refused",
                        "S4",
                        Lineages::none));
    }

    private static void line(Installation at) {
        ItemCollection items = at.items();
        ItemCollection others = at.another("roots");
        String roots = others.route().collection();
        Receipt root = others.create(Map.of("n", 1));
        Receipt child = items.create(Map.of("n", 2), Write.PLAIN.withParent(roots, root.id()));
        Receipt grandchild = at.elsewhere().create(Map.of("n", 3), Write.PLAIN.withParent(at.collection(), child.id()));
        Receipt updated = items.update(grandchild.id(), Map.of("n", 4), grandchild.ov());
        Receipt deleted = items.delete(grandchild.id(), updated.ov());
        Receipt restored = items.restoreObject(grandchild.id(), RestorePoint.ov(0));

        for (Receipt version : List.of(grandchild, updated, deleted, restored)) {
            JsonNode system = system(items.getVersion(grandchild.id(), version.ov()));
            assertThat(system.path("parentId").asText()).isEqualTo(child.id());
            assertThat(system.path("parentCollection").asText()).isEqualTo(at.collection());
            assertThat(system.path("originId").asText()).isEqualTo(root.id());
            assertThat(system.path("originCollection").asText()).isEqualTo(roots);
        }
        JsonNode ofChild = system(items.getLatest(child.id()));
        assertThat(ofChild.path("parentId").asText()).isEqualTo(root.id());
        assertThat(ofChild.path("originId").asText()).isEqualTo(root.id());
    }

    private static void none(Installation at) {
        ItemCollection items = at.items();
        Receipt alone = items.create(Map.of("n", 1));

        JsonNode system = system(items.getLatest(alone.id()));

        assertThat(system.has("parentId") || system.has("originId")).isFalse();
        refused(NotFound.class, () -> items.create(Map.of(), Write.PLAIN.withParent(at.collection(), "nobody")));
    }
}
