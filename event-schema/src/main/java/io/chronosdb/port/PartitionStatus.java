package io.chronosdb.port;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a role is at one partition.
 *
 * @param source what it reads there
 * @param position the offset of the first record that it has not done; empty while it does not know
 * @param steps grows, beside the position, with what is done about a single record that takes long
 * @param parked items that wait for a person, see {@link Parking}
 * @param oldest when the record at the position was appended, if it is at hand
 */
public record PartitionStatus(
        DatabasePartition partition,
        LogPartition source,
        OptionalLong position,
        long steps,
        Condition condition,
        int parked,
        Optional<Instant> oldest) {}
