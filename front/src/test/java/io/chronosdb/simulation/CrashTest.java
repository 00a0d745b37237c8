package io.chronosdb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.command.Action;
import io.chronosdb.command.Command;
import io.chronosdb.command.RestorePoint;
import io.chronosdb.event.Cv;
import io.chronosdb.event.ExpectedOv;
import io.chronosdb.event.Ov;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** One history with everything in it, and a crash between any two effects of any process: all of them, not some by chance. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrashTest {
    private static final List<Command> COMMANDS = List.of(
            on("a", new Action.Create(Commands.payload("{\"n\":1,\"tags\":[]}")))
                    .withCommandId("create"),
            on("b", new Action.Create(Commands.payload("{\"n\":20,\"tags\":[]}"))),
            on("a", new Action.Update(Commands.payload("{\"n\":3,\"tags\":[]}"), new Ov(0))),
            on("a", new Action.Update(Commands.payload("{\"n\":4,\"tags\":[]}"), new Ov(0))), // Refused.
            on("a", new Action.Enrich(List.of(Commands.payload("{\"tags\":[\"t1\"]}")), "f", ExpectedOv.ANY)),
            on("a", new Action.Create(Commands.payload("{\"n\":1,\"tags\":[]}")))
                    .withCommandId("create"), // Repeated.
            on("b", new Action.Delete(ExpectedOv.ANY)).withCommandId("delete"),
            on("b", new Action.RestoreObject(new RestorePoint.AtOv(new Ov(0)))),
            Command.of(
                            "",
                            Optional.empty(),
                            new Action.Transact(List.of(
                                    operation("a", new Action.Check(ExpectedOv.ANY)),
                                    operation("b", new Action.Delete(ExpectedOv.ANY)),
                                    operation("c", new Action.Create(Commands.payload("{\"n\":5,\"tags\":[]}"))))))
                    .withCommandId("transact"),
            Command.of(World.BY_ITEM, Optional.of("x"), new Action.Create(Commands.payload("{\"n\":6,\"tags\":[]}"))),
            Command.of(
                            World.WHOLE,
                            Optional.empty(),
                            new Action.RestoreCollection(new RestorePoint.AtCv(new Cv(1)), false, false))
                    .withCommandId("restore"),
            Command.of(World.BY_ITEM, Optional.of("y"), new Action.Create(Commands.payload("{\"n\":7,\"tags\":[]}"))),
            on("c", new Action.RestoreObject(new RestorePoint.AtOv(new Ov(0)))).withCommandId("last"));

    /** Behind the others, and to where it does not belong. */
    private static final Command FORWARDED =
            on("c", new Action.Update(Commands.payload("{\"n\":8,\"tags\":[]}"), ExpectedOv.ANY));

    /** How many points there are at most between two crashes. */
    private static final int DISTANCE_MAX = 60;

    private static Command on(String id, Action.OnItem action) {
        return Command.of(World.WHOLE, Optional.of(id), action);
    }

    private static Action.Operation operation(String id, Action.OnItem action) {
        return new Action.Operation(World.WHOLE, id, action);
    }

    @BeforeAll
    static void silence() {
        Silence.begin();
    }

    @AfterAll
    static void speak() {
        Silence.end();
    }

    @Test
    void a_crash_at_any_point_changes_nothing() {
        everywhere(Fault.CRASH, Set.of());
    }

    @Test
    void a_crash_at_any_point_of_a_processor_changes_nothing_when_its_disk_is_kept_and_what_it_had_sent_is_lost() {
        everywhere(Fault.CRASH_KEEPING_STATE, Set.of(Fault.APPEND_LOST_WITH_ITS_SENDER));
    }

    /** Any second one, with {@code -Dchronos.simulation.stride=1} after any first one. */
    @Test
    void a_second_crash_soon_after_the_first_one_changes_nothing() {
        int points = points(Fault.CRASH);
        int stride = Integer.getInteger("chronos.simulation.stride", 41);
        for (int first = 0; first + DISTANCE_MAX < points; first += stride) {
            for (int distance = 1; distance <= DISTANCE_MAX; distance += stride == 1 ? 1 : 6) {
                run(Fault.CRASH, Set.of(first, first + distance), Set.of());
            }
        }
    }

    private static void everywhere(Fault crash, Set<Fault> always) {
        int points = points(crash);
        System.out.println("crash=" + crash + " always=" + always + " points=" + points);
        assertThat(points).isGreaterThan(80);
        for (int point = 0; point < points; point++) {
            run(crash, Set.of(point), always);
        }
    }

    /** How many there are when nobody crashes. */
    private static int points(Fault crash) {
        Fate.Planned calm = new Fate.Planned(crash, Set.of(), Set.of());
        History history = History.run(calm, COMMANDS, FORWARDED);
        assertThat(history.truth().versionCount()).isEqualTo(15);
        return calm.points();
    }

    private static void run(Fault crash, Set<Integer> at, Set<Fault> always) {
        try {
            History history = History.run(new Fate.Planned(crash, at, always), COMMANDS, FORWARDED);
            assertThat(history.faults().get(crash)).as("crashes").isEqualTo(at.size());
        } catch (RuntimeException | Error e) {
            throw new AssertionError("crash=" + crash + " at=" + at + " always=" + always, e);
        }
    }
}
