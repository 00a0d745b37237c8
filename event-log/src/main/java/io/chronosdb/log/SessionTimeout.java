package io.chronosdb.log;

import io.chronosdb.error.ChronosException.Unavailable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long a silent member keeps its partitions, where the configuration leaves it open: as short as the brokers accept. */
final class SessionTimeout {
    /** Shorter ones would mistake a pause for a death too often. */
    static final Duration MIN = Duration.ofSeconds(3);

    /** What brokers accept unless they are told otherwise. */
    static final Duration STOCK_BROKERS = Duration.ofSeconds(6);

    private static final Logger LOG = LoggerFactory.getLogger(SessionTimeout.class);
    private static final String LIMIT = "group.min.session.timeout.ms";
    private static final long MILLIS_MAX = 3_000;

    private SessionTimeout() {}

    /** What every broker accepts; {@link #STOCK_BROKERS} if they cannot be asked. */
    static Duration shortest(Admin admin) {
        try {
            Collection<Node> brokers = KafkaErrors.await(admin.describeCluster().nodes(), MILLIS_MAX);
            List<ConfigResource> asked = brokers.stream()
                    .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
                    .toList();
            Map<ConfigResource, Config> told =
                    KafkaErrors.await(admin.describeConfigs(asked).all(), MILLIS_MAX);
            return told.values().stream().map(SessionTimeout::limit).reduce(MIN, (a, b) -> a.compareTo(b) > 0 ? a : b);
        } catch (ExecutionException | Unavailable e) {
            LOG.info(
                    "brokers do not say which session timeout they accept: taken={} cause={}",
                    STOCK_BROKERS,
                    e.toString());
            return STOCK_BROKERS;
        }
    }

    private static Duration limit(Config broker) {
        return Optional.ofNullable(broker.get(LIMIT))
                .map(ConfigEntry::value)
                .map(millis -> Duration.ofMillis(Long.parseLong(millis)))
                .orElse(STOCK_BROKERS);
    }
}
