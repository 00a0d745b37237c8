package io.chronosdb.log;

import io.chronosdb.port.Log;
import io.chronosdb.testkit.kafka.SharedKafka;
import io.chronosdb.testkit.log.LogContract;
import java.util.Map;
import java.util.Optional;

class KafkaLogTest extends LogContract {
    @Override
    protected Log open(String prefix, int partitions) {
        return new KafkaLog(new KafkaLogSettings(
                SharedKafka.bootstrapServers(), prefix, partitions, 1, 1 << 20, Optional.empty(), Map.of()));
    }
}
