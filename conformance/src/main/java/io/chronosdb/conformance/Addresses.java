package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.ItemCollection;
import io.chronosdb.Write;
import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.Route;
import io.chronosdb.address.Tier;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.UnknownRoute;
import io.chronosdb.event.ExpectedOv;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Where calls go, and what names and ids are. */
final class Addresses {
    private Addresses() {}

    static List<Promise> all() {
        return List.of(
                promise(
                        "a route that leads nowhere is refused, says which part had no match, and names no other tenant",
                        "A1",
                        Addresses::leadsNowhere),
                promise("runtime databases exist per tenant only", "A2", Addresses::runtimePerTenant),
                promise("what is no collection's name is refused", "A4", Addresses::collectionNames),
                promise("what is no item's id is refused by every read and write", "A5", Addresses::itemIds),
                promise("generated ids are ObjectIds in the order of time", "A6", Addresses::generatedIds));
    }

    private static void leadsNowhere(Installation at) {
        String nobody = "_".repeat(64); // Too long for the dbName of any dynamic tenant.
        UnknownRoute refused = refused(
                UnknownRoute.class,
                () -> at.one().with(Route.tenant(at.home().type(), nobody).collection("c")));

        assertThat(refused).hasMessageContaining("tenant").hasMessageContaining(nobody);
        for (Database database : List.of(at.home(), at.abroad())) {
            if (database.tier() == Tier.TENANT) {
                assertThat(refused).hasMessageNotContaining(database.name());
            }
        }
    }

    private static void runtimePerTenant(Installation at) {
        refused(Invalid.class, () -> Route.generic(DatabaseType.RUNTIME));
        refused(Invalid.class, () -> Route.domain(DatabaseType.RUNTIME, "health"));
    }

    private static void collectionNames(Installation at) {
        for (String bad : List.of("", "a/b", "a.b", "a b", "ä", "$x", "x".repeat(101))) {
            refused(Invalid.class, () -> at.home().collection(bad));
        }
        String longest = (at.collection() + "_" + "x".repeat(100)).substring(0, 100);
        ItemCollection items = at.opening().open(at.one(), at.home().collection(longest));

        Receipt created = items.create(Map.of("n", 1));

        assertThat(n(items.getLatest(created.id()))).isEqualTo(1);
    }

    private static void itemIds(Installation at) {
        ItemCollection items = at.items();
        for (String bad : List.of("", ".", "..", "../x", "a/b", "a b", "ü", "a\0b", "x".repeat(201))) {
            refused(Invalid.class, () -> items.create(Map.of(), Write.PLAIN.withId(bad)));
            refused(Invalid.class, () -> items.update(bad, Map.of(), ExpectedOv.ANY));
            refused(Invalid.class, () -> items.enrich(bad, Map.of(), Write.PLAIN));
            refused(Invalid.class, () -> items.delete(bad, ExpectedOv.ANY));
            refused(Invalid.class, () -> items.restoreObject(bad, RestorePoint.ov(0)));
            refused(Invalid.class, () -> items.getLatest(bad));
            refused(Invalid.class, () -> items.getVersion(bad, FIRST));
            refused(Invalid.class, () -> items.getAsOf(bad, Instant.EPOCH));
            refused(Invalid.class, () -> items.history(bad));
        }
        for (String good : List.of("aZ09_.:@-", "...", "x".repeat(200))) {
            items.create(Map.of("n", 1), Write.PLAIN.withId(good));
            assertThat(n(items.getLatest(good))).isEqualTo(1);
        }
    }

    private static void generatedIds(Installation at) {
        ItemCollection items = at.items();
        Receipt first = items.create(Map.of());
        Receipt second = items.create(Map.of());

        for (Receipt receipt : List.of(first, second)) {
            assertThat(receipt.id()).matches("[0-9a-f]{24}");
            long seconds = Long.parseLong(receipt.id().substring(0, 8), 16);
            assertThat(seconds)
                    .isBetween(receipt.at().getEpochSecond() - 1, receipt.at().getEpochSecond());
        }
        assertThat(first.id()).isLessThan(second.id());
    }
}
