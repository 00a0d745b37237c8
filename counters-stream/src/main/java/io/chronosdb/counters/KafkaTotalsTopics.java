package io.chronosdb.counters;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the brokers once per topic, and again after a while where there was none. */
final class KafkaTotalsTopics implements TotalsTopics {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTotalsTopics.class);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final long ASK_AGAIN_AFTER_MS = 1_000;

    private final Admin admin;
    private final Set<String> found = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> missing = new ConcurrentHashMap<>();

    KafkaTotalsTopics(Admin admin) {
        this.admin = admin;
    }

    @Override
    public boolean exists(String topic, long nowMs) {
        if (found.contains(topic)) {
            return true;
        }
        Long asked = missing.get(topic);
        if (asked != null && nowMs - asked < ASK_AGAIN_AFTER_MS) {
            return false;
        }
        if (ask(topic)) {
            missing.remove(topic);
            found.add(topic);
            return true;
        }
        missing.put(topic, nowMs);
        return false;
    }

    @Override
    public void forget() {
        found.clear();
    }

    private boolean ask(String topic) {
        try {
            admin.describeTopics(List.of(topic)).allTopicNames().get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                LOG.warn("could not look for a totals topic, topic={} cause={}", topic, e.toString());
            }
        } catch (TimeoutException e) {
            LOG.warn("could not look for a totals topic in time, topic={} limitMs={}", topic, DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
