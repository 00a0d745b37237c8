package io.chronosdb.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.event.Chain;
import io.chronosdb.event.Hash;
import io.chronosdb.port.Progress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StepTest {
    private final ChainWriter owner = new ChainWriter();

    @Test
    void an_event_that_continues_the_chain_counts() {
        assertThat(counted(owner.configured(), owner.create("c", "1", "{}"), owner.delete("c", "1")))
                .containsExactly(1L, 2L);
    }

    @Test
    void copies_leftovers_and_late_divergent_events_do_not_count() {
        byte[] first = owner.create("c", "1", "{}");
        ChainWriter zombie = owner.fork();
        byte[] second = owner.create("c", "2", "{}");
        byte[] divergent = zombie.create("c", "other", "{}");
        byte[] leftover = zombie.create("c", "more", "{}");
        byte[] third = owner.create("c", "3", "{}");

        assertThat(counted(first, second, first, second, divergent, leftover, third, second))
                .containsExactly(0L, 1L, 6L);
    }

    @Test
    void an_event_behind_a_hole_does_not_count_until_the_hole_is_filled() {
        byte[] first = owner.create("c", "1", "{}");
        byte[] second = owner.create("c", "2", "{}");
        byte[] third = owner.create("c", "3", "{}");

        assertThat(counted(first, third, second, third)).containsExactly(0L, 2L, 3L);
    }

    @Test
    void what_is_no_event_does_not_count_and_breaks_nothing() {
        byte[] first = owner.create("c", "1", "{}");
        byte[] truncated = Arrays.copyOf(first, first.length - 1);

        assertThat(Step.of(Progress.START, 0, null)).isEqualTo(Step.of(Progress.START, 0, new byte[0]));
        assertThat(counted(new byte[0], truncated, "hello".getBytes(StandardCharsets.UTF_8), first))
                .containsExactly(3L);
    }

    @Test
    void a_record_that_was_examined_before_changes_nothing() {
        byte[] first = owner.create("c", "1", "{}");
        byte[] second = owner.create("c", "2", "{}");
        Progress after =
                Step.of(Step.of(Progress.START, 0, first).after(), 1, second).after();

        Step again = Step.of(after, 1, second);

        assertThat(again).isEqualTo(new Step(after, List.of(), false));
    }

    @Test
    void a_topic_that_was_deleted_and_created_again_begins_anew() {
        Progress before = new Progress(10, new Chain(9, Hash.of(new byte[] {1})));
        byte[] first = owner.create("c", "1", "{}");

        Step step = Step.of(before, 0, first);

        assertThat(step.anew()).isTrue();
        assertThat(step.versions()).hasSize(1);
        assertThat(step.after()).isEqualTo(Step.of(Progress.START, 0, first).after());
    }

    @Test
    void progress_is_stored_and_read_back() {
        Progress progress =
                Step.of(Progress.START, 7, owner.create("c", "1", "{}")).after();

        assertThat(progress.next()).isEqualTo(8);
        assertThat(CounterStores.decode(CounterStores.encode(progress))).isEqualTo(progress);
    }

    /** The offsets of the records that count. */
    private static List<Long> counted(byte[]... records) {
        List<Long> counted = new ArrayList<>();
        Progress progress = Progress.START;
        for (int offset = 0; offset < records.length; offset++) {
            Step step = Step.of(progress, offset, records[offset]);
            if (!step.versions().isEmpty()) {
                counted.add((long) offset);
            }
            progress = step.after();
        }
        return counted;
    }
}
