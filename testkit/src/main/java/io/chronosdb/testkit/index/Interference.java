package io.chronosdb.testkit.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.port.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Projects a history as badly as can happen: in batches of any size, batches repeated, and writers that were replaced
 * coming late with old ones.
 */
public final class Interference {
    private static final int BATCH_MAX = 12;

    private Interference() {}

    /** @param anotherWriter of the same index, as another process has it */
    public static void project(
            Random random,
            List<LoggedEvent> events,
            DatabasePartition partition,
            Projection projection,
            Supplier<Projection> anotherWriter) {
        List<Progress> behind = new ArrayList<>(List.of(Progress.START));
        events.forEach(event -> behind.add(EventChain.behind(behind.get(behind.size() - 1), event)));
        Projection zombie = anotherWriter.get();
        int from = 0;
        while (from < events.size()) {
            int to = Math.min(events.size(), from + 1 + random.nextInt(BATCH_MAX));
            assertThat(projection.project(partition, events.subList(from, to), behind.get(from), behind.get(to)))
                    .isEqualTo(behind.get(to));
            int start = random.nextInt(to + 1);
            int end = start + random.nextInt(to - start + 1);
            if (end < to) { // Otherwise it would not be late.
                assertThat(zombie.project(partition, events.subList(start, end), behind.get(start), behind.get(end)))
                        .isEqualTo(behind.get(to));
            }
            from = to;
        }
    }
}
