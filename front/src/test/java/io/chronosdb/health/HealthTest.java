package io.chronosdb.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.address.Route;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Condition;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.PartitionStatus;
import io.chronosdb.port.RoleStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The judgement, with time in the test's hands. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HealthTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final DatabasePartition PARTITION = new DatabasePartition(Route.runtime("tenant-a"), 1);
    private static final LogPartition SOURCE = new LogPartition("chronos.runtime.tenant-a.events", 1);

    private final Movement movement = new Movement();
    private RoleStatus role = RoleStatus.joined(NOON);
    private Condition condition = Condition.starting(NOON).now(Condition.State.FOLLOWING, Optional.empty(), NOON);
    private OptionalLong position = OptionalLong.of(10);
    private OptionalLong end = OptionalLong.of(10);
    private long steps;
    private Optional<Instant> oldest = Optional.empty();
    private Optional<Problem> unreachable = Optional.empty();
    private boolean alive = true;
    private boolean settled = true;

    @Test
    void who_has_done_all_there_is_is_idle_and_ready_however_long_nothing_happens() {
        look(0);

        assertThat(look(3_600).state()).isEqualTo(PartitionLook.State.IDLE);
        assertThat(judge(3_600)).isEqualTo(new Health(true, true, true, List.of()));
        assertThat(look(3_600).lag(at(3_600))).isZero();
    }

    @Test
    void who_is_behind_and_does_not_move_is_unready_after_a_while_and_ready_again_with_the_next_step() {
        look(0);
        end = OptionalLong.of(15);
        assertThat(look(3_600).state()).isEqualTo(PartitionLook.State.RUNNING);
        look(3_629);
        assertThat(judge(3_629).ready())
                .as("idle before, so not long in the way")
                .isTrue();

        look(3_630);
        assertThat(judge(3_630).ready()).isFalse();
        assertThat(problem(3_630))
                .isEqualTo(new Problem(
                        "projector",
                        "runtime.tenant-a/1",
                        "is running but not moving: position=10 lagEvents=5",
                        at(3_600)));
        assertThat(judge(3_630).live()).as("a new process would not help").isTrue();

        position = OptionalLong.of(11);
        look(3_631);
        assertThat(judge(3_631).ready()).isTrue();
    }

    @Test
    void who_stays_at_a_long_command_and_makes_events_moves() {
        end = OptionalLong.of(11);
        look(0);
        steps = 500;
        look(29);
        steps = 1_000;
        look(58);

        assertThat(judge(58).ready()).isTrue();
        look(88);
        assertThat(judge(88).ready()).isFalse();
    }

    @Test
    void an_outage_is_borne_for_a_while_and_then_named() {
        look(0);
        end = OptionalLong.of(12);
        failed(10, new Unavailable("mongodb", "secret@host refused", new IllegalStateException("a document")));
        assertThat(look(39).state()).isEqualTo(PartitionLook.State.WAITING);
        assertThat(judge(39).ready()).isTrue();
        failed(39, new Unavailable("mongodb", "again", new IllegalStateException()));

        look(40);
        assertThat(judge(40).ready()).isFalse();
        assertThat(problem(40).problem())
                .isEqualTo("waits: position=10 lagEvents=2 cause=mongodb: IllegalStateException");
        assertThat(problem(40).since()).as("the first failure").isEqualTo(at(10));
        assertThat(judge(40).live()).isTrue();
    }

    @Test
    void a_stopped_partition_is_unready_at_once_and_for_ever() {
        condition = condition.now(Condition.State.STOPPED, Optional.of("IllegalStateException"), at(5));
        look(5);

        assertThat(judge(5).ready()).isFalse();
        assertThat(problem(5).problem())
                .startsWith("stopped at an event that it cannot take: position=10")
                .endsWith("cause=IllegalStateException");
        assertThat(judge(5).live()).isTrue();
    }

    @Test
    void a_process_is_not_ready_before_everything_has_begun_and_later_may_begin_more() {
        settled = false;
        position = OptionalLong.empty();
        condition = Condition.starting(at(0));
        assertThat(look(1).state()).isEqualTo(PartitionLook.State.STARTING);
        assertThat(look(1).lagEvents()).as("nobody knows").isEmpty();
        assertThat(judge(1).ready()).isFalse();
        assertThat(judge(1).started()).isTrue();

        settled = true; // A new database, say.
        look(1);
        assertThat(judge(1).ready()).isTrue();
        look(30);
        assertThat(judge(30).ready()).as("it takes too long").isFalse();
    }

    @Test
    void nothing_is_started_before_the_first_look() {
        Health health = Health.judge(Look.nothingYet(NOON), at(1), PATIENCE);

        assertThat(health.started()).isFalse();
        assertThat(health.ready()).isFalse();
        assertThat(health.live()).isTrue();
    }

    @Test
    void only_a_role_that_has_ended_makes_a_process_dead() {
        role = RoleStatus.joining(NOON, Optional.of("kafka: TimeoutException"));
        look(0);
        assertThat(judge(29).ready()).isTrue();
        assertThat(judge(30).ready()).isFalse();
        assertThat(judge(30).live()).isTrue();

        alive = false;
        look(31);
        assertThat(judge(31).live()).isFalse();
        assertThat(judge(31).ready()).isFalse();
    }

    @Test
    void a_log_that_cannot_be_asked_and_a_monitor_that_does_not_look_are_problems_too() {
        unreachable = Optional.of(new Problem("kafka", "", "cannot be reached: cause=TimeoutException", at(0)));
        look(29);
        assertThat(judge(29).ready()).isTrue();
        look(30);
        assertThat(judge(30).problems()).containsExactly(unreachable.get());

        unreachable = Optional.empty();
        look(40);
        assertThat(judge(69).ready()).isTrue();
        assertThat(judge(70).problems()).extracting(Problem::role).containsExactly("monitor");
    }

    @Test
    void the_lag_in_seconds_is_the_age_of_the_oldest_record_that_is_not_done() {
        end = OptionalLong.of(12);
        oldest = Optional.of(at(-7));
        assertThat(look(0).lag(at(3))).isEqualTo(Duration.ofSeconds(10));
        position = OptionalLong.of(11);
        oldest = Optional.of(at(4));
        assertThat(look(5).lag(at(5))).as("its own time, not that of the end").isEqualTo(Duration.ofSeconds(5));
        oldest = Optional.of(at(9));
        assertThat(look(6).lag(at(6))).as("a producer's clock that is ahead").isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void where_the_oldest_records_time_is_not_known_it_is_when_an_end_behind_it_was_seen() {
        end = OptionalLong.of(12);
        look(0);
        end = OptionalLong.of(20);
        look(1);
        position = OptionalLong.of(12);
        assertThat(look(2).lag(at(4))).isEqualTo(Duration.ofSeconds(3));
        position = OptionalLong.of(20);
        assertThat(look(5).lag(at(5))).isZero();
        end = OptionalLong.of(21);
        assertThat(look(6).lag(at(6))).isZero();
        assertThat(look(7).lag(at(7))).isEqualTo(Duration.ofSeconds(1));
    }

    private void failed(long second, RuntimeException failure) {
        condition = condition.now(Condition.State.WAITING, Optional.of(Condition.kind(failure)), at(second));
    }

    private final List<PartitionLook> seen = new ArrayList<>();
    private Instant seenAt = NOON;

    private PartitionLook look(long second) {
        seen.clear();
        seenAt = at(second);
        PartitionStatus status = new PartitionStatus(PARTITION, SOURCE, position, steps, condition, 0, oldest);
        seen.add(movement.see("projector", status, end, seenAt));
        movement.endOfLook();
        return seen.get(0);
    }

    private Health judge(long second) {
        List<RoleLook> roles = List.of(new RoleLook("projector", alive, role));
        return Health.judge(
                new Look(seenAt, roles, List.copyOf(seen), unreachable, true, settled), at(second), PATIENCE);
    }

    private Problem problem(long second) {
        return judge(second).problems().get(0);
    }

    private static Instant at(long second) {
        return NOON.plusSeconds(second);
    }
}
