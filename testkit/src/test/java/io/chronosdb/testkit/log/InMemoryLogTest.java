package io.chronosdb.testkit.log;

import io.chronosdb.address.Topics;
import io.chronosdb.port.Log;

class InMemoryLogTest extends LogContract {
    @Override
    protected Log open(String prefix, int partitions) {
        return new InMemoryLog(new Topics(prefix), partitions);
    }
}
