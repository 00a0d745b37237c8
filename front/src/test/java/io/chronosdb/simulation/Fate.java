package io.chronosdb.simulation;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What happens to a history: everything that it leaves to chance comes from here, so that a seed is a history. */
abstract class Fate {
    private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);

    /** Whether it happens now, where it could. */
    final boolean strikes(Fault fault) {
        boolean strikes = decide(fault);
        if (strikes) {
            struck.merge(fault, 1, Integer::sum);
        }
        return strikes;
    }

    abstract boolean decide(Fault fault);

    /** From 0 to below the bound. */
    abstract int below(int bound);

    /** From now on nothing goes wrong any more. */
    abstract void relent();

    final <T> T oneOf(List<T> some) {
        return some.get(below(some.size()));
    }

    /** How often what has happened. */
    final Map<Fault, Integer> struck() {
        return struck;
    }

    /** By chance. */
    static final class Chance extends Fate {
        private final Random random;
        private double intensity;

        Chance(long seed) {
            random = new Random(seed);
            intensity = 0.25 + 1.5 * random.nextDouble(); // Long quiet stretches find what constant trouble hides.
        }

        @Override
        boolean decide(Fault fault) {
            return random.nextDouble() < fault.probability * intensity;
        }

        @Override
        int below(int bound) {
            return random.nextInt(bound);
        }

        @Override
        void relent() {
            intensity = 0;
        }
    }

    /** Crashes at given points, counted from 0, and nothing else by chance. */
    static final class Planned extends Fate {
        private final Fault crash;
        private final Set<Integer> at;
        private final Set<Fault> always;
        private int points;

        /** @param always what happens wherever it can */
        Planned(Fault crash, Set<Integer> at, Set<Fault> always) {
            this.crash = crash;
            this.at = at;
            this.always = always;
        }

        /** How many points there were until now at which it could have crashed. */
        int points() {
            return points;
        }

        @Override
        boolean decide(Fault fault) {
            return fault == crash ? at.contains(points++) : always.contains(fault);
        }

        @Override
        int below(int bound) {
            return 0;
        }

        @Override
        void relent() {}
    }
}
