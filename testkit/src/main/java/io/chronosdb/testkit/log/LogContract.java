package io.chronosdb.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chronosdb.address.Database;
import io.chronosdb.address.Route;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What every {@link Log} does. */
@DisplayNameGeneration(ReplaceUnderscores.class)
public abstract class LogContract {
    private static final int PARTITIONS = 3;
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final Database database =
            Route.runtime("t" + UUID.randomUUID().toString().substring(0, 8));
    private Log log;
    private Log.Appender appender;
    private LogPartition events;

    /** A log whose topics have this many partitions and this prefix. */
    protected abstract Log open(String prefix, int partitions);

    @BeforeEach
    void open() {
        log = open("contract", PARTITIONS);
        assertThat(log.open(database)).isEqualTo(PARTITIONS);
        appender = log.appender();
        events = new LogPartition(log.topics().events(database), 1);
    }

    @AfterEach
    void close() {
        appender.close();
        log.close();
    }

    @Test
    void opening_a_database_twice_changes_nothing() throws Exception {
        append(events, "a");

        assertThat(log.open(database)).isEqualTo(PARTITIONS);

        assertThat(log.end(events)).isEqualTo(1);
        assertThat(log.exists(events.topic())).isTrue();
        assertThat(log.exists("contract.runtime.nobody.events")).isFalse();
    }

    @Test
    void a_topic_keeps_its_generation_and_shares_it_with_no_other() {
        String generation = log.generation(events.topic());

        assertThat(log.generation(events.topic())).isEqualTo(generation).isNotEmpty();
        assertThat(log.generation(log.topics().commands(database))).isNotEqualTo(generation);
    }

    @Test
    void records_get_dense_offsets_in_the_order_of_the_calls() throws Exception {
        List<CompletableFuture<Long>> appends = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            appends.add(appender.append(events, record("v" + i)));
        }

        for (int i = 0; i < appends.size(); i++) {
            assertThat(appends.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(i);
        }
        assertThat(texts(read(events, 0, 500)))
                .startsWith("v0", "v1")
                .endsWith("v498", "v499")
                .hasSize(500);
        assertThat(log.end(events)).isEqualTo(500);
    }

    @Test
    void a_single_record_can_be_looked_at_in_any_partition_and_order() throws Exception {
        LogPartition other = new LogPartition(events.topic(), 2);
        for (int i = 0; i < 20; i++) {
            append(events, "e" + i);
            append(other, "o" + i);
        }

        for (int offset : List.of(19, 0, 7)) {
            assertThat(texts(log.at(events, offset, DEADLINE).stream().toList()))
                    .containsExactly("e" + offset);
            assertThat(texts(log.at(other, offset, DEADLINE).stream().toList())).containsExactly("o" + offset);
        }
        assertThat(log.at(events, 20, Duration.ofMillis(50))).isEmpty();
    }

    @Test
    void a_database_that_is_new_takes_records_in_order_from_its_first_moment() throws Exception {
        for (int i = 0; i < 30; i++) {
            Database fresh = Route.runtime("n" + UUID.randomUUID().toString().substring(0, 8));
            log.open(fresh);
            List<CompletableFuture<Long>> appends = new ArrayList<>();
            for (int n = 0; n < 300; n++) {
                LogPartition partition = new LogPartition(log.topics().events(fresh), n % PARTITIONS);
                appends.add(appender.append(partition, record("v" + n)));
            }
            for (int n = 0; n < appends.size(); n++) {
                assertThat(appends.get(n).get(20, TimeUnit.SECONDS)).isEqualTo(n / PARTITIONS);
            }
        }
    }

    @Test
    void a_record_comes_back_as_it_was_with_its_key_headers_and_time() throws Exception {
        byte[] value = {0, 1, (byte) 0xC3, (byte) 0xff};
        appender.append(events, new NewRecord("käse", value, Map.of("ce_id", "1-0", "leer", "")))
                .get(20, TimeUnit.SECONDS);

        LogRecord record = read(events, 0, 1).get(0);

        assertThat(record.value()).isEqualTo(value);
        assertThat(record.key()).isEqualTo("käse");
        assertThat(record.headers()).containsEntry("ce_id", "1-0").containsEntry("leer", "");
        assertThat(record.partition()).isEqualTo(events);
        assertThat(Duration.between(record.appendedAt(), java.time.Instant.now())
                        .abs())
                .isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void a_reader_starts_where_it_is_told_and_sees_what_comes_later() throws Exception {
        append(events, "a");
        append(events, "b");

        try (Log.Reader reader = log.read(events, 1)) {
            assertThat(texts(poll(reader, 1))).containsExactly("b");
            append(events, "c");
            assertThat(texts(poll(reader, 1))).containsExactly("c");
            assertThat(reader.poll(Duration.ofMillis(10))).isEmpty();
        }
    }

    @Test
    void a_reader_of_scattered_records_jumps_back_and_forth_and_to_the_end() throws Exception {
        List<String> all = IntStream.range(0, 200).mapToObj(i -> "r" + i).toList();
        for (String text : all) {
            append(events, text);
        }

        try (Log.Reader reader = log.readScattered(events, 7)) {
            for (int offset : List.of(7, 199, 0, 198, 199, 3)) {
                reader.seek(events, offset);
                assertThat(texts(poll(reader, 1))).startsWith(all.get(offset)).isSubsetOf(all);
            }
        }
    }

    @Test
    void a_reader_of_several_partitions_sees_each_in_order_and_says_where_it_is() throws Exception {
        LogPartition zero = new LogPartition(events.topic(), 0);
        for (int i = 0; i < 50; i++) {
            append(zero, "zero" + i);
            append(events, "one" + i);
        }

        try (Log.Reader reader = log.read(Map.of(zero, 48L, events, 49L))) {
            List<LogRecord> read = poll(reader, 3);

            assertThat(texts(read)).containsExactlyInAnyOrder("zero48", "zero49", "one49");
            assertThat(texts(read)).containsSubsequence("zero48", "zero49");
            assertThat(reader.position(zero)).isEqualTo(50);
            assertThat(reader.position(events)).isEqualTo(50);
        }
        assertThat(log.begin(events)).isZero();
    }

    @Test
    void partitions_do_not_see_each_other() throws Exception {
        append(new LogPartition(events.topic(), 0), "zero");
        append(events, "one");

        assertThat(texts(read(events, 0, 1))).containsExactly("one");
    }

    @Test
    void an_append_to_a_topic_that_is_not_there_fails_and_says_so() {
        CompletableFuture<Long> lost =
                appender.append(new LogPartition("contract.runtime.nobody.events", 0), record("x"));

        assertThatThrownBy(() -> lost.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(Unavailable.class);
    }

    @Test
    void a_tail_sees_only_what_is_appended_after_it_follows() throws Exception {
        append(events, "before");
        Log.Tail tail = log.tail();
        CompletableFuture<Void> following = tail.follow(events);
        List<LogRecord> seen = new ArrayList<>();
        until(() -> {
            seen.addAll(tail.poll(Duration.ofMillis(50)));
            return following.isDone();
        });
        append(events, "after");

        until(() -> {
            seen.addAll(tail.poll(Duration.ofMillis(50)));
            return !seen.isEmpty();
        });
        tail.close();

        assertThat(texts(seen)).containsExactly("after");
        assertThatThrownBy(() -> tail.poll(Duration.ofMillis(50))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void the_members_of_a_group_share_the_partitions_and_take_over_from_one_who_leaves() throws Exception {
        for (int p = 0; p < PARTITIONS; p++) {
            append(new LogPartition(events.topic(), p), "p" + p);
        }
        Member first = new Member();
        Member second = new Member();
        until(() -> {
            first.poll();
            second.poll();
            return first.mine().size() + second.mine().size() == PARTITIONS
                    && !first.mine().isEmpty()
                    && !second.mine().isEmpty();
        });
        assertThat(first.mine()).doesNotContainAnyElementsOf(second.mine());

        first.reader.close();
        until(() -> {
            second.poll();
            return second.mine().size() == PARTITIONS;
        });
        second.reader.close();
    }

    @Test
    void a_member_reads_from_where_it_seeks_and_not_while_it_pauses() throws Exception {
        append(events, "a");
        append(events, "b");
        Member member = new Member();
        until(() -> {
            member.poll();
            return member.mine().contains(events);
        });

        member.reader.seek(events, 1);
        member.reader.resume(Set.of(events));
        until(() -> {
            member.poll();
            return texts(member.seen).contains("b");
        });
        assertThat(member.reader.position(events)).hasValue(2);
        member.reader.pause(Set.of(events));
        append(events, "c");
        for (int i = 0; i < 3; i++) {
            member.poll();
        }

        assertThat(texts(member.seen)).containsExactly("b");
        member.reader.close();
    }

    @Test
    void what_an_owner_notes_is_there_for_whoever_has_the_partition_next() {
        LogPartition other = new LogPartition(events.topic(), 2);
        Member first = new Member();
        until(() -> {
            first.poll();
            return first.mine().size() == PARTITIONS;
        });
        assertThat(first.reader.noted(Set.of(events, other))).isEmpty();

        first.reader.note(events, 3, "one", DEADLINE);
        first.reader.wakeup(); // Meant for a poll.
        first.reader.note(events, 4, "two", DEADLINE);
        first.reader.note(events, 5, "three", Duration.ZERO);
        first.reader.note(other, 0, "else", Duration.ZERO);
        first.leaving = partition -> first.reader.note(partition, 6, "last " + partition.number(), Duration.ZERO);
        first.reader.close();

        Member second = new Member();
        until(() -> {
            second.poll();
            return second.mine().size() == PARTITIONS;
        });
        assertThat(second.reader.noted(Set.of(events, other)))
                .containsOnly(Map.entry(events, "last 1"), Map.entry(other, "last 2"));
        second.reader.close();
    }

    @Test
    void the_ends_of_many_partitions_are_asked_for_at_once_and_one_that_is_not_there_is_left_out() throws Exception {
        append(events, "a");
        LogPartition gone = new LogPartition(events.topic() + ".gone", 0);

        assertThat(log.ends(Set.of(events), Duration.ofSeconds(20))).containsExactly(Map.entry(events, 1L));
        assertThat(log.ends(Set.of(events, gone), Duration.ofSeconds(1))).containsExactly(Map.entry(events, 1L));
        assertThat(log.ends(Set.of(), Duration.ofSeconds(1))).isEmpty();
    }

    @Test
    void a_member_learns_that_it_has_joined_also_where_there_is_nothing_for_it() {
        List<Set<LogPartition>> told = new ArrayList<>();
        Log.Ownership ownership = new Log.Ownership() {
            @Override
            public void assigned(Set<LogPartition> partitions) {
                told.add(partitions);
            }

            @Override
            public void revoked(Set<LogPartition> partitions) {}
        };
        try (Log.GroupReader holder = log.join("contract.joins." + database, Topics.Kind.DEAD_LETTERS, ownership);
                Log.GroupReader second = log.join("contract.joins." + database, Topics.Kind.DEAD_LETTERS, ownership)) {
            until(() -> {
                holder.poll(Duration.ofMillis(50));
                second.poll(Duration.ofMillis(50));
                return told.size() >= 2;
            });
        }
    }

    /** A member that pauses whatever it gets. */
    private final class Member implements Log.Ownership {
        private final Set<LogPartition> owned = new HashSet<>();
        private final List<LogRecord> seen = new ArrayList<>();
        private Consumer<LogPartition> leaving = partition -> {};
        private final Log.GroupReader reader = log.join("contract." + database, Topics.Kind.EVENTS, this);

        void poll() {
            seen.addAll(reader.poll(Duration.ofMillis(50)));
        }

        /** The test's own: the topics of other tests' databases match as well. */
        Set<LogPartition> mine() {
            Set<LogPartition> mine = new HashSet<>(owned);
            mine.removeIf(partition -> !partition.topic().equals(events.topic()));
            return mine;
        }

        @Override
        public void assigned(Set<LogPartition> partitions) {
            owned.addAll(partitions);
            reader.pause(partitions);
        }

        @Override
        public void revoked(Set<LogPartition> partitions) {
            mine().forEach(leaving);
            owned.removeAll(partitions);
        }
    }

    private void append(LogPartition partition, String text) throws Exception {
        appender.append(partition, record(text)).get(20, TimeUnit.SECONDS);
    }

    private List<LogRecord> read(LogPartition partition, long from, int count) {
        try (Log.Reader reader = log.read(partition, from)) {
            return poll(reader, count);
        }
    }

    private static List<LogRecord> poll(Log.Reader reader, int count) {
        List<LogRecord> records = new ArrayList<>();
        until(() -> {
            records.addAll(reader.poll(Duration.ofMillis(100)));
            return records.size() >= count;
        });
        return records;
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not come true within " + DEADLINE);
            }
        }
    }

    private static NewRecord record(String text) {
        return new NewRecord("", text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    private static List<String> texts(List<LogRecord> records) {
        return records.stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }
}
