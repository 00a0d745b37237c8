package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.NOW;
import static io.chronosdb.conformance.Given.data;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Given.system;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException.Deleted;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Enrichments as writes. */
final class Enriching {
    private static final int ENRICHERS = 60;

    private Enriching() {}

    static List<Promise> all() {
        return List.of(
                promise("the patches of one call fold from left to right into one version", "W13", Enriching::folds),
                promise(
                        "an enrichment that changes nothing makes no version and answers with the present one",
                        "W14",
                        Enriching::changesNothing),
                promise("enrichers at once lose no contribution of one another", "W12", Enriching::atOnce),
                promise("a patch that is no object or touches _system is refused", "W14 M7 S2", Enriching::badPatches),
                promise("nobody and a deleted item are not enriched", "W12", Enriching::notThere),
                promise(
                        "functions are recorded once each, in order, and kept by every later version",
                        "S3",
                        Enriching::functions));
    }

    private static void folds(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(json("{'t':['a']}"));

        Receipt enriched = items.enrich(
                created.id(), List.of(json("{'t':['b'],'x':1}"), json("{'x':2}"), json("{'t':'c'}")), Write.PLAIN);

        assertThat(enriched.op()).isEqualTo(Op.ENRICH);
        assertThat(items.history(created.id())).hasSize(2);
        assertThat(data(items.getLatest(created.id())).toString()).isEqualTo("{\"t\":[\"a\",\"b\",\"c\"],\"x\":2}");
    }

    private static void changesNothing(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(json("{'a':1,'tags':['x']}"));

        for (Object patch : List.of(
                json("{'a':1.0}"),
                List.of(),
                json("{'tags':['x']}"),
                json("{}"),
                List.of(json("{'a':2}"), json("{'a':1}")))) {
            Receipt same = items.enrich(created.id(), patch, Write.PLAIN);
            assertThat(List.of(same.ov(), same.cv(), same.at()))
                    .isEqualTo(List.of(created.ov(), created.cv(), created.at()));
        }
        assertThat(items.history(created.id())).hasSize(1);
    }

    private static void atOnce(Installation at) {
        ItemCollection items = at.items();
        List<ItemCollection> handles = List.of(items, at.elsewhere());
        Receipt created = items.create(json("{'by':[],'each':{}}"));

        List<CompletableFuture<Receipt>> all = IntStream.range(0, ENRICHERS)
                .mapToObj(i -> handles.get(i % 2)
                        .enrichAsync(
                                created.id(),
                                json("{'by':[" + i + "],'each':{'e" + i + "':1}}"),
                                ExpectedOv.ANY,
                                Write.PLAIN))
                .toList();
        Set<Ov> versions = all.stream().map(one -> one.join().ov()).collect(Collectors.toSet());

        assertThat(versions).hasSize(ENRICHERS);
        ObjectNode document = data(items.getLatest(created.id(), NOW));
        assertThat(document.path("by")).hasSize(ENRICHERS);
        assertThat(document.path("each")).hasSize(ENRICHERS);
    }

    private static void badPatches(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));

        for (Object bad :
                List.of("text", 1, List.of(1), List.of(json("{'n':2}"), "text"), Map.of("_system", Map.of("ov", 9)))) {
            refused(Invalid.class, () -> items.enrich(created.id(), bad, Write.PLAIN));
        }
        assertThat(items.history(created.id())).hasSize(1);
        assertThat(n(items.getLatest(created.id()))).isEqualTo(1);
    }

    private static void notThere(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        items.delete(created.id(), created.ov());

        refused(NotFound.class, () -> items.enrich("nobody", Map.of("n", 2), Write.PLAIN));
        refused(Deleted.class, () -> items.enrich(created.id(), Map.of("n", 2), Write.PLAIN));
        assertThat(items.getLatest(created.id())).isEmpty();
    }

    private static void functions(Installation at) {
        ItemCollection items = at.items();
        Receipt created = items.create(Map.of("n", 1));
        for (String function : List.of("b@1", "a@1", "b@1")) {
            items.enrich(
                    created.id(), Map.of("n", Map.of(function, Math.random())), Write.PLAIN.withFunctionId(function));
        }

        Receipt updated = items.update(created.id(), Map.of("n", 9), ExpectedOv.ANY);
        Receipt restored = items.restoreObject(created.id(), RestorePoint.ov(0));

        for (Receipt later : List.of(updated, restored)) {
            assertThat(system(items.getVersion(created.id(), later.ov()))
                            .path("functionIds")
                            .toString())
                    .isEqualTo("[\"b@1\",\"a@1\"]");
        }
        assertThat(system(items.getVersion(created.id(), FIRST)).has("functionIds"))
                .isFalse();
    }
}
