package io.chronosdb.simulation;

import io.chronosdb.address.Database;
import io.chronosdb.address.Topics;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import io.chronosdb.port.NewRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The log as one process sees it: it may be unreadable for a moment, and what is appended has a way to go. */
final class ProcessLog implements Log {
    private final Process process;
    private final World world;
    private final Log log;

    ProcessLog(Process process) {
        this.process = process;
        this.world = process.world;
        this.log = world.log;
    }

    private void reach() {
        process.point();
        if (world.fate.strikes(Fault.LOG_UNREADABLE)) {
            throw new Unavailable("log", "the simulation wants it so", null);
        }
    }

    @Override
    public Topics topics() {
        return log.topics();
    }

    @Override
    public int open(Database database) {
        return log.open(database);
    }

    @Override
    public String generation(String topic) {
        reach();
        return log.generation(topic);
    }

    @Override
    public Map<LogPartition, Long> ends(Collection<LogPartition> partitions, Duration max) {
        reach();
        return log.ends(partitions, max);
    }

    @Override
    public boolean exists(String topic) {
        return log.exists(topic);
    }

    @Override
    public Appender appender() {
        Appender appender = log.appender();
        return new Appender() {
            @Override
            public CompletableFuture<Long> append(LogPartition partition, NewRecord record) {
                point(partition);
                CompletableFuture<Long> sent = world.network.from(process, () -> appender.append(partition, record));
                point(partition);
                return sent;
            }

            /** Answers leave the pipeline under its lock. */
            private void point(LogPartition partition) {
                if (partition.equals(world.replies)) {
                    process.pointWithin();
                } else {
                    process.point();
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public long end(LogPartition partition) {
        reach();
        return log.end(partition);
    }

    @Override
    public long begin(LogPartition partition) {
        reach();
        return log.begin(partition);
    }

    @Override
    public Reader read(Map<LogPartition, Long> from) {
        Reader reader = log.read(from);
        return new Reader() {
            @Override
            public List<LogRecord> poll(Duration max) {
                reach();
                return reader.poll(Duration.ZERO);
            }

            @Override
            public void seek(LogPartition partition, long offset) {
                reader.seek(partition, offset);
            }

            @Override
            public long position(LogPartition partition) {
                return reader.position(partition);
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }

    @Override
    public GroupReader join(String group, Topics.Kind kind, Ownership ownership) {
        throw new UnsupportedOperationException("the simulation says who has which partition");
    }

    @Override
    public Tail tail() {
        throw new UnsupportedOperationException("nobody here reads answers but the client");
    }

    @Override
    public void close() {}
}
