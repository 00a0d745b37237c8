package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.ALL;
import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.eventually;
import static io.chronosdb.conformance.Given.ids;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.pages;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.ItemCollection;
import io.chronosdb.RestoreOptions;
import io.chronosdb.Write;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.changes.From;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotFound;
import io.chronosdb.event.ExpectedOv;
import java.util.List;
import java.util.Map;

/** Databases, and so tenants, never meet. */
final class Isolation {
    private Isolation() {}

    static List<Promise> all() {
        return List.of(
                promise("the same id in two databases is two items", "A3 F7", Isolation::twoItems),
                promise("what one database has, no other one can read", "A3", Isolation::unreadable),
                promise("what one database has, no other one can write", "A3 F7", Isolation::unwritable),
                promise("a token or a cursor of one database is refused in another", "A3", Isolation::tokens),
                promise("a feed and the totals are of one database", "A3 R13 R14", Isolation::followers));
    }

    private static void twoItems(Installation at) {
        ItemCollection mine = at.items();
        ItemCollection theirs = at.abroadItems();
        mine.create(Map.of("n", 1), Write.PLAIN.withId("same"));
        theirs.create(Map.of("n", 2), Write.PLAIN.withId("same"));

        mine.update("same", Map.of("n", 3), FIRST);

        assertThat(n(mine.getLatest("same"))).isEqualTo(3);
        assertThat(n(theirs.getLatest("same"))).isEqualTo(2);
        assertThat(n(theirs.getVersion("same", FIRST))).isEqualTo(2);
        assertThat(theirs.history("same")).hasSize(1);
    }

    private static void unreadable(Installation at) {
        Receipt created = at.items().create(Map.of("n", 1));
        ItemCollection theirs = at.abroadItems();
        theirs.create(Map.of("n", 2), Write.PLAIN.withId("theirs"));

        assertThat(theirs.getLatest(created.id(), ALL)).isEmpty();
        assertThat(theirs.getVersion(created.id(), FIRST, ALL)).isEmpty();
        assertThat(theirs.getAsOf(created.id(), created.at(), ALL)).isEmpty();
        assertThat(theirs.history(created.id())).isEmpty();
        assertThat(ids(pages(theirs, theirs.query().includeDeleted(), ALL))).containsExactly("theirs");
    }

    private static void unwritable(Installation at) {
        ItemCollection mine = at.items();
        Receipt created = mine.create(Map.of("n", 1));
        ItemCollection theirs = at.abroadItems();

        refused(NotFound.class, () -> theirs.update(created.id(), Map.of(), ExpectedOv.ANY));
        refused(NotFound.class, () -> theirs.enrich(created.id(), Map.of("x", 1), Write.PLAIN));
        refused(NotFound.class, () -> theirs.delete(created.id(), ExpectedOv.ANY));
        refused(NotFound.class, () -> theirs.restoreObject(created.id(), RestorePoint.ov(0)));
        theirs.restoreCollection(RestorePoint.at(created.at().minusSeconds(1)), RestoreOptions.PLAIN, Write.PLAIN);

        assertThat(mine.history(created.id())).hasSize(1);
    }

    private static void tokens(Installation at) {
        ItemCollection mine = at.items();
        Receipt created = mine.create(Map.of("n", 1));
        mine.create(Map.of("n", 2));
        ItemCollection theirs = at.abroadItems();
        theirs.create(Map.of("n", 3));
        String cursor = mine.listByMeta(mine.query().limit(1).query()).next().orElseThrow();

        refused(Invalid.class, () -> theirs.readAtLeast(created.position().token()));
        refused(
                Invalid.class,
                () -> theirs.listByMeta(theirs.query().after(cursor).query()));
        try (ChangeIterator changes = at.one()
                .changes(at.home())
                .collection(at.collection())
                .untilNow()
                .open()) {
            String token = changes.next().token();
            refused(
                    Invalid.class,
                    () -> at.one().changes(at.abroad()).from(From.token(token)).open());
        }
    }

    private static void followers(Installation at) throws Exception {
        at.items().create(Map.of("n", 1));
        ItemCollection theirs = at.abroadItems();
        theirs.create(Map.of("n", 2), Write.PLAIN.withId("theirs"));

        try (ChangeIterator changes = at.one()
                .changes(at.abroad())
                .collection(at.collection())
                .untilNow()
                .open()) {
            assertThat(changes.next().id()).isEqualTo("theirs");
            assertThat(changes.hasNext()).isFalse();
        }
        eventually(
                "both are counted",
                () -> theirs.getTotals().created() > 0 && at.items().getTotals().created() > 0);
        assertThat(theirs.getTotals().created()).isEqualTo(1);
    }
}
