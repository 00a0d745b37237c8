package io.chronosdb.log;

import io.chronosdb.port.Log;
import io.chronosdb.testkit.kafka.SharedKafka;
import io.chronosdb.testkit.log.LogContract;
import java.time.Duration;
import java.util.Map;

class KafkaLogTest extends LogContract {
    @Override
    protected Log open(String prefix, int partitions) {
        return new KafkaLog(new KafkaLogSettings(
                SharedKafka.bootstrapServers(), prefix, partitions, 1, 1 << 20, Duration.ofSeconds(6), Map.of()));
    }
}
