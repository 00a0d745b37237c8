package io.chronosdb.system;

import io.chronosdb.address.Database;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.process.CommandProcessor;
import io.chronosdb.command.process.PayloadSource;
import io.chronosdb.command.process.ProcessorLimits;
import io.chronosdb.command.state.HeapState;
import io.chronosdb.command.state.PartitionState;
import io.chronosdb.command.state.StateStore;
import io.chronosdb.config.ChronosConfig;
import io.chronosdb.log.KafkaLog;
import io.chronosdb.port.DatabasePartition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A processor that comes to its end when it needs a document; as a process of its own by a halt of its JVM, which closes nothing. */
public final class DeadlyProcessor {
    /** No documents at hand, so that an enrichment has to fetch one. */
    private static final ProcessorLimits LIMITS =
            new ProcessorLimits(1_000, 1 << 20, Duration.ofMillis(100), Duration.ofSeconds(1), 0);

    static final int STATUS = 42;

    private DeadlyProcessor() {}

    public static void main(String[] args) throws Exception {
        ChronosConfig config = ChronosConfig.read(Path.of(args[0]));
        KafkaLog log = new KafkaLog(config.kafka());
        DecisionSettings settings = config.decisions(config.database(Database.parse(args[1])));
        CommandProcessor processor = on(log, settings, (partition, wanted) -> {
            Runtime.getRuntime().halt(STATUS);
            throw new AssertionError();
        });
        processor.start();
        Thread.sleep(Duration.ofMinutes(5).toMillis());
    }

    static CommandProcessor on(KafkaLog log, DecisionSettings settings, PayloadSource payloads) {
        return new CommandProcessor(log, new Forgetful(), database -> Optional.of(settings), payloads, LIMITS);
    }

    private static final class Forgetful implements StateStore {
        @Override
        public PartitionState open(DatabasePartition partition) {
            return new HeapState();
        }

        @Override
        public void close() {}
    }
}
