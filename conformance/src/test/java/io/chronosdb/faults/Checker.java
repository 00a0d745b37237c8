package io.chronosdb.faults;

import io.chronosdb.error.Rejection.Code;
import io.chronosdb.event.Op;
import io.chronosdb.faults.History.Call;
import io.chronosdb.faults.History.ItemId;
import io.chronosdb.faults.History.Logged;
import io.chronosdb.faults.History.Made;
import io.chronosdb.faults.History.Part;
import io.chronosdb.faults.History.Saw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds what clients saw to what the log has: every acknowledged command happened once, with that receipt; no rejected one did; versions are dense;
 * each item is a linearizable register for writes, rejections and latest reads, and sessions never go back.
 *
 * <p>The versions of an item are already in one order, the log's. So a linearization exists exactly if no operation that had returned
 * before another one began stands behind it in that order, which {@link Timeline} looks for in linear time.
 */
final class Checker {
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Call> calls = new HashMap<>();
    private final Map<ItemId, Timeline> timelines = new LinkedHashMap<>();
    private final Map<String, Map<ItemId, Logged>> logged = new HashMap<>();

    private Checker() {}

    /**
     * @param log all versions there are, each partition's in its order
     * @param byItem whether an item's collection is ordered by item, rather than as a whole
     * @return what is wrong; nothing if all is well
     */
    static List<String> check(List<Call> calls, List<Saw> reads, List<Logged> log, Predicate<ItemId> byItem) {
        Checker checker = new Checker();
        calls.forEach(call -> checker.calls.put(call.command(), call));
        checker.takeLog(log, byItem);
        calls.forEach(checker::compare);
        calls.forEach(checker::observe);
        reads.forEach(checker::observe);
        checker.timelines.values().forEach(Timeline::judge);
        checker.sessions(calls, reads);
        return checker.problems;
    }

    private void problem(String what, Object about) {
        problems.add(what + ": " + about);
    }

    // ---- the log by itself

    private void takeLog(List<Logged> log, Predicate<ItemId> byItem) {
        Map<String, Long> cvs = new HashMap<>();
        Set<String> stamps = new HashSet<>();
        for (Logged version : log) {
            ItemId item = version.item();
            boolean dense = byItem.test(item)
                    ? stamps.add(item.scope() + version.cv())
                    : version.cv() == cvs.merge(item.scope(), 0L, (before, zero) -> before + 1);
            if (!dense) {
                problem("the collection's version is not the next one", version);
            }
            timeline(item).append(version);
            if (logged.computeIfAbsent(version.command(), c -> new HashMap<>()).put(item, version) != null) {
                problem("a command made two versions", version);
            }
            if (!calls.containsKey(version.command())) {
                problem("a version of no command", version);
            }
        }
    }

    private Timeline timeline(ItemId item) {
        return timelines.computeIfAbsent(item, i -> new Timeline());
    }

    // ---- commands

    private void compare(Call call) {
        Map<ItemId, Logged> made = logged.getOrDefault(call.command(), Map.of());
        if (!call.rejected().isEmpty() && !made.isEmpty()) {
            problem("a rejected command happened", call);
        }
        for (int i = 0; i < call.parts().size(); i++) {
            Part part = call.parts().get(i);
            Logged version = made.get(part.item());
            if (version != null) {
                compare(part, version);
            }
            if (call.ok()) {
                compare(call, part, call.made().get(i), version);
            } else if (version == null && !made.isEmpty()) {
                problem("a command happened by half", call);
            }
        }
    }

    private void compare(Part part, Logged version) {
        if (part.expected().isPresent() && part.expected().getAsLong() + 1 != version.ov()) {
            problem("a command was decided against another version than it expected", version);
        }
        boolean like = version.op() == part.op() || (part.op() == Op.RESTORE && version.op() == Op.DELETE);
        if (!like) {
            problem("a command did something else than " + part.op(), version);
        }
    }

    private void compare(Call call, Part part, Made receipt, @Nullable Logged made) {
        // Going back to what is there already makes no version.
        Logged version =
                made == null && part.op() == Op.RESTORE ? timeline(part.item()).version(receipt.ov()) : made;
        if (version == null) {
            problem("an acknowledged command is not in the log", call);
        } else if (!new Made(version.ov(), version.cv(), version.at()).equals(receipt)) {
            problem("a receipt differs from the log, which has " + version, call);
        }
    }

    // ---- observations

    private void observe(Call call) {
        Map<ItemId, Logged> made = logged.getOrDefault(call.command(), Map.of());
        for (int i = 0; i < call.parts().size(); i++) {
            Part part = call.parts().get(i);
            Timeline timeline = timeline(part.item());
            Logged version = made.get(part.item());
            if (version != null) {
                timeline.wrote(version.ov(), call.invoked(), call.returned(), call);
            } else if (call.ok()) {
                timeline.saw(call.made().get(i).ov(), call.invoked(), call.returned(), true, call);
            }
        }
        if (call.parts().size() == 1) {
            call.rejected()
                    .forEach(code ->
                            observe(call, code, timeline(call.parts().get(0).item())));
        }
    }

    private void observe(Call call, Code code, Timeline timeline) {
        if (code == Code.VersionConflict) {
            timeline.saw(call.actual().orElse(-1), call.invoked(), call.returned(), true, call);
            if (call.actual().equals(call.parts().get(0).expected())) {
                problem("a conflict with the version that was expected", call);
            }
        } else if (code == Code.NotFound && call.parts().get(0).op() != Op.RESTORE) {
            timeline.saw(-1, call.invoked(), call.returned(), true, call);
        } else if (code == Code.AlreadyExists) {
            timeline.saw(0, call.invoked(), call.returned(), false, call);
        } else if (code == Code.Deleted) {
            timeline.sawDeleted(call.invoked(), call.returned(), call);
        }
    }

    private void observe(Saw read) {
        Timeline timeline = timeline(read.item());
        timeline.saw(read.ov(), read.invoked(), read.returned(), read.latest(), read);
        Logged version = timeline.version(read.ov());
        if (read.ov() >= 0
                && (version == null
                        || version.cv() != read.cv()
                        || !version.command().equals(read.command()))) {
            problem("a read showed what the log does not have", read);
        }
    }

    // ---- sessions

    private record Step(int session, ItemId item, long invoked, long ov, boolean read, Object what) {}

    /** A session does one thing after the other. */
    private void sessions(List<Call> calls, List<Saw> reads) {
        List<Step> steps = new ArrayList<>();
        for (Call call : calls) {
            for (int i = 0; i < call.made().size(); i++) {
                steps.add(new Step(
                        call.session(),
                        call.parts().get(i).item(),
                        call.invoked(),
                        call.made().get(i).ov(),
                        false,
                        call));
            }
        }
        for (Saw read : reads) {
            steps.add(new Step(read.session(), read.item(), read.invoked(), read.ov(), true, read));
        }
        steps.sort(Comparator.comparingLong(Step::invoked));
        Map<String, Long> known = new HashMap<>();
        for (Step step : steps) {
            String key = step.session() + " " + step.item();
            if (step.ov() < known.getOrDefault(key, -1L)) {
                problem("a session went back, it knew version " + known.get(key), step.what());
            }
            known.merge(key, step.ov(), Math::max);
        }
    }

    /** The versions of an item, and when they can have been written and were known to be. */
    private final class Timeline {
        private final List<Logged> versions = new ArrayList<>();
        private final List<Observation> observations = new ArrayList<>();

        /**
         * @param ov which version was the latest
         * @param fresh whether that was so at some moment between the times; else before the second one
         */
        private record Observation(long ov, long invoked, long returned, boolean fresh, Object what) {}

        void append(Logged version) {
            if (version.ov() != versions.size()) {
                problem("the item's version is not the next one", version);
            }
            if (!versions.isEmpty()) {
                Logged before = versions.get(versions.size() - 1);
                if (!version.at().isAfter(before.at()) || version.cv() <= before.cv()) {
                    problem("time or collection version does not increase along the item", version);
                }
            }
            boolean there =
                    !versions.isEmpty() && versions.get(versions.size() - 1).op() != Op.DELETE;
            boolean fits = switch (version.op()) {
                case CREATE -> versions.isEmpty();
                case RESTORE -> !versions.isEmpty();
                case UPDATE, ENRICH, DELETE -> there;
            };
            if (!fits) {
                problem("cannot be done to the version before", version);
            }
            versions.add(version);
        }

        @Nullable
        Logged version(long ov) {
            return ov >= 0 && ov < versions.size() ? versions.get((int) ov) : null;
        }

        /** It took the place of the version before at one moment. */
        void wrote(long ov, long invoked, long returned, Object what) {
            observations.add(new Observation(ov - 1, invoked, returned, true, what));
            observations.add(new Observation(ov, invoked, returned, false, what));
        }

        void saw(long ov, long invoked, long returned, boolean fresh, Object what) {
            observations.add(new Observation(ov, invoked, returned, fresh, what));
        }

        void sawDeleted(long invoked, long returned, Object what) {
            long[] from = from();
            long[] known = known();
            for (int ov = 0; ov < versions.size(); ov++) {
                if (versions.get(ov).op() == Op.DELETE && from[ov + 1] <= returned && known[ov + 2] >= invoked) {
                    return;
                }
            }
            problem("it was never deleted then", what);
        }

        void judge() {
            long[] from = from();
            long[] known = known();
            for (Observation observation : observations) {
                int at = (int) observation.ov() + 1;
                if (at > versions.size()) {
                    problem("a version was seen that the log does not have", observation.what());
                } else if (from[at] > observation.returned()) {
                    problem("a version was seen before it can have been written", observation.what());
                } else if (observation.fresh() && known[at + 1] < observation.invoked()) {
                    problem("a later version was known before", observation.what());
                }
            }
        }

        /** Before when each version cannot have been there: index 0 is no version at all, 1 the first one. */
        private long[] from() {
            long[] from = new long[versions.size() + 1];
            from[0] = Long.MIN_VALUE;
            for (int i = 1; i < from.length; i++) {
                Call writer = calls.get(versions.get(i - 1).command());
                from[i] = Math.max(from[i - 1], writer == null ? Long.MIN_VALUE : writer.invoked());
            }
            return from;
        }

        /** From when on each version, or a later one, must have been there. */
        private long[] known() {
            long[] known = new long[versions.size() + 2];
            Arrays.fill(known, Long.MAX_VALUE);
            for (Observation observation : observations) {
                int at = (int) observation.ov() + 1;
                if (at < known.length) {
                    known[at] = Math.min(known[at], observation.returned());
                }
            }
            for (int i = known.length - 2; i >= 0; i--) {
                known[i] = Math.min(known[i], known[i + 1]);
            }
            return known;
        }
    }
}
