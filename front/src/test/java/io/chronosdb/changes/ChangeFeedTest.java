package io.chronosdb.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.Database;
import io.chronosdb.address.DatabaseType;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Hash;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Version;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.index.EventChain;
import io.chronosdb.testkit.log.InMemoryLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The feed over a log in memory: what it hands over, and where it goes on. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ChangeFeedTest {
    private static final Database DATABASE = Route.runtime("tenant-a");
    private static final int PARTITIONS = 2;

    private final InMemoryLog log = new InMemoryLog(new Topics("t"), PARTITIONS);
    private final Log.Appender appender = log.appender();
    private final List<EventChain> chains = List.of(chain(0), chain(1));
    private Function<DatabasePartition, Progress> indexed = partition -> Progress.START;
    private Function<Event, List<Version>> versions = Versions::of;

    ChangeFeedTest() {
        log.open(DATABASE);
    }

    @Test
    void every_accepted_version_comes_once_and_in_order_whatever_else_lies_in_the_log() {
        LoggedEvent first = create(0, "users", "a");
        append(0, first.event()); // A copy by an owner that was replaced.
        raw(0, "not an event");
        LoggedEvent second = create(0, "users", "b");
        append(0, divergent(second)); // By a late writer that does not know of the second.
        chains.get(1).configure("{}");
        append(1, chains.get(1).events().get(0).event());
        create(1, "orders", "c");

        List<Change> changes = all(From.beginning());

        assertThat(changes).extracting(Change::id).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(changes).extracting(Change::id).containsSubsequence("a", "b");
        Change b = changes.stream().filter(c -> c.id().equals("b")).findFirst().orElseThrow();
        assertThat(b.position().offset()).isEqualTo(3);
        assertThat(b.at()).isEqualTo(second.event().at());
        assertThat(new String(b.payload().orElseThrow().json(), StandardCharsets.UTF_8))
                .isEqualTo("{ \"id\": \"b\" }");
    }

    @Test
    void one_collection_can_be_read_alone_and_its_token_passes_over_the_others() {
        create(0, "users", "a");
        create(0, "orders", "b");

        try (ChangeIterator feed = open(Optional.of("users"), From.beginning(), true)) {
            assertThat(feed.next().id()).isEqualTo("a");
            assertThat(feed.hasNext()).isFalse();
            create(0, "users", "c");
            assertThat(all(From.token(feed.token().text())))
                    .extracting(Change::id)
                    .containsExactly("c");
        }
    }

    @Test
    void from_any_token_exactly_the_rest_comes_at_every_cut_also_within_events_of_several_versions() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        versions = ChangeFeedTest::threefold;
        for (int i = 0; i < 40; i++) {
            LoggedEvent event = create(random.nextInt(PARTITIONS), "c" + random.nextInt(2), "i" + i);
            if (random.nextInt(3) == 0) {
                append(event.position().partition(), event.event());
            }
        }

        List<Change> whole = all(From.beginning());
        assertThat(whole).hasSize(120);
        for (int cut = 0; cut < whole.size(); cut++) {
            List<Change> rest = all(From.token(whole.get(cut).token()));
            List<String> both = new ArrayList<>(names(whole.subList(0, cut + 1)));
            both.addAll(names(rest));
            assertThat(both).as("seed " + seed).containsExactlyInAnyOrderElementsOf(names(whole));
            for (int p = 0; p < PARTITIONS; p++) {
                assertThat(names(of(p, rest))).as("seed " + seed).isEqualTo(names(of(p, whole.subList(cut + 1, 120))));
            }
        }
    }

    @Test
    void the_end_is_what_is_appended_after_the_call_wherever_the_index_is() {
        LoggedEvent first = create(0, "users", "a");
        create(0, "users", "b");
        raw(0, "not an event");
        Progress usable = EventChain.behind(Progress.START, first);
        Progress ofAnotherLog = new Progress(1, new Chain(1, Hash.of(new byte[0])));
        Progress beyond = new Progress(100, new Chain(50, first.hash()));

        for (Progress index : List.of(Progress.START, usable, ofAnotherLog, beyond)) {
            indexed = partition -> partition.number() == 0 ? index : Progress.START;
            try (ChangeIterator feed = open(Optional.empty(), From.end(), false)) {
                assertThat(feed.poll(Duration.ZERO)).isEmpty();
                String token = feed.token().text();
                String id = "later" + index.next() + index.chain().next();
                create(0, "users", id);
                assertThat(feed.next().id()).isEqualTo(id);
                assertThat(all(From.token(token))).extracting(Change::id).containsExactly(id);
            }
        }
    }

    @Test
    void the_end_is_found_from_the_index_without_reading_what_lies_before() {
        create(0, "users", "a");
        LoggedEvent second = create(0, "users", "b");
        Progress progress = new Progress(2, new Chain(2, second.hash()));
        indexed = partition -> partition.number() == 0 ? progress : Progress.START;
        log.drop(events(0), 1); // Whoever reads from the beginning is refused now.

        try (ChangeIterator feed = open(Optional.empty(), From.end(), false)) {
            create(0, "users", "c");
            assertThat(feed.next().id()).isEqualTo("c");
        }
    }

    @Test
    void a_time_is_the_first_event_at_or_after_it_and_a_token_remembers_it() {
        create(0, "users", "a");
        chains.get(0).pause(Duration.ofHours(1));
        Instant time = create(0, "users", "b").event().at();
        create(0, "users", "c");
        create(1, "users", "early in its own partition");

        List<Change> since = all(From.time(time));

        assertThat(since).extracting(Change::id).containsExactly("b", "c");
        try (ChangeIterator feed = open(Optional.empty(), From.time(time), false)) {
            assertThat(all(From.token(feed.token().text())))
                    .extracting(Change::id)
                    .containsExactly("b", "c");
        }
        assertThat(all(From.time(time.plusNanos(1)))).extracting(Change::id).containsExactly("c");
        assertThat(all(From.time(Instant.MIN))).hasSize(4);
        assertThat(all(From.time(Instant.MAX))).isEmpty();
        try (ChangeIterator feed = open(Optional.empty(), From.time(Instant.MAX), false)) {
            assertThat(feed.token().text()).isNotEmpty();
        }
    }

    @Test
    void a_token_that_is_none_is_refused() {
        create(0, "users", "a");
        create(0, "users", "b");
        String token = all(From.beginning()).get(0).token();
        byte[] damaged = Base64.getUrlDecoder().decode(token);
        damaged[20] ^= 1;

        for (String bad : List.of(
                "",
                "x",
                "ü",
                token.substring(1),
                token + "AAAA",
                all(From.beginning()).get(0).position().token(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(damaged),
                forged(new Point(1, new Chain(1, Hash.of(new byte[0])), 0)), // The hash of another event.
                forged(new Point(2, new Chain(1, chains.get(0).events().get(1).hash()), 0)), // Another number.
                forged(new Point(100, new Chain(1, Hash.ZERO), 0)), // Behind the end.
                forged(new Point(0, new Chain(1, Hash.ZERO), 0)),
                forged(new Point(1, new Chain(1, chains.get(0).events().get(0).hash()), -1)))) {
            assertThatThrownBy(() -> all(From.token(bad))).as(bad).isInstanceOf(Invalid.class);
        }
    }

    @Test
    void a_token_of_another_database_is_refused() {
        create(0, "users", "a");
        String token = all(From.beginning()).get(0).token();
        Database other = Route.generic(DatabaseType.METADATA);

        assertThatThrownBy(
                        () -> new ChangeIterator(source(), versions, other, Optional.empty(), From.token(token), true))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("another database")
                .hasMessageNotContaining("tenant-a");
    }

    @Test
    void events_that_the_log_has_dropped_are_an_error_and_never_a_silent_gap() {
        create(0, "users", "a");
        create(0, "users", "b");
        create(0, "users", "c");
        List<Change> changes = all(From.beginning());
        ChangeIterator slow = open(Optional.empty(), From.beginning(), false);

        log.drop(events(0), 2);

        assertThat(all(From.token(changes.get(1).token())))
                .extracting(Change::id)
                .containsExactly("c");
        for (From gone : List.of(From.beginning(), From.token(changes.get(0).token()), From.time(Instant.EPOCH))) {
            assertThatThrownBy(() -> all(gone))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("the log has dropped events")
                    .hasMessageContaining("first=2");
        }
        assertThatThrownBy(() -> slow.poll(Duration.ZERO)).isInstanceOf(Invalid.class);
        slow.close();
    }

    @Test
    void waiting_ends_with_the_deadline_and_with_the_close() throws Exception {
        ChangeIterator feed = open(Optional.empty(), From.beginning(), false);
        assertThat(feed.poll(Duration.ofMillis(1))).isEmpty();
        assertThat(feed.ended()).isFalse();
        List<Boolean> answers = new ArrayList<>();
        Thread waiting = new Thread(() -> answers.add(feed.hasNext()));
        waiting.start();

        feed.close();

        waiting.join(10_000);
        assertThat(answers).containsExactly(false);
        assertThat(feed.ended()).isTrue();
        assertThatThrownBy(feed::next).isInstanceOf(java.util.NoSuchElementException.class);
    }

    @Test
    void until_now_leaves_out_what_comes_while_it_is_read() {
        create(0, "users", "a");
        try (ChangeIterator feed = open(Optional.empty(), From.beginning(), true)) {
            create(0, "users", "later");
            create(1, "users", "later");

            assertThat(feed.next().id()).isEqualTo("a");
            assertThat(feed.hasNext()).isFalse();
            assertThat(all(From.token(feed.token().text()))).hasSize(2);
        }
    }

    // ---- the log

    private static EventChain chain(int partition) {
        return new EventChain(new DatabasePartition(DATABASE, partition));
    }

    private LoggedEvent create(int partition, String collection, String id) {
        EventChain chain = chains.get(partition);
        LoggedEvent event = chain.create(new ItemKey(collection, id.replace(' ', '_')), "{ \"id\": \"" + id + "\" }");
        append(partition, event.event());
        return event;
    }

    private static Event divergent(LoggedEvent of) {
        return new Event(
                of.event().link(), of.event().at().plusSeconds(1), of.event().fact());
    }

    private void append(int partition, Event event) {
        appender.append(events(partition), new NewRecord("", EventCodec.encode(event), Map.of()))
                .join();
    }

    private void raw(int partition, String text) {
        appender.append(events(partition), new NewRecord("", text.getBytes(StandardCharsets.UTF_8), Map.of()))
                .join();
    }

    private LogPartition events(int partition) {
        return new LogPartition(log.topics().events(DATABASE), partition);
    }

    // ---- the feed

    private ChangeSource source() {
        return new ChangeSource(log, partition -> indexed.apply(partition));
    }

    private ChangeIterator open(Optional<String> collection, From from, boolean untilNow) {
        return new ChangeIterator(source(), versions, DATABASE, collection, from, untilNow);
    }

    private List<Change> all(From from) {
        try (ChangeIterator feed = open(Optional.empty(), from, true)) {
            List<Change> all = new ArrayList<>();
            feed.forEachRemaining(all::add);
            return all;
        }
    }

    private static List<Version> threefold(Event event) {
        List<Version> made = new ArrayList<>();
        for (Version version : Versions.of(event)) {
            for (String which : List.of("x", "y", "z")) {
                made.add(new Version(
                        new ItemKey(version.item().collection(), version.item().id() + which),
                        version.ov(),
                        version.cv(),
                        version.op(),
                        version.at(),
                        version.insertedAt(),
                        version.provenance(),
                        version.payload()));
            }
        }
        return made;
    }

    private String forged(Point point) {
        return new ResumeToken(DATABASE, List.of(point, Point.START), ResumeToken.ALWAYS).text();
    }

    private static List<Change> of(int partition, List<Change> changes) {
        return changes.stream()
                .filter(change -> change.position().partition() == partition)
                .toList();
    }

    private static List<String> names(List<Change> changes) {
        return changes.stream().map(Change::id).toList();
    }
}
