package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.NOW;
import static io.chronosdb.conformance.Given.data;
import static io.chronosdb.conformance.Given.ids;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.pages;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Page;
import io.chronosdb.Write;
import io.chronosdb.WriteResult;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.ExpectedOv;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** In which order a list is, and how it comes in pages. */
final class Paging {
    private static final int ITEMS = 14;

    private Paging() {}

    static List<Promise> all() {
        return List.of(
                promise("pages together are the list, once each, under any sort", "R11", Paging::anySort),
                promise("pages stay stable while others write", "R11", Paging::stable),
                promise("a sort orders null, numbers, texts and truth in this order", "R11", Paging::kinds),
                promise("a cursor goes with its sort and its moment", "R11", Paging::cursors),
                promise("a page has 1 to 1000 items, 50 unless told otherwise", "X2", Paging::limits));
    }

    private static ItemCollection filled(Installation at) {
        ItemCollection items = at.items();
        items.createMany(
                        IntStream.range(0, ITEMS)
                                .mapToObj(i -> Map.of("n", i % 5, "s", "s" + i % 3, "i", i))
                                .toList(),
                        Write.PLAIN)
                .forEach(WriteResult::orThrow);
        return items;
    }

    private static void anySort(Installation at) {
        ItemCollection items = filled(at);
        List<String> unsorted = ids(pages(items, items.query().limit(1_000), NOW));
        assertThat(unsorted).hasSize(ITEMS).isSorted();

        for (String sort : List.of(
                "{'n':1}", "{'n':-1}", "{'s':1,'n':-1}", "{'not':1}", "{'updatedAt':-1}", "{'cv':1}", "{'id':-1}")) {
            String order = sort.replace('\'', '"');
            List<String> whole = ids(pages(items, items.query().sort(order).limit(1_000), NOW));
            List<String> paged = ids(pages(items, items.query().sort(order).limit(3), NOW));
            assertThat(paged).as(sort).isEqualTo(whole);
            assertThat(whole).as(sort).containsExactlyInAnyOrderElementsOf(unsorted);
        }
        assertThat(pages(items, items.query().sort("{\"s\":1,\"n\":-1}").limit(4), NOW))
                .extracting(item -> data(Optional.of(item)).path("s").asText()
                        + -data(Optional.of(item)).path("n").asInt())
                .isSortedAccordingTo(Comparator.comparing((String key) -> key.substring(0, 2))
                        .thenComparing(key -> Integer.parseInt(key.substring(2))));
        assertThat(pages(
                        items,
                        items.query().sort("{\"i\":-1}").filter("{\"n\":2}").limit(2),
                        NOW))
                .extracting(item -> data(Optional.of(item)).path("i").asInt())
                .containsExactly(12, 7, 2);
    }

    private static void stable(Installation at) {
        ItemCollection items = filled(at);
        List<String> before = ids(pages(items, items.query().sort("{\"i\":1}"), NOW));
        List<String> seen = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        int round = 0;
        do {
            ItemCollection.QueryBuilder query = items.query().sort("{\"i\":1}").limit(4);
            Page<Item> page =
                    items.listByMeta(cursor.map(query::after).orElse(query).query(), NOW);
            seen.addAll(ids(page.items()));
            cursor = page.next();
            items.create(Map.of("i", -1 - round)); // Before what was seen: never shown, and shifts nothing.
            if (round == 2) {
                items.delete(seen.get(0), ExpectedOv.ANY);
            }
            round++;
        } while (cursor.isPresent());

        assertThat(seen).isEqualTo(before);
    }

    private static void kinds(Installation at) {
        ItemCollection items = at.items();
        Map.of("a", "'x'", "b", "2", "c", "true", "d", "null", "e", "-1.5", "f", "false", "g", "'X'")
                .forEach((id, value) -> items.create(json("{'v':" + value + "}"), Write.PLAIN.withId(id)));

        assertThat(String.join(
                        "", ids(pages(items, items.query().sort("{\"v\":1}").limit(2), NOW))))
                .isEqualTo("debgafc");
        assertThat(String.join(
                        "", ids(pages(items, items.query().sort("{\"v\":-1}").limit(3), NOW))))
                .isEqualTo("cfagbed");
    }

    private static void cursors(Installation at) {
        ItemCollection items = filled(at);
        Receipt last = items.create(Map.of("n", 9));
        String cursor = items.listByMeta(
                        items.query().sort("{\"n\":1}").limit(2).query())
                .next()
                .orElseThrow();

        refused(
                Invalid.class,
                () -> items.listByMeta(
                        items.query().sort("{\"n\":-1}").after(cursor).query()));
        refused(
                Invalid.class,
                () -> items.listByMeta(items.query()
                        .sort("{\"n\":1}")
                        .asOf(last.cv())
                        .after(cursor)
                        .query()));
        refused(
                Invalid.class,
                () -> items.listByMeta(
                        items.query().sort("{\"n\":1}").after("nonsense").query()));
        assertThat(at.elsewhere()
                        .listByMeta(
                                items.query()
                                        .sort("{\"n\":1}")
                                        .limit(2)
                                        .after(cursor)
                                        .query(),
                                NOW)
                        .items())
                .as("in another process it is good")
                .hasSize(2);
    }

    private static void limits(Installation at) {
        ItemCollection items = at.items();
        items.createMany(IntStream.range(0, 51).mapToObj(i -> Map.of("n", i)).toList(), Write.PLAIN);

        Page<Item> page = items.listByMeta(items.query().query());

        assertThat(page.items()).hasSize(50);
        assertThat(page.next()).isPresent();
        assertThat(items.listByMeta(items.query().limit(1_000).query()).items()).hasSize(51);
        assertThat(items.listByMeta(items.query().limit(51).query()).next()).isEmpty();
        for (int bad : List.of(0, -1, 1_001)) {
            refused(Invalid.class, () -> items.query().limit(bad));
        }
    }
}
