package io.chronosdb.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The judgement of a moment. A process is <em>started</em> once all of its roles have joined their groups. It is
 * <em>live</em> unless a role has ended for good: then a new process helps, and in no other case. It is <em>ready</em> if it
 * gets on: whatever is in the way is borne for some time, except a partition that stopped, which is for a person.
 *
 * @param problems why it is not ready
 */
record Health(boolean started, boolean ready, boolean live, List<Problem> problems) {
    /** @param patience how long something may be in the way */
    static Health judge(Look look, Instant now, Duration patience) {
        boolean live = look.roles().stream().allMatch(RoleLook::alive);
        if (!look.started() && look.roles().isEmpty()) {
            return new Health(false, false, live, List.of(new Problem("monitor", "", "has not looked yet", look.at())));
        }
        List<Problem> problems = new ArrayList<>();
        if (isLonger(look.at(), now, patience)) {
            problems.add(new Problem("monitor", "", "does not look any more", look.at()));
        }
        look.unreachable()
                .filter(problem -> !look.settled() || isLonger(problem.since(), now, patience))
                .ifPresent(problems::add);
        look.roles().forEach(role -> role.problem(now, patience, look.settled()).ifPresent(problems::add));
        look.partitions()
                .forEach(partition ->
                        partition.problem(now, patience, look.settled()).ifPresent(problems::add));
        return new Health(look.started(), look.started() && problems.isEmpty(), live, List.copyOf(problems));
    }

    static boolean isLonger(Instant since, Instant now, Duration patience) {
        return since.plus(patience).compareTo(now) <= 0;
    }
}
