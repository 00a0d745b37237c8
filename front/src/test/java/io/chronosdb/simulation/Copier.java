package io.chronosdb.simulation;

import io.chronosdb.log.SteppedFollower;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.Parking;
import io.chronosdb.port.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A process that copies the events of all partitions into a store: a projector or an archiver. */
final class Copier extends Process {
    private final List<Following> followings = new ArrayList<>();

    /** Where it copies to, as this process reaches it. */
    record Target(Projection projection, Parking parking) {}

    Copier(World world, Function<Process, Target> reach) {
        super(world);
        Target target = reach.apply(this);
        for (DatabasePartition partition : world.partitions) {
            followings.add(new Following(partition, target));
        }
    }

    @Override
    void step() {
        followings.forEach(Following::step);
    }

    private final class Following {
        private final LogPartition events;
        private final SteppedFollower follower;
        private long next;

        Following(DatabasePartition partition, Target target) {
            events = world.events(partition.number());
            follower = new SteppedFollower(
                    partition,
                    events,
                    target.projection(),
                    target.parking(),
                    world.log,
                    world.clock::nanos,
                    () -> world.fate.below(100) / 100.0,
                    world.clock);
        }

        void step() {
            follower.takeSeek().ifPresent(offset -> next = offset);
            if (follower.wantsRecords()) {
                for (LogRecord record : world.records(events, next, 1 + world.fate.below(5))) {
                    follower.offer(record);
                    next = record.offset() + 1;
                }
            }
            follower.step();
            follower.stopped().ifPresent(why -> {
                throw new AssertionError("a partition stopped: " + why);
            });
        }
    }
}
