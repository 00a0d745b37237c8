package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.NOW;
import static io.chronosdb.conformance.Given.eventually;
import static io.chronosdb.conformance.Given.n;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Consistency;
import io.chronosdb.ItemCollection;
import io.chronosdb.Read;
import io.chronosdb.command.Receipt;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotYetVisible;
import io.chronosdb.event.Position;
import java.util.List;
import java.util.Map;

/** What a read sees of writes. */
final class Consistencies {
    private static final int ROUNDS = 12;

    private Consistencies() {}

    static List<Promise> all() {
        return List.of(
                promise("a handle sees its own writes, in every read", "R15", Consistencies::ownWrites),
                promise("a receipt's token makes another process see at least that", "R15", Consistencies::tokens),
                promise("a read of the latest sees what anybody has written before", "R15", Consistencies::latest),
                promise("a read that waits for nothing sees it soon", "R15", Consistencies::eventual),
                promise(
                        "what does not become visible in time is NotYetVisible, with its position",
                        "E3",
                        Consistencies::notYet));
    }

    private static void ownWrites(Installation at) {
        ItemCollection items = at.items();
        Receipt last = items.create(Map.of("n", 0));
        for (int i = 1; i <= ROUNDS; i++) {
            last = items.update(last.id(), Map.of("n", i), last.ov());
            assertThat(n(items.getLatest(last.id()))).isEqualTo(i);
            assertThat(n(items.getVersion(last.id(), last.ov()))).isEqualTo(i);
            assertThat(n(items.getAsOf(last.id(), last.at()))).isEqualTo(i);
            assertThat(items.history(last.id()).get(0).ov()).isEqualTo(last.ov());
            assertThat(items.listByMeta(
                                    items.query().filter("{\"n\":" + i + "}").query())
                            .items())
                    .hasSize(1);
        }
    }

    private static void tokens(Installation at) {
        ItemCollection items = at.items();
        ItemCollection elsewhere = at.elsewhere();
        for (int i = 0; i < ROUNDS; i++) {
            Receipt created = items.create(Map.of("n", i));
            elsewhere.readAtLeast(created.position().token());
            assertThat(n(elsewhere.getLatest(created.id()))).isEqualTo(i);
        }
        refused(Invalid.class, () -> elsewhere.readAtLeast("nonsense"));
    }

    private static void latest(Installation at) {
        ItemCollection items = at.items();
        for (int i = 0; i < ROUNDS; i++) {
            Receipt created = items.create(Map.of("n", i));
            assertThat(n(at.elsewhere().getLatest(created.id(), NOW))).isEqualTo(i);
        }
    }

    private static void eventual(Installation at) throws Exception {
        Receipt created = at.items().create(Map.of("n", 1));
        Read now = Read.PLAIN.with(Consistency.EVENTUAL);

        eventually(
                "it is there", () -> at.elsewhere().getLatest(created.id(), now).isPresent());
    }

    private static void notYet(Installation at) {
        ItemCollection items = at.items();
        Position position = items.create(Map.of("n", 1)).position();
        Position farAhead = new Position(position.database(), position.partition(), position.offset() + (1L << 40));
        items.readAtLeast(farAhead.token());

        NotYetVisible refused = refused(NotYetVisible.class, () -> items.getLatest("nobody"));

        assertThat(refused.details()).containsEntry("position", farAhead.token());
    }
}
