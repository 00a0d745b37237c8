package io.chronosdb.simulation;

import io.chronosdb.counters.CounterRule;
import io.chronosdb.counters.SteppedCounting;
import io.chronosdb.counters.SteppedCounting.Announcement;
import io.chronosdb.counters.SteppedCounting.Committed;
import io.chronosdb.document.Json;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process that counts. What Kafka Streams promises is taken for granted: stores, offsets and announcements are committed
 * together or not at all, and whoever takes over fences the one before.
 */
final class Counter extends Process {
    /** {@link Truth} counts the same once more. */
    private static final List<CounterRule> RULES = CounterRule.parseAll(
            Json.parse(("[{\"name\":\"late\",\"scope\":\"payload\",\"when\":{\"n\":{\"$gte\":15}}},"
                            + "{\"name\":\"sum\",\"scope\":\"payload\",\"on\":[\"CREATE\"],\"sum\":\"n\"}]")
                    .getBytes(StandardCharsets.UTF_8)),
            "rules");

    private final List<SteppedCounting> tasks = new ArrayList<>();

    Counter(World world) {
        super(world);
        for (int partition = 0; partition < World.PARTITIONS; partition++) {
            tasks.add(from(partition));
        }
    }

    private SteppedCounting from(int partition) {
        return new SteppedCounting(world.log.topics(), partition, RULES, world.counted.get(partition));
    }

    @Override
    void step() {
        for (int partition = 0; partition < World.PARTITIONS; partition++) {
            SteppedCounting task = tasks.get(partition);
            for (LogRecord record : world.records(world.events(partition), task.next(), 1 + world.fate.below(5))) {
                task.process(record);
                pointWithin();
            }
            if (world.fate.below(3) == 0) {
                task.announce(world.clock.millis());
                pointWithin();
                commit(partition, task);
            }
        }
    }

    /** Whether everything is counted, committed and announced. */
    boolean isIdle() {
        for (int partition = 0; partition < World.PARTITIONS; partition++) {
            Committed state = world.counted.get(partition);
            if (state.next() < world.log.end(world.events(partition)) || !state.isAnnounced()) {
                return false;
            }
        }
        return true;
    }

    /** Nobody else counts: whoever stands still here is fenced before anyone takes over, and dies of it. */
    private void commit(int partition, SteppedCounting task) {
        if (world.fate.strikes(Fault.COUNTING_ABORTED)) {
            tasks.set(partition, from(partition));
            return;
        }
        List<Announcement> announced = task.takeAnnounced();
        Committed state = task.state();
        world.counted.set(partition, state);
        announced.stream()
                .map(one -> new NewRecord(one.key(), one.value() == null ? new byte[0] : one.value(), Map.of()))
                .forEach(world::announce);
    }
}
