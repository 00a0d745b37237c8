package io.chronosdb.command.state;

import io.chronosdb.port.DatabasePartition;

class HeapStateTest extends PartitionStateContract {
    @Override
    protected PartitionState open(DatabasePartition partition) {
        return new HeapState();
    }
}
