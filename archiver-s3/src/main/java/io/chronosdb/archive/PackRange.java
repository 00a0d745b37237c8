package io.chronosdb.archive;

import io.chronosdb.event.Position;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;

/**
 * A stretch of a partition of which packs are made. Which one an event is in is a function of its position, so that it is found
 * without being written down anywhere.
 *
 * @param from its first offset
 */
record PackRange(DatabasePartition partition, long from) {
    /** Large enough that a pack saves a thousand requests; small enough to be written anew for each batch until it is over. */
    static final int OFFSETS = 1_024;

    static PackRange of(DatabasePartition partition, long offset) {
        return new PackRange(partition, offset - offset % OFFSETS);
    }

    static PackRange of(Position position) {
        return of(new DatabasePartition(position.database(), position.partition()), position.offset());
    }

    /** The offset behind its last one. */
    long end() {
        return from + OFFSETS;
    }

    /** The pack of the events before an offset; of all of them once the range is over. */
    ObjectKey pack(ArchiveLocation location, long end) {
        return location.pack(partition, from, end);
    }
}
