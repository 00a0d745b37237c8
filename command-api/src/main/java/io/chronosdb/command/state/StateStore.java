package io.chronosdb.command.state;

import io.chronosdb.port.DatabasePartition;

/** Keeps the state of partitions. */
public interface StateStore extends AutoCloseable {
    /** The partition's state as it was last committed, or an empty one. */
    PartitionState open(DatabasePartition partition);

    @Override
    void close();
}
