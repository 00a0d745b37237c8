package io.chronosdb.testkit.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.document.AsOf;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Cursor;
import io.chronosdb.document.Filter;
import io.chronosdb.document.Json;
import io.chronosdb.document.Query;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Cv;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Version;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Index;
import io.chronosdb.port.Index.Page;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What every index keeps: its projection and its reads, together. */
@DisplayNameGeneration(ReplaceUnderscores.class)
public abstract class IndexContract {
    protected static final Database DATABASE = Route.runtime("acme");
    protected static final DatabasePartition PARTITION = new DatabasePartition(DATABASE, 0);
    protected static final ArchiveLocation ARCHIVE = new ArchiveLocation("bucket", "acme/");

    /** The collection whose properties are all indexed. */
    protected static final String OPEN = "open";

    /** The collection with a map of its own. */
    protected static final String MAPPED = "mapped";

    private static final CollectionMap MAP = new CollectionMap(
            List.of("s", "n", "mixed", "tags[]", "list[].b", "obj", "obj.s", "2024", "flag"), List.of());
    private static final List<String> OPEN_PATHS = List.of(
            "s",
            "n",
            "flag",
            "mixed",
            "tags",
            "list",
            "list.b",
            "obj.s",
            "obj.b.n",
            "0",
            "2024",
            "tags.0",
            "obj.2024",
            "#1",
            "ü",
            "list.0.s",
            "missing");
    private static final List<String> MAPPED_PATHS =
            List.of("s", "n", "mixed", "tags", "list.b", "obj", "obj.s", "obj.n", "2024", "flag", "mixed.b", "tags.0");

    private Projection projection;
    private Index index;

    /** A projection and the index that it writes. */
    public record Subject(Projection projection, Index index) {}

    /** An empty index of {@link #DATABASE}, with payloads at {@link #ARCHIVE}. */
    protected abstract Subject empty(Function<String, CollectionMap> maps);

    /** The same index as the last {@link #empty} one, as another process has it that has just started. */
    protected abstract Projection anotherWriter();

    protected static CollectionMap map(String collection) {
        return collection.equals(MAPPED) ? MAP : CollectionMap.EVERYTHING;
    }

    @BeforeEach
    void open() {
        Subject subject = empty(IndexContract::map);
        projection = subject.projection();
        index = subject.index();
    }

    @Test
    void a_new_index_has_nothing_and_is_at_the_start() {
        ItemKey item = new ItemKey(OPEN, "a");

        assertThat(projection.progress(PARTITION)).isEqualTo(Progress.START);
        assertThat(index.visibleUpTo(0)).isZero();
        assertThat(index.head(item)).isEmpty();
        assertThat(index.version(item, Ov.FIRST)).isEmpty();
        assertThat(index.asOf(item, Instant.MAX)).isEmpty();
        assertThat(index.history(item, Optional.empty(), 10)).isEmpty();
        assertThat(index.list(OPEN, Query.all())).isEqualTo(new Page(List.of(), Optional.empty()));
    }

    @Test
    void an_entry_says_of_a_version_what_its_event_says() {
        ItemKey item = new ItemKey(OPEN, "a");
        EventChain chain = new EventChain(PARTITION);
        chain.create(item, "{\"n\":1}");
        LoggedEvent updated = chain.update(item, "{\"n\": 2}");
        LoggedEvent deleted = chain.delete(item);

        project(chain);

        IndexEntry version = index.version(item, new Ov(1)).orElseThrow();
        assertThat(version.at()).isEqualTo(updated.event().at());
        assertThat(version.op()).isEqualTo(Op.UPDATE);
        assertThat(version.position()).isEqualTo(updated.position());
        IndexEntry.PayloadRef payload = version.payload().orElseThrow();
        assertThat(payload.object()).isEqualTo(ARCHIVE.item(item, new Ov(1)));
        assertThat(payload.size()).isEqualTo(8);
        IndexEntry head = index.head(item).orElseThrow();
        assertThat(head.deleted()).isTrue();
        assertThat(head.payload()).isEmpty();
        assertThat(head.at()).isEqualTo(deleted.event().at());
        assertThat(head.createdAt()).isEqualTo(chain.events().get(0).event().at());
        assertThat(index.visibleUpTo(0)).isEqualTo(chain.end().next());
    }

    @Test
    void a_version_of_another_item_or_collection_is_never_an_answer() {
        EventChain chain = new EventChain(PARTITION);
        ItemKey one = new ItemKey(OPEN, "same");
        ItemKey other = new ItemKey(MAPPED, "same");
        ItemKey longer = new ItemKey(OPEN, "same-and-more");
        chain.create(one, "{\"s\":\"one\"}");
        Instant between = chain.create(longer, "{\"s\":\"longer\"}").event().at();
        chain.create(other, "{\"s\":\"other\"}");
        chain.update(longer, "{\"s\":\"longer\"}");
        chain.update(other, "{\"s\":\"other\"}");

        project(chain);

        assertThat(index.version(one, new Ov(1))).isEmpty();
        assertThat(index.asOf(other, between)).isEmpty();
        assertThat(index.asOf(one, Instant.MAX)).isEqualTo(index.head(one));
        assertThat(index.history(one, Optional.empty(), 10)).hasSize(1);
        assertThat(index.head(new ItemKey("nothing", "same"))).isEmpty();
        assertThat(ids(index.list(OPEN, Query.all()))).containsExactly("same", "same-and-more");
        assertThat(ids(index.list(MAPPED, Query.all()))).containsExactly("same");
    }

    @Test
    void as_of_a_time_is_the_version_that_was_the_latest_then() {
        ItemKey item = new ItemKey(OPEN, "a");
        EventChain chain = new EventChain(PARTITION);
        Instant created = chain.create(item, "{}").event().at();
        Instant updated =
                chain.pause(Duration.ofMinutes(1)).update(item, "{}").event().at();
        Instant deleted =
                chain.pause(Duration.ofNanos(1_000)).delete(item).event().at();

        project(chain);

        assertThat(ovAsOf(item, created.minusNanos(1_000))).isEmpty();
        assertThat(ovAsOf(item, created)).contains(0L);
        assertThat(ovAsOf(item, updated.minusNanos(1))).contains(0L);
        assertThat(ovAsOf(item, updated)).contains(1L);
        assertThat(ovAsOf(item, updated.plusNanos(999))).contains(1L);
        assertThat(ovAsOf(item, deleted)).contains(2L);
        assertThat(ovAsOf(item, Instant.MAX)).contains(2L);
        assertThat(ovAsOf(item, Instant.MIN)).isEmpty();
        assertThat(index.asOf(item, deleted).orElseThrow().deleted()).isTrue();
    }

    @Test
    void history_is_newest_first_and_goes_on_below_a_version() {
        ItemKey item = new ItemKey(OPEN, "a");
        EventChain chain = new EventChain(PARTITION);
        chain.create(item, "{}");
        chain.create(new ItemKey(OPEN, "a0"), "{}");
        for (int i = 0; i < 11; i++) {
            chain.update(item, "{}");
        }

        project(chain);

        assertThat(ovs(index.history(item, Optional.empty(), 3))).containsExactly(11L, 10L, 9L);
        assertThat(ovs(index.history(item, Optional.of(new Ov(9)), 3))).containsExactly(8L, 7L, 6L);
        assertThat(ovs(index.history(item, Optional.of(new Ov(2)), 3))).containsExactly(1L, 0L);
        assertThat(index.history(item, Optional.of(Ov.FIRST), 3)).isEmpty();
        assertThat(index.history(item, Optional.empty(), 0)).isEmpty();
    }

    @Test
    void lists_leave_deleted_items_out_unless_asked() {
        EventChain chain = new EventChain(PARTITION);
        chain.create(new ItemKey(OPEN, "alive"), "{}");
        chain.create(new ItemKey(OPEN, "dead"), "{}");
        chain.delete(new ItemKey(OPEN, "dead"));

        project(chain);

        assertThat(ids(index.list(OPEN, Query.all()))).containsExactly("alive");
        assertThat(ids(index.list(OPEN, new Query(Filter.ALL, List.of(), 10, Optional.empty(), true))))
                .containsExactly("alive", "dead");
        assertThat(filtered(OPEN, "{\"_system.deletedAt\": {\"$exists\": true}}"))
                .isEmpty();
    }

    @Test
    void progress_moves_only_from_where_it_is() {
        EventChain chain = new EventChain(PARTITION);
        chain.create(new ItemKey(OPEN, "a"), "{}");
        Progress first = chain.end();
        chain.update(new ItemKey(OPEN, "a"), "{}");
        Progress second = chain.end();
        List<LoggedEvent> events = chain.events();

        assertThat(projection.project(PARTITION, events.subList(0, 1), Progress.START, first))
                .isEqualTo(first);
        assertThat(projection.project(PARTITION, events, Progress.START, second))
                .as("a writer that starts over has to go on from the stored progress")
                .isEqualTo(first);
        assertThat(projection.project(PARTITION, events.subList(1, 2), first, second))
                .isEqualTo(second);
        assertThat(anotherWriter().project(PARTITION, events.subList(1, 2), first, second))
                .as("a writer that was replaced")
                .isEqualTo(second);
        assertThat(anotherWriter().project(PARTITION, List.of(), second, new Progress(99, second.chain())))
                .as("nothing but skipped records")
                .isEqualTo(new Progress(99, second.chain()));
        assertThat(anotherWriter().progress(PARTITION)).isEqualTo(new Progress(99, second.chain()));
        assertThat(index.visibleUpTo(0)).isEqualTo(99);
    }

    @Test
    void partitions_have_their_own_progress() {
        EventChain chain = new EventChain(PARTITION);
        EventChain other = new EventChain(new DatabasePartition(DATABASE, 7));
        chain.create(new ItemKey(OPEN, "a"), "{}");
        other.skip(40).create(new ItemKey(OPEN, "b"), "{}");

        project(chain);
        project(other);

        assertThat(index.visibleUpTo(0)).isEqualTo(1);
        assertThat(index.visibleUpTo(7)).isEqualTo(41);
        assertThat(index.visibleUpTo(3)).isZero();
        assertThat(ids(index.list(OPEN, Query.all()))).containsExactly("a", "b");
    }

    @Test
    void settings_in_the_log_are_passed_over() {
        EventChain chain = new EventChain(PARTITION);
        chain.configure("{}");

        project(chain);

        assertThat(index.visibleUpTo(0)).isEqualTo(1);
    }

    @Test
    void whatever_is_split_repeated_or_written_late_reads_answer_as_the_log_says() {
        for (long seed : Seeds.of("index history", 5)) {
            open();
            Random random = new Random(seed);
            EventChain chain = new EventChain(PARTITION);
            new EventGenerator(random, chain, items()).append(60);

            Interference.project(random, chain.events(), PARTITION, projection, this::anotherWriter);

            assertReadsAnswerAsTheLogSays(seed, chain);
            assertThat(index.visibleUpTo(0))
                    .as("seed=%d", seed)
                    .isEqualTo(chain.end().next());
        }
    }

    private void assertReadsAnswerAsTheLogSays(long seed, EventChain chain) {
        IndexModel model = IndexModel.of(chain.events(), IndexContract::map, ARCHIVE);
        for (ItemKey item : model.items()) {
            List<IndexEntry> history = model.history(item);
            assertThat(index.head(item)).as("seed=%d", seed).isEqualTo(model.head(item));
            assertThat(index.history(item, Optional.empty(), 1_000))
                    .as("seed=%d", seed)
                    .isEqualTo(history);
            for (long ov = 0; ov <= history.size(); ov++) {
                assertThat(index.version(item, new Ov(ov)))
                        .as("seed=%d", seed)
                        .isEqualTo(model.version(item, new Ov(ov)));
            }
        }
        ItemKey item = model.items().get(0);
        for (Instant time : model.times()) {
            assertThat(index.asOf(item, time)).as("seed=%d", seed).isEqualTo(model.asOf(item, time));
            Instant before = time.minusNanos(1_000);
            assertThat(index.asOf(item, before)).as("seed=%d", seed).isEqualTo(model.asOf(item, before));
        }
        for (String collection : List.of(OPEN, MAPPED)) {
            Query all = new Query(Filter.ALL, List.of(), 1_000, Optional.empty(), true);
            assertThat(index.list(collection, all).entries())
                    .as("seed=%d", seed)
                    .isEqualTo(model.list(collection, all));
            for (Cv cv : model.cvs()) {
                assertThat(index.list(collection, all.at(AsOf.cv(cv))).entries())
                        .as("seed=%d cv=%s", seed, cv)
                        .isEqualTo(model.list(collection, all.at(AsOf.cv(cv))));
            }
        }
    }

    @Test
    void filters_and_pages_of_any_sort_answer_as_the_language_says_for_documents_of_any_shape() {
        for (long seed : Seeds.of("index lists", 2)) {
            open();
            Random random = new Random(seed);
            EventChain chain = new EventChain(PARTITION);
            List<ItemKey> items = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                items.add(new ItemKey(OPEN, "i" + i));
                items.add(new ItemKey(MAPPED, "i" + i));
            }
            new EventGenerator(random, chain, items).append(250);
            project(chain);
            IndexModel model = IndexModel.of(chain.events(), IndexContract::map, ARCHIVE);

            for (int i = 0; i < 150; i++) {
                assertListed(seed, random, model, OPEN, OPEN_PATHS);
                assertListed(seed, random, model, MAPPED, MAPPED_PATHS);
            }
        }
    }

    private void assertListed(long seed, Random random, IndexModel model, String collection, List<String> paths) {
        FilterGenerator generator = new FilterGenerator(random, paths);
        ObjectNode filter = random.nextInt(5) == 0 ? Json.object() : generator.filter();
        ObjectNode sort = generator.sort();
        Query query = new Query(
                Filter.parse(filter, map(collection)),
                Query.parseSort(sort, map(collection)),
                1 + random.nextInt(20),
                Optional.empty(),
                random.nextBoolean(),
                moment(random, model));

        assertThat(pages(collection, query))
                .as("seed=%d collection=%s filter=%s sort=%s query=%s", seed, collection, filter, sort, query)
                .isEqualTo(ids(model.list(collection, query)));
    }

    /** The present, a time or a cv at which something changed, between two changes, before all and behind all. */
    private static Optional<AsOf> moment(Random random, IndexModel model) {
        int change = random.nextInt(model.times().size());
        return switch (random.nextInt(6)) {
            case 0, 1 -> Optional.empty();
            case 2 -> Optional.of(AsOf.time(model.times().get(change)));
            case 3 -> Optional.of(AsOf.time(model.times().get(change).minusNanos(1_000)));
            case 4 -> Optional.of(AsOf.cv(model.cvs().get(change)));
            default ->
                Optional.of(
                        AsOf.cv(new Cv(model.cvs().get(change).value() + (random.nextInt(99) == 0 ? 1_000_000 : 1))));
        };
    }

    @Test
    void a_list_as_of_a_moment_shows_every_item_as_it_was_then() {
        EventChain chain = new EventChain(PARTITION);
        LoggedEvent first = chain.create(new ItemKey(OPEN, "a"), "{\"s\":\"x\"}");
        chain.create(new ItemKey(OPEN, "b"), "{\"s\":\"x\"}");
        LoggedEvent born = chain.create(new ItemKey(OPEN, "c"), "{\"s\":\"y\"}");
        LoggedEvent changed = chain.update(new ItemKey(OPEN, "a"), "{\"s\":\"y\"}");
        LoggedEvent deleted = chain.delete(new ItemKey(OPEN, "b"));

        project(chain);

        Instant start = first.event().at();
        assertThat(listedAt("{}", AsOf.time(start.minusNanos(1_000)))).isEmpty();
        assertThat(listedAt("{}", AsOf.time(start))).containsExactly("a@0");
        assertThat(listedAt("{}", AsOf.time(born.event().at()))).containsExactly("a@0", "b@0", "c@0");
        assertThat(listedAt("{\"s\":\"x\"}", AsOf.time(born.event().at()))).containsExactly("a@0", "b@0");
        assertThat(listedAt("{\"s\":\"x\"}", AsOf.time(changed.event().at()))).containsExactly("b@0");
        assertThat(listedAt("{\"s\":\"y\"}", AsOf.cv(cv(changed)))).containsExactly("a@1", "c@0");
        assertThat(listedAt("{}", AsOf.cv(new Cv(cv(changed).value() + 1)))).containsExactly("a@1", "b@0", "c@0");
        assertThat(listedAt("{}", AsOf.cv(cv(deleted)))).containsExactly("a@1", "c@0");
        assertThat(listedAt("{}", AsOf.time(Instant.MAX))).containsExactly("a@1", "c@0");
        assertThat(listedAt("{}", AsOf.time(Instant.MIN))).isEmpty();
        Query dead = Query.all().includingDeleted(true).at(AsOf.cv(cv(deleted)));
        assertThat(labels(index.list(OPEN, dead))).containsExactly("a@1", "b@1", "c@0");
        assertThat(listedAt("{\"_system.deletedAt\":{\"$exists\":true}}", AsOf.cv(cv(deleted))))
                .isEmpty();
    }

    private List<String> listedAt(String filter, AsOf moment) {
        Filter parsed = Filter.parse(Json.parse(filter.getBytes(StandardCharsets.UTF_8)), map(OPEN));
        return labels(index.list(OPEN, Query.all().filtered(parsed).at(moment)));
    }

    private static List<String> labels(Page page) {
        return page.entries().stream()
                .map(entry -> entry.item().id() + "@" + entry.ov())
                .toList();
    }

    private static Cv cv(LoggedEvent event) {
        return ((Version) event.event().fact()).cv();
    }

    @Test
    void text_in_a_filter_is_never_a_pattern_or_an_operator() {
        EventChain chain = new EventChain(PARTITION);
        chain.create(new ItemKey(OPEN, "dot"), "{\"s\":\"a.b\"}");
        chain.create(new ItemKey(OPEN, "plain"), "{\"s\":\"axb\"}");
        chain.create(new ItemKey(OPEN, "quote"), "{\"s\":\"\\\\Qa\\\\E(\"}");
        chain.create(new ItemKey(OPEN, "dollar"), "{\"s\":\"$ne\"}");
        chain.create(new ItemKey(OPEN, "long"), "{\"s\":\"" + "x".repeat(4_000) + "\"}");

        project(chain);

        assertThat(filtered(OPEN, "{\"s\":\"a.b\"}")).containsExactly("dot");
        assertThat(filtered(OPEN, "{\"s\":{\"$regex\":\"^a\\\\.\"}}")).containsExactly("dot");
        assertThat(filtered(OPEN, "{\"s\":{\"$regex\":\"^\\\\\\\\Qa\\\\\\\\E\\\\(\"}}"))
                .containsExactly("quote");
        assertThat(filtered(OPEN, "{\"s\":\"$ne\"}")).containsExactly("dollar");
        assertThat(filtered(OPEN, "{\"s\":{\"$in\":[\"$ne\",\".*\"]}}")).containsExactly("dollar");
        assertThat(filtered(OPEN, "{\"s\":{\"$regex\":\"^" + "x".repeat(3_000) + "\"}}"))
                .containsExactly("long");
    }

    @Test
    void half_a_surrogate_pair_and_names_of_digits_do_no_harm() {
        EventChain chain = new EventChain(PARTITION);
        chain.create(new ItemKey(OPEN, "half"), "{\"s\":\"\\ud800\"}");
        chain.create(new ItemKey(OPEN, "list"), "{\"s\":[\"0\",\"1\"],\"7\":[\"seven\"]}");

        project(chain);

        assertThat(filtered(OPEN, "{\"s\":{\"$exists\":true}}")).containsExactly("half", "list");
        assertThat(filtered(OPEN, "{\"s.0\":\"0\"}")).isEmpty();
        assertThat(filtered(OPEN, "{\"7\":\"seven\"}")).containsExactly("list");
    }

    @Test
    void a_cursor_that_is_garbage_or_of_another_database_collection_sort_or_moment_is_refused() {
        EventChain chain = new EventChain(PARTITION);
        chain.create(new ItemKey(OPEN, "a"), "{}");
        chain.create(new ItemKey(OPEN, "b"), "{}");
        project(chain);
        Query byId = new Query(Filter.ALL, List.of(), 1, Optional.empty(), false);
        Query byTime = sorted("{\"updatedAt\":-1}", Optional.empty());
        String cursor = index.list(OPEN, byId).next().orElseThrow();
        String byTimeCursor = index.list(OPEN, byTime).next().orElseThrow();

        assertThat(ids(index.list(OPEN, after(byId, cursor)))).containsExactly("b");
        assertThat(ids(index.list(OPEN, after(byTime, byTimeCursor)))).containsExactly("a");
        assertInvalid(
                OPEN, after(byId, new Cursor(List.of(), "a").encode(byId.fingerprint(Route.runtime("other"), OPEN))));
        assertInvalid(MAPPED, after(byId, cursor));
        assertInvalid(OPEN, after(byTime, cursor));
        assertInvalid(OPEN, after(byId, byTimeCursor));
        assertInvalid(OPEN, sorted("{\"updatedAt\":1}", Optional.of(byTimeCursor)));
        Query then = byId.at(AsOf.cv(new Cv(1_000)));
        String thenCursor = index.list(OPEN, then).next().orElseThrow();
        assertThat(ids(index.list(OPEN, after(then, thenCursor)))).containsExactly("b");
        assertInvalid(OPEN, after(then, cursor));
        assertInvalid(OPEN, after(byId, thenCursor));
        assertInvalid(OPEN, after(byId.at(AsOf.cv(new Cv(1_001))), thenCursor));
        for (String garbage : List.of("", "garbage", "{}", "!", cursor + "A", cursor.substring(1), base64("{}"))) {
            assertInvalid(OPEN, after(byId, garbage));
        }
    }

    private void assertInvalid(String collection, Query query) {
        assertThatThrownBy(() -> index.list(collection, query))
                .as("cursor=%s", query.after())
                .isInstanceOf(Invalid.class);
    }

    /** Projects what the chain has, in one batch. */
    private void project(EventChain chain) {
        assertThat(projection.project(chain.partition(), chain.events(), Progress.START, chain.end()))
                .isEqualTo(chain.end());
    }

    private List<String> filtered(String collection, String filter) {
        Filter parsed = Filter.parse(Json.parse(filter.getBytes(StandardCharsets.UTF_8)), map(collection));
        return ids(index.list(collection, new Query(parsed, List.of(), 100, Optional.empty(), false)));
    }

    private static Query sorted(String sort, Optional<String> after) {
        return new Query(
                Filter.ALL,
                Query.parseSort(Json.parse(sort.getBytes(StandardCharsets.UTF_8)), CollectionMap.EVERYTHING),
                1,
                after,
                false);
    }

    private static Query after(Query query, String cursor) {
        return query.after(cursor);
    }

    /** The ids of all pages. */
    private List<String> pages(String collection, Query query) {
        List<String> ids = new ArrayList<>();
        Page page = index.list(collection, query);
        ids.addAll(ids(page));
        while (page.next().isPresent()) {
            page = index.list(collection, after(query, page.next().get()));
            assertThat(page.entries()).as("a page that was promised").isNotEmpty();
            ids.addAll(ids(page));
        }
        return ids;
    }

    private Optional<Long> ovAsOf(ItemKey item, Instant time) {
        return index.asOf(item, time).map(entry -> entry.ov().value());
    }

    private static List<ItemKey> items() {
        List<ItemKey> items = new ArrayList<>();
        for (String collection : List.of(OPEN, MAPPED)) {
            for (int i = 0; i < 5; i++) {
                items.add(new ItemKey(collection, "i" + i));
            }
        }
        return items;
    }

    private static List<String> ids(Page page) {
        return ids(page.entries());
    }

    private static List<String> ids(List<IndexEntry> entries) {
        return entries.stream().map(entry -> entry.item().id()).toList();
    }

    private static List<Long> ovs(List<IndexEntry> entries) {
        return entries.stream().map(entry -> entry.ov().value()).toList();
    }

    private static String base64(String text) {
        return java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
