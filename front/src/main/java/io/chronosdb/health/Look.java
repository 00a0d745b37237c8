package io.chronosdb.health;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the monitor saw when it looked last.
 *
 * @param at when that was
 * @param unreachable since when, and why, the ends of partitions cannot be asked
 * @param started whether every role has once been a member of its group
 * @param settled whether the process was ready once: from then on a partition may start without being in the way
 */
record Look(
        Instant at,
        List<RoleLook> roles,
        List<PartitionLook> partitions,
        Optional<Problem> unreachable,
        boolean started,
        boolean settled) {
    static Look nothingYet(Instant at) {
        return new Look(at, List.of(), List.of(), Optional.empty(), false, false);
    }
}
