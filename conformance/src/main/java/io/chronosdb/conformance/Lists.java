package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.ALL;
import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.NOW;
import static io.chronosdb.conformance.Given.ids;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.pages;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Item;
import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotIndexed;
import io.chronosdb.event.Times;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which items a list has. */
final class Lists {
    private Lists() {}

    static List<Promise> all() {
        return List.of(
                promise("every operator of a filter finds what it says", "R9", Lists::operators),
                promise("filters combine", "R9", Lists::combined),
                promise("Chronos's own fields are filtered like properties", "R9", Lists::systemFields),
                promise("any other operator is an error", "R10 F6", Lists::otherOperators),
                promise("what no index can answer is refused, never scanned for", "R10 F6", Lists::notIndexed),
                promise(
                        "only configured properties are indexed, elements of arrays by []",
                        "V1 R10",
                        Lists::configured),
                promise("deleted items are listed where that is asked for", "R12", Lists::deleted),
                promise("a list shows the collection as it was at any time and any version", "R12", Lists::asOf),
                promise("a list is of documents as they are now", "R9", Lists::current));
    }

    private static ItemCollection some(Installation at) {
        ItemCollection items = at.items();
        Map.of(
                        "a", "{'s':'apple','n':1,'t':['x','y'],'d':{'e':true}}",
                        "b", "{'s':'banana','n':2.5,'t':['y'],'d':{'e':false}}",
                        "c", "{'s':'cherry','n':10,'t':[],'z':null}",
                        "d", "{'s':'app','n':-3}")
                .forEach((id, document) ->
                        items.create(json(document), Write.by(id, "r").withId(id)));
        return items;
    }

    private static List<String> found(ItemCollection items, String filter) {
        return ids(pages(items, items.query().filter(filter.replace('\'', '"')), NOW));
    }

    private static void operators(Installation at) {
        ItemCollection items = some(at);
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("{}", "abcd");
        expected.put("{'s':'apple'}", "a");
        expected.put("{'s':{'$eq':'apple'}}", "a");
        expected.put("{'s':{'$ne':'apple'}}", "bcd");
        expected.put("{'n':{'$gt':1}}", "bc");
        expected.put("{'n':{'$gte':1}}", "abc");
        expected.put("{'n':{'$lt':2.5}}", "ad");
        expected.put("{'n':{'$lte':2.50}}", "abd");
        expected.put("{'s':{'$gt':'app','$lt':'c'}}", "ab");
        expected.put("{'n':{'$in':[1.0,10,99]}}", "ac");
        expected.put("{'n':{'$nin':[1,10]}}", "bd");
        expected.put("{'d':{'$exists':true}}", "ab");
        expected.put("{'d':{'$exists':false}}", "cd");
        expected.put("{'z':{'$exists':true}}", "c");
        expected.put("{'s':{'$regex':'^app'}}", "ad");
        expected.put("{'s':{'$not':{'$regex':'^app'}}}", "bc");
        expected.put("{'d.e':true}", "a");
        expected.put("{'t':'y'}", "ab");
        expected.forEach((filter, ids) ->
                assertThat(String.join("", found(items, filter))).as(filter).isEqualTo(ids));
    }

    private static void combined(Installation at) {
        ItemCollection items = some(at);
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("{'t':'y','n':1}", "a");
        expected.put("{'$and':[{'t':'y'},{'n':{'$gt':1}}]}", "b");
        expected.put("{'$or':[{'s':'app'},{'n':10}]}", "cd");
        expected.put("{'$not':{'$or':[{'s':'app'},{'n':10}]}}", "ab");
        expected.put("{'$or':[{'$and':[{'t':'x'},{'n':1}]},{'s':'cherry'}],'n':{'$lt':10}}", "a");
        expected.forEach((filter, ids) ->
                assertThat(String.join("", found(items, filter))).as(filter).isEqualTo(ids));
    }

    private static void systemFields(Installation at) {
        ItemCollection items = some(at);
        Receipt later = items.update("c", json("{'s':'cherry'}"), FIRST, "ben", "later");
        String time = Times.format(later.at());

        assertThat(found(items, "{'updatedAt':{'$gte':'" + time + "'}}")).containsExactly("c");
        assertThat(found(items, "{'cv':" + later.cv() + "}")).containsExactly("c");
        assertThat(found(items, "{'id':{'$regex':'^a'}}")).containsExactly("a");
        assertThat(found(items, "{'s':{'$exists':true},'actor':'ben'}")).containsExactly("c");
        assertThat(found(items, "{'s':{'$exists':true},'op':'create','ov':0}")).containsExactly("a", "b", "d");
        assertThat(found(items, "{'_system.id':'b'}")).containsExactly("b");
    }

    private static void otherOperators(Installation at) {
        ItemCollection items = some(at);
        for (String bad : List.of(
                "{'$where':'1'}",
                "{'n':{'$mod':[2,0]}}",
                "{'s':{'$regex':'pp'}}",
                "{'s':{'$regex':'^a.*'}}",
                "{'t':{'$size':2}}",
                "{'$text':{'$search':'a'}}",
                "{'$nor':[{'n':1}]}",
                "{'n':{'$gt':{'$where':'1'}}}",
                "[]",
                "{'n':")) {
            refused(Invalid.class, () -> found(items, bad));
        }
    }

    private static void notIndexed(Installation at) {
        ItemCollection items = some(at);
        for (String loose : List.of("{'actor':'a'}", "{'op':'create'}", "{'$or':[{'s':'app'},{'reason':'r'}]}")) {
            refused(NotIndexed.class, () -> found(items, loose));
        }
        refused(NotIndexed.class, () -> found(items, "{'_system.sha256':'x'}"));
        refused(NotIndexed.class, () -> items.query().sort("{\"actor\":1}"));
    }

    private static void configured(Installation at) {
        ItemCollection strict = at.strict();
        String run = at.id("run");
        String document =
                "{'run':'" + run + "','email':'a@x.io','address':{'city':'Bern'},'tags':['t1','t2'],'note':'n'}";
        Receipt created = strict.create(json(document));

        assertThat(found(strict, "{'run':'" + run + "','tags':'t2'}")).containsExactly(created.id());
        assertThat(found(strict, "{'run':'" + run + "','tags[]':'t3'}")).isEmpty();
        assertThat(found(strict, "{'run':'" + run + "','address.city':'Bern'}")).containsExactly(created.id());
        for (String path : List.of("note", "address", "address.zip")) {
            NotIndexed refused = refused(NotIndexed.class, () -> found(strict, "{'" + path + "':1}"));
            assertThat(refused).hasMessageContaining(path);
            refused(NotIndexed.class, () -> strict.query().sort("{\"" + path + "\":1}"));
        }
    }

    private static void deleted(Installation at) {
        ItemCollection items = some(at);
        items.delete("b", FIRST);

        assertThat(found(items, "{}")).containsExactly("a", "c", "d");
        assertThat(ids(pages(items, items.query().includeDeleted(), NOW))).containsExactly("a", "b", "c", "d");
        assertThat(ids(pages(items, items.query(), ALL))).containsExactly("a", "b", "c", "d");
        List<Item> all = pages(items, items.query().includeDeleted(), NOW);
        assertThat(all).extracting(Item::deleted).containsExactly(false, true, false, false);
    }

    private static void asOf(Installation at) {
        ItemCollection items = some(at);
        Receipt updated = items.update("a", Map.of("n", 7), FIRST);
        Receipt deleted = items.delete("b", FIRST);
        Receipt born = items.create(Map.of("n", 8), Write.PLAIN.withId("e"));

        assertThat(then(items, items.query().asOf(updated.at()))).isEqualTo("a7 b2 c10 d-3");
        assertThat(then(items, items.query().asOf(updated.at().minusNanos(1_000))))
                .isEqualTo("a1 b2 c10 d-3");
        assertThat(then(items, items.query().asOf(deleted.at()))).isEqualTo("a7 c10 d-3");
        assertThat(then(items, items.query().asOf(born.cv()))).isEqualTo("a7 c10 d-3 e8");
        assertThat(then(items, items.query().asOf(deleted.cv()))).isEqualTo("a7 c10 d-3");
        assertThat(then(items, items.query().asOf(updated.cv()).filter("{\"n\":7}")))
                .isEqualTo("a7");
        assertThat(then(items, items.query().asOf(updated.at().minusSeconds(3_600))))
                .isEmpty();
        assertThat(ids(pages(items, items.query().asOf(deleted.at()).includeDeleted(), NOW)))
                .containsExactly("a", "b", "c", "d");
        assertThat(then(
                        items,
                        items.query().asOf(deleted.at()).sort("{\"n\":-1}").limit(1)))
                .isEqualTo("c10 a7 d-3");
    }

    private static String then(ItemCollection items, ItemCollection.QueryBuilder query) {
        return pages(items, query, NOW).stream()
                .map(item -> item.id() + n(Optional.of(item)))
                .collect(Collectors.joining(" "));
    }

    private static void current(Installation at) {
        ItemCollection items = some(at);
        items.update("a", json("{'s':'other'}"), FIRST);
        items.enrich("b", json("{'n':99}"), Write.PLAIN);

        assertThat(found(items, "{'s':'apple'}")).isEmpty();
        assertThat(found(items, "{'s':'other'}")).containsExactly("a");
        assertThat(found(items, "{'n':99}")).containsExactly("b");
        assertThat(found(items, "{'n':2.5}")).isEmpty();
    }
}
