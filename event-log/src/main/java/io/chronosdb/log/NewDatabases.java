package io.chronosdb.log;

import io.chronosdb.address.Database;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.port.Log;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.NewRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Word of new databases, from whoever has made their topics to every reader of a group, in all processes: they look for
 * new topics at once instead of when their metadata is old. Only a hint. Who misses it is later by a second.
 */
final class NewDatabases implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NewDatabases.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final KafkaLog log;
    private final KafkaTopics topics;
    private final LogPartition partition;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::listen, "chronos-databases");
    private Log.@Nullable Appender appender;
    private boolean started;
    private volatile boolean closed;

    NewDatabases(KafkaLog log, KafkaTopics topics) {
        this.log = log;
        this.topics = topics;
        this.partition = new LogPartition(log.topics().prefix() + ".databases", 0);
        thread.setDaemon(true);
    }

    /** Says that a database has topics now. Waits for nobody; what goes wrong is said in the log. */
    void announce(Database database) {
        try {
            topics.makeNews(partition.topic());
            byte[] name = database.value().getBytes(StandardCharsets.UTF_8);
            var unused = appender()
                    .append(partition, new NewRecord("", name, Map.of()))
                    .whenComplete((offset, error) -> {
                        if (error != null) {
                            LOG.info(
                                    "a new database is not announced: database={} cause={}",
                                    database,
                                    error.toString());
                        }
                    });
        } catch (Unavailable e) {
            LOG.info("a new database is not announced: database={} cause={}", database, e.getMessage());
        }
    }

    private synchronized Log.Appender appender() {
        Log.Appender made = appender;
        if (made == null) {
            made = log.appender();
            appender = made;
        }
        return made;
    }

    /** From now on the listener is called when there is a new database. */
    synchronized void add(Runnable listener) {
        listeners.add(listener);
        if (!started && !closed) {
            started = true;
            thread.start();
        }
    }

    void remove(Runnable listener) {
        listeners.remove(listener);
    }

    private void listen() {
        while (!closed) {
            try {
                topics.makeNews(partition.topic());
                follow();
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.info("new databases are noticed later: cause={}", e.toString());
                    pause();
                }
            }
        }
    }

    private void follow() {
        try (Log.Reader news = log.read(partition, log.end(partition))) {
            while (!closed) {
                if (!news.poll(POLL).isEmpty()) {
                    listeners.forEach(Runnable::run);
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        Log.Appender open;
        boolean running;
        synchronized (this) {
            open = appender;
            running = started;
        }
        if (open != null) {
            open.close();
        }
        if (running) {
            try {
                thread.join(CLOSE_MAX.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
