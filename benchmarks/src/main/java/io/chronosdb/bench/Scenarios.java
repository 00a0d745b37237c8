package io.chronosdb.bench;

import java.util.ArrayList;
import java.util.List;

/** All that is measured, in the order of a write's way. */
final class Scenarios {
    static final List<Scenario> ALL = all();

    private Scenarios() {}

    private static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.addAll(WritePath.scenarios());
        all.addAll(Projecting.scenarios());
        all.addAll(Archiving.scenarios());
        all.add(Counting.SCENARIO);
        all.add(Rebuilding.SCENARIO);
        all.addAll(Reading.scenarios());
        all.add(Visibility.SCENARIO);
        all.add(Growth.SCENARIO);
        all.addAll(Starting.scenarios());
        all.add(Neighbour.SCENARIO);
        all.add(IdleTenants.SCENARIO);
        return List.copyOf(all);
    }
}
