package io.chronosdb.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.error.Rejection.Code;
import io.chronosdb.event.Op;
import io.chronosdb.faults.History.Call;
import io.chronosdb.faults.History.ItemId;
import io.chronosdb.faults.History.Logged;
import io.chronosdb.faults.History.Made;
import io.chronosdb.faults.History.Part;
import io.chronosdb.faults.History.Saw;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A checker that cannot fail proves nothing. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CheckerTest {
    private static final ItemId ITEM = new ItemId("t", "c", "i");

    private final List<Call> calls = new ArrayList<>();
    private final List<Saw> reads = new ArrayList<>();
    private final List<Logged> log = new ArrayList<>();

    /** Created in 10–20, updated in 30–40 and 50–60. */
    CheckerTest() {
        logged(0, Op.CREATE, "a");
        logged(1, Op.UPDATE, "b");
        logged(2, Op.UPDATE, "c");
        ok("a", Op.CREATE, OptionalLong.empty(), 10, 20, 0);
        ok("b", Op.UPDATE, OptionalLong.of(0), 30, 40, 1);
        ok("c", Op.UPDATE, OptionalLong.empty(), 50, 60, 2);
    }

    @Test
    void a_history_as_promised_has_no_problems() {
        saw(1, true, 35, 36, 1);
        saw(1, true, 41, 55, 2);
        saw(2, false, 61, 62, 0); // Of a session that has not seen more.
        rejected("d", Op.UPDATE, OptionalLong.of(0), 45, 55, Code.VersionConflict, 1);
        rejected("e", Op.CREATE, OptionalLong.empty(), 61, 62, Code.AlreadyExists, -1);
        rejected("f", Op.UPDATE, OptionalLong.empty(), 5, 15, Code.NotFound, -1);
        calls.add(Call.unknown("g", 9, List.of(new Part(ITEM, Op.DELETE, OptionalLong.empty())), 1));

        assertThat(problems()).isEmpty();
    }

    @Test
    void a_command_without_an_answer_may_have_happened_once() {
        calls.add(Call.unknown("g", 9, List.of(new Part(ITEM, Op.DELETE, OptionalLong.empty())), 1));
        logged(3, Op.DELETE, "g");
        assertThat(problems()).isEmpty();

        logged(4, Op.RESTORE, "g");
        assertThat(problems()).anyMatch(text -> text.startsWith("a command made two versions"));
    }

    @Test
    void an_acknowledged_command_that_is_lost_is_found() {
        ok("d", Op.UPDATE, OptionalLong.empty(), 70, 80, 3);

        assertThat(problems()).anyMatch(text -> text.startsWith("an acknowledged command is not in the log"));
    }

    @Test
    void a_receipt_with_another_version_is_found() {
        calls.remove(2);
        ok("c", Op.UPDATE, OptionalLong.empty(), 50, 60, 1);

        assertThat(problems()).anyMatch(text -> text.startsWith("a receipt differs from the log"));
    }

    @Test
    void a_rejected_command_that_happened_is_found() {
        rejected("d", Op.UPDATE, OptionalLong.empty(), 61, 62, Code.NotFound, -1);
        logged(3, Op.UPDATE, "d");

        assertThat(problems()).anyMatch(text -> text.startsWith("a rejected command happened"));
    }

    @Test
    void a_broken_expectation_is_found() {
        ok("d", Op.UPDATE, OptionalLong.of(1), 70, 80, 3);
        logged(3, Op.UPDATE, "d");

        assertThat(problems())
                .containsExactly("a command was decided against another version than it expected: " + log.get(3));
    }

    @Test
    void a_gap_in_the_items_or_the_collections_versions_is_found() {
        ok("d", Op.UPDATE, OptionalLong.empty(), 70, 80, 4);
        log.add(new Logged(ITEM, 4, 5, at(4), Op.UPDATE, "d"));

        assertThat(problems())
                .anyMatch(text -> text.startsWith("the item's version is not the next one"))
                .anyMatch(text -> text.startsWith("the collection's version is not the next one"));
    }

    @Test
    void a_latest_read_of_what_was_overwritten_before_it_began_is_found() {
        saw(1, true, 61, 62, 1);

        assertThat(problems()).containsExactly("a later version was known before: " + reads.get(0));
    }

    @Test
    void a_latest_read_that_is_older_than_another_one_before_it_is_found() {
        saw(1, true, 51, 52, 2);
        saw(2, true, 53, 54, 1); // The write has not returned, but somebody has seen it.

        assertThat(problems()).containsExactly("a later version was known before: " + reads.get(1));
    }

    @Test
    void a_read_of_what_was_not_yet_written_is_found() {
        saw(1, false, 41, 49, 2);

        assertThat(problems()).contains("a version was seen before it can have been written: " + reads.get(0));
    }

    @Test
    void writes_in_another_order_than_that_of_their_answers_are_found() {
        calls.remove(2);
        ok("c", Op.UPDATE, OptionalLong.empty(), 25, 28, 2); // Returned before b began, and is behind it in the log.

        assertThat(problems()).isNotEmpty();
    }

    @Test
    void a_rejection_for_a_reason_that_was_none_is_found() {
        rejected("d", Op.UPDATE, OptionalLong.of(0), 61, 70, Code.VersionConflict, 1);
        rejected("e", Op.UPDATE, OptionalLong.empty(), 41, 49, Code.NotFound, -1);
        rejected("f", Op.UPDATE, OptionalLong.empty(), 41, 49, Code.Deleted, -1);

        assertThat(problems())
                .containsExactlyInAnyOrder(
                        "a later version was known before: " + calls.get(3),
                        "a later version was known before: " + calls.get(4),
                        "it was never deleted then: " + calls.get(5));
    }

    @Test
    void a_session_that_does_not_see_its_own_write_or_goes_back_is_found() {
        saw(7, false, 61, 62, 1);
        saw(7, false, 63, 64, 0);
        saw(0, false, 65, 66, 1); // Which wrote version 2.

        assertThat(problems()).hasSize(2).allMatch(text -> text.startsWith("a session went back"));
    }

    @Test
    void a_read_that_shows_another_commands_document_is_found() {
        reads.add(new Saw(7, ITEM, false, 61, 62, 1, 1, "c"));

        assertThat(problems()).containsExactly("a read showed what the log does not have: " + reads.get(0));
    }

    @Test
    void a_transaction_that_happened_by_half_is_found() {
        ItemId other = new ItemId("t", "c", "other");
        calls.add(Call.unknown(
                "d",
                1,
                List.of(
                        new Part(ITEM, Op.UPDATE, OptionalLong.empty()),
                        new Part(other, Op.CREATE, OptionalLong.empty())),
                70));
        logged(3, Op.UPDATE, "d");

        assertThat(problems()).anyMatch(text -> text.startsWith("a command happened by half"));
    }

    private List<String> problems() {
        return Checker.check(calls, reads, log, item -> false);
    }

    private void logged(long ov, Op op, String command) {
        log.add(new Logged(ITEM, ov, log.size(), at(ov), op, command));
    }

    private void ok(String command, Op op, OptionalLong expected, long invoked, long returned, long ov) {
        calls.add(Call.ok(
                command,
                0,
                List.of(new Part(ITEM, op, expected)),
                invoked,
                returned,
                List.of(new Made(ov, ov, at(ov)))));
    }

    private void rejected(
            String command, Op op, OptionalLong expected, long invoked, long returned, Code code, long actual) {
        calls.add(Call.rejected(command, 9, List.of(new Part(ITEM, op, expected)), invoked, returned, code, actual));
    }

    private void saw(int session, boolean latest, long invoked, long returned, long ov) {
        reads.add(new Saw(session, ITEM, latest, invoked, returned, ov, ov, "abc".substring((int) ov, (int) ov + 1)));
    }

    private static Instant at(long ov) {
        return Instant.ofEpochSecond(1_000 + ov);
    }
}
