package io.chronosdb.faults;

import io.chronosdb.address.Database;
import io.chronosdb.archive.Archiver;
import io.chronosdb.archive.Window;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.error.ChronosException;
import io.chronosdb.log.EventReader;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.node.Stores;
import io.chronosdb.port.DatabasePartition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** How long index and archive take for what is in the log at a moment. */
final class Convergence implements AutoCloseable {
    static final Duration MAX = Duration.ofSeconds(120);

    private final KafkaLog log;
    private final EventReader events;
    private final Stores stores;
    private final Archiver archiver;
    private final List<Database> databases;

    Convergence(ChronosConfig config, List<Database> databases) {
        this.log = new KafkaLog(config.kafka());
        this.events = new EventReader(log, Duration.ofSeconds(5));
        this.stores = new Stores(config);
        this.archiver = new Archiver(stores::archive, stores::location, Window.DEFAULT);
        this.databases = databases;
    }

    /** Waits until they have all of it. */
    Duration await() {
        long begin = System.nanoTime();
        Map<DatabasePartition, Long> ends = new HashMap<>();
        Awaitility.await().atMost(MAX).pollInterval(Duration.ofMillis(50)).until(() -> have(ends));
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** @param ends filled by the first call that can */
    private boolean have(Map<DatabasePartition, Long> ends) {
        try {
            if (ends.isEmpty()) {
                ends.putAll(ends());
            }
            return ends.entrySet().stream()
                    .allMatch(end -> stores.index(end.getKey().database())
                                            .visibleUpTo(end.getKey().number())
                                    >= end.getValue()
                            && archiver.progress(end.getKey()).next() >= end.getValue());
        } catch (ChronosException e) {
            return false;
        }
    }

    private Map<DatabasePartition, Long> ends() {
        Map<DatabasePartition, Long> ends = new HashMap<>();
        for (Database database : databases) {
            for (int p = 0; p < log.open(database); p++) {
                DatabasePartition partition = new DatabasePartition(database, p);
                ends.put(partition, events.end(partition));
            }
        }
        return ends;
    }

    @Override
    public void close() {
        events.close();
        log.close();
        stores.close();
    }
}
