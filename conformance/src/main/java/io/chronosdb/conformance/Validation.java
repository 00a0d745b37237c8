package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.data;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.PayloadTooLarge;
import io.chronosdb.event.ExpectedOv;
import java.util.List;
import java.util.Map;

/** What is checked before a document is written. */
final class Validation {
    private Validation() {}

    static List<Promise> all() {
        return List.of(
                promise("what is required is there, or every violation is listed at once", "V2", Validation::required),
                promise("an enrichment's result is checked, too", "V2", Validation::requiredAfterEnriching),
                promise("too large a document is refused with both sizes", "V3", Validation::tooLarge),
                promise("a document has at most 100 levels", "V4", Validation::depth));
    }

    private static String document(String run) {
        return "{'run':'" + run + "','email':'a@x.io','address':{'city':'Bern'}}";
    }

    private static void required(Installation at) {
        ItemCollection strict = at.strict();
        Receipt valid = strict.create(json(document(at.id("run"))));

        for (String bad : List.of("{}", "{'email':null,'address':{}}", "{'email':'','address':{'city':''}}")) {
            for (Invalid refused : List.of(
                    refused(Invalid.class, () -> strict.create(json(bad))),
                    refused(Invalid.class, () -> strict.update(valid.id(), json(bad), ExpectedOv.ANY)))) {
                assertThat((List<?>) refused.details().get("violations")).hasSize(2);
                assertThat(refused).hasMessageContaining("email").hasMessageContaining("address.city");
            }
        }
        assertThat(strict.history(valid.id())).hasSize(1);
    }

    private static void requiredAfterEnriching(Installation at) {
        ItemCollection strict = at.strict();
        Receipt valid = strict.create(json(document(at.id("run"))));

        Invalid refused =
                refused(Invalid.class, () -> strict.enrich(valid.id(), json("{'address':{'city':null}}"), Write.PLAIN));

        assertThat(refused).hasMessageContaining("address.city").hasMessageNotContaining("email");
        strict.enrich(valid.id(), json("{'address':{'zip':3000}}"), Write.PLAIN);
        assertThat(strict.history(valid.id())).hasSize(2);
    }

    private static void tooLarge(Installation at) {
        ItemCollection items = at.items();
        long max = at.payloadBytesMax();
        String text = "x".repeat((int) max);
        Receipt created = items.create(Map.of("n", 1));

        for (PayloadTooLarge refused : List.of(
                refused(PayloadTooLarge.class, () -> items.create(Map.of("text", text))),
                refused(PayloadTooLarge.class, () -> items.update(created.id(), Map.of("text", text), ExpectedOv.ANY)),
                refused(PayloadTooLarge.class, () -> items.enrich(created.id(), Map.of("text", text), Write.PLAIN)))) {
            assertThat(refused.details()).containsEntry("bytes", max + 11).containsEntry("bytesMax", max);
        }
        assertThat(items.history(created.id())).hasSize(1);
        Receipt largest = items.create(Map.of("text", text.substring(11)));
        assertThat(data(items.getLatest(largest.id())).path("text").asText()).hasSize((int) max - 11);
    }

    private static void depth(Installation at) {
        ItemCollection items = at.items();
        String deepest = "{'a':".repeat(99) + "{}" + "}".repeat(99);

        Receipt created = items.create(json(deepest));

        assertThat(data(items.getLatest(created.id())).toString()).isEqualTo(deepest.replace('\'', '"'));
        refused(Invalid.class, () -> items.create(json("{'a':" + deepest + "}")));
        refused(Invalid.class, () -> items.create(json("{'a':" + "[".repeat(100) + "]".repeat(100) + "}")));
    }
}
