package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.data;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.command.Receipt;
import io.chronosdb.event.Ov;
import java.util.List;

/** What an enrichment makes of a document. */
final class Merging {
    private Merging() {}

    static List<Promise> all() {
        return List.of(
                promise("objects merge key by key, at every depth", "M1", at -> {
                    merges(
                            at,
                            "{'a':{'x':1,'y':{'z':1}},'k':1}",
                            "{'a':{'y':{'w':2}}}",
                            "{'a':{'x':1,'y':{'z':1,'w':2}},'k':1}");
                    merges(at, "{}", "{'new':{'deep':[1]}}", "{'new':{'deep':[1]}}");
                }),
                promise(
                        "arrays unite: elements keep their order, new ones follow, equal ones are not repeated",
                        "M2",
                        at -> {
                            merges(at, "{'t':['b','a']}", "{'t':['c','a','d','c']}", "{'t':['b','a','c','d']}");
                            merges(at, "{'t':[]}", "{'t':[[1],[1],[2]]}", "{'t':[[1],[2]]}");
                            merges(at, "{'t':['x','x']}", "{'t':['y']}", "{'t':['x','x','y']}");
                        }),
                promise("objects in arrays merge by their id, others are compared as a whole", "M3", at -> {
                    merges(
                            at,
                            "{'l':[{'id':'1','a':1},{'id':'2'}]}",
                            "{'l':[{'id':'2','b':2},{'id':'1','a':3},{'id':'3'}]}",
                            "{'l':[{'id':'1','a':3},{'id':'2','b':2},{'id':'3'}]}");
                    merges(at, "{'l':[{'_id':'1'}]}", "{'l':[{'_id':'1','a':1}]}", "{'l':[{'_id':'1','a':1}]}");
                    merges(
                            at,
                            "{'l':[{'a':1,'b':2}]}",
                            "{'l':[{'b':2,'a':1},{'a':1}]}",
                            "{'l':[{'a':1,'b':2},{'a':1}]}");
                    merges(at, "{'l':[{'id':1}]}", "{'l':[{'id':1,'a':1}]}", "{'l':[{'id':1},{'id':1,'a':1}]}");
                }),
                promise("a single value into an array counts as an array of one", "M4", at -> {
                    merges(at, "{'t':['a']}", "{'t':'b'}", "{'t':['a','b']}");
                    merges(at, "{'l':[{'id':'1'}]}", "{'l':{'id':'1','a':1}}", "{'l':[{'id':'1','a':1}]}");
                }),
                promise("null overwrites, and anything else replaces", "M5", at -> {
                    merges(at, "{'a':{'x':1},'b':[1]}", "{'a':null,'b':null}", "{'a':null,'b':null}");
                    merges(
                            at,
                            "{'a':1,'b':{'x':1},'c':'t','d':null}",
                            "{'a':'text','b':2,'c':{'y':1},'d':[1]}",
                            "{'a':'text','b':2,'c':{'y':1},'d':[1]}");
                }),
                promise("numbers compare by value, and what is not touched keeps its text", "M6 V5", at -> {
                    merges(at, "{'n':[1,2.50]}", "{'n':[1.0,2.5,3]}", "{'n':[1,2.50,3]}");
                    merges(at, "{'p':1.10,'q':1}", "{'q':2.00}", "{'p':1.10,'q':2.00}");
                }));
    }

    private static void merges(Installation at, String document, String patch, String expected) {
        ItemCollection items = at.items();
        Receipt created = items.create(json(document));

        Receipt enriched = items.enrich(created.id(), json(patch), Write.PLAIN);

        assertThat(enriched.ov()).isEqualTo(new Ov(1));
        assertThat(data(items.getLatest(created.id())).toString())
                .as("%s enriched with %s", document, patch)
                .isEqualTo(expected.replace('\'', '"'));
    }
}
