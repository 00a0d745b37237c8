package io.chronosdb.conformance;

import static io.chronosdb.conformance.Given.FIRST;
import static io.chronosdb.conformance.Given.eventually;
import static io.chronosdb.conformance.Given.json;
import static io.chronosdb.conformance.Given.refused;
import static io.chronosdb.conformance.Promise.promise;
import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.Chronos;
import io.chronosdb.ItemCollection;
import io.chronosdb.Operation;
import io.chronosdb.Write;
import io.chronosdb.changes.Change;
import io.chronosdb.changes.ChangeIterator;
import io.chronosdb.changes.ChangeRequest;
import io.chronosdb.changes.From;
import io.chronosdb.command.Receipt;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.ExpectedOv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** The change feed. */
final class Feeds {
    private static final Duration COMES_WITHIN = Duration.ofSeconds(30);

    private Feeds() {}

    static List<Promise> all() {
        return List.of(
                promise("the feed has every version once, in the log's order", "R14", Feeds::everything),
                promise(
                        "the feed has the versions of a transaction, and goes on between them",
                        "R14 W24",
                        Feeds::transactions),
                promise(
                        "a feed goes on from a token, in any process, without a gap and without a repeat",
                        "R14",
                        Feeds::resumes),
                promise("a feed begins at a time", "R14", Feeds::fromTime),
                promise("a feed from the end has what comes later, from any process", "R14", Feeds::fromEnd),
                promise("a feed is published to who subscribes, as much as it asks for", "R14", Feeds::publishes),
                promise("what is no token is refused", "R14", Feeds::nonsense));
    }

    private static List<Receipt> some(ItemCollection items) {
        List<Receipt> receipts = new ArrayList<>();
        receipts.add(items.create(Map.of("n", 1), Write.by("ann", "one").withId("a")));
        receipts.add(items.update("a", Map.of("n", 2), FIRST));
        receipts.add(items.create(Map.of("n", 3), Write.PLAIN.withId("b")));
        receipts.add(items.enrich("b", Map.of("m", 1), Write.PLAIN));
        receipts.add(items.delete("a", ExpectedOv.ANY));
        receipts.add(items.restoreObject("a", RestorePoint.ov(0)));
        return receipts;
    }

    private static List<Change> read(ChangeRequest request) {
        List<Change> changes = new ArrayList<>();
        try (ChangeIterator feed = request.untilNow().open()) {
            while (feed.hasNext()) {
                changes.add(feed.next());
            }
        }
        return changes;
    }

    private static ChangeRequest feed(Installation at, Chronos client) {
        return client.changes(at.home()).collection(at.collection());
    }

    private static List<String> names(List<Change> changes) {
        return changes.stream().map(change -> change.id() + change.ov()).toList();
    }

    private static void everything(Installation at) {
        List<Receipt> receipts = some(at.ordered());

        List<Change> changes = read(feed(at, at.one()));

        assertThat(names(changes)).containsExactly("a0", "a1", "b0", "b1", "a2", "a3");
        assertThat(changes)
                .extracting(Change::position)
                .isEqualTo(receipts.stream().map(Receipt::position).toList());
        assertThat(changes)
                .extracting(Change::cv)
                .isEqualTo(receipts.stream().map(Receipt::cv).toList());
        assertThat(changes)
                .extracting(Change::at)
                .isEqualTo(receipts.stream().map(Receipt::at).toList());
        assertThat(changes)
                .extracting(Change::op)
                .isEqualTo(receipts.stream().map(Receipt::op).toList());
        assertThat(changes.get(0).actor()).contains("ann");
        assertThat(changes.get(0).payload()).contains(json("{'n':1}"));
        assertThat(changes.get(4).payload()).isEmpty();
        assertThat(names(read(feed(at, at.two())))).isEqualTo(names(changes));
    }

    private static void resumes(Installation at) {
        some(at.ordered());
        List<Change> all = read(feed(at, at.one()));

        for (int i = 0; i < all.size(); i++) {
            List<Change> rest =
                    read(feed(at, at.two()).from(From.token(all.get(i).token())));
            assertThat(names(rest)).isEqualTo(names(all.subList(i + 1, all.size())));
        }
    }

    private static void transactions(Installation at) {
        at.ordered()
                .transact(
                        List.of(Operation.create("a", Map.of("n", 1)), Operation.create("b", Map.of("n", 2))),
                        Write.PLAIN);

        List<Change> all = read(feed(at, at.one()));
        List<Change> rest = read(feed(at, at.two()).from(From.token(all.get(0).token())));

        assertThat(names(all)).containsExactly("a0", "b0");
        assertThat(all.stream().map(Change::position).distinct()).hasSize(1);
        assertThat(names(rest)).containsExactly("b0");
    }

    private static void fromTime(Installation at) {
        List<Receipt> receipts = some(at.ordered());

        List<Change> later =
                read(feed(at, at.one()).from(From.time(receipts.get(2).at())));
        List<Change> none =
                read(feed(at, at.one()).from(From.time(receipts.get(5).at().plusNanos(1_000))));

        assertThat(names(later)).containsExactly("b0", "b1", "a2", "a3");
        assertThat(none).isEmpty();
    }

    private static void fromEnd(Installation at) {
        some(at.items());
        try (ChangeIterator feed = feed(at, at.one()).from(From.end()).open()) {
            Receipt receipt = at.elsewhere().create(Map.of("n", 9), Write.PLAIN.withId("later"));
            Change change = feed.poll(COMES_WITHIN).orElseThrow(() -> new AssertionError("no change came"));
            assertThat(change.id()).isEqualTo("later");
            assertThat(change.position()).isEqualTo(receipt.position());
        }
    }

    private static void publishes(Installation at) throws Exception {
        some(at.ordered());
        Collecting collecting = new Collecting();
        feed(at, at.one()).publisher().subscribe(collecting);

        collecting.ask(2);
        eventually("two changes come", () -> collecting.names().size() == 2);
        collecting.ask(4);
        eventually("four more come", () -> collecting.names().size() == 6);
        collecting.cancel();
        assertThat(collecting.names()).containsExactly("a0", "a1", "b0", "b1", "a2", "a3");
    }

    /** Keeps what it is told. */
    private static final class Collecting implements Flow.Subscriber<Change> {
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private final List<String> names = Collections.synchronizedList(new ArrayList<>());

        void ask(long count) throws Exception {
            subscription.get(COMES_WITHIN.toSeconds(), TimeUnit.SECONDS).request(count);
        }

        void cancel() throws Exception {
            subscription.get(COMES_WITHIN.toSeconds(), TimeUnit.SECONDS).cancel();
        }

        List<String> names() {
            return List.copyOf(names);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(Change change) {
            names.add(change.id() + change.ov());
        }

        @Override
        public void onError(Throwable error) {
            names.add("failed: " + error);
        }

        @Override
        public void onComplete() {
            names.add("complete");
        }
    }

    private static void nonsense(Installation at) {
        at.items().create(Map.of("n", 1));
        for (String bad : List.of("", "nonsense", "AAAA", "2026-99-99T00:00:00Z")) {
            refused(Invalid.class, () -> {
                try (ChangeIterator feed =
                        feed(at, at.one()).from(From.parse(bad)).open()) {
                    return feed.token();
                }
            });
        }
    }
}
