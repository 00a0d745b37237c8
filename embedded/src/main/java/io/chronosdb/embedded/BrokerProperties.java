package io.chronosdb.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/** What the broker is told, and why. A broker and controller in one, a cluster of one, on loopback. */
final class BrokerProperties {
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";
    private static final int REQUEST_BYTES_MIN = 100 * 1024 * 1024;

    private BrokerProperties() {}

    static Properties of(Path logDir, BrokerPorts ports, KafkaSettings settings, Duration startLimit) {
        Properties properties = new Properties();
        structure(properties, logDir, ports);
        smallCluster(properties);
        quickToFail(properties);
        lean(properties);
        limits(properties, settings.maxMessageBytes());
        properties.put("server.max.startup.time.ms", Long.toString(startLimit.toMillis()));
        properties.putAll(settings.overrides());
        return properties;
    }

    private static void structure(Properties properties, Path logDir, BrokerPorts ports) {
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE_ID));
        // Static voters are not written to disk: the ports may be others at each start.
        properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + ports.controller());
        properties.put("controller.listener.names", CONTROLLER_LISTENER);
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + ports.clients() + "," + CONTROLLER_LISTENER + "://127.0.0.1:"
                        + ports.controller());
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        properties.put("log.dirs", logDir.toString());
        properties.put("auto.create.topics.enable", "false");
        // Nothing is forgotten unless its topic says so.
        properties.put("log.retention.ms", "-1");
    }

    /** Internal topics of one replica and few partitions: they are created while the first client waits. */
    private static void smallCluster(Properties properties) {
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "4");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
    }

    private static void quickToFail(Properties properties) {
        // A broker killed with kill -9 is refused by its controller until its old session ends.
        properties.put("broker.session.timeout.ms", "2000");
        properties.put("broker.heartbeat.interval.ms", "500");
        // Consumers that want to be replaced within seconds may ask for it, in the old protocol and the new ones.
        properties.put("group.min.session.timeout.ms", "3000");
        properties.put("group.consumer.min.session.timeout.ms", "3000");
        properties.put("group.consumer.min.heartbeat.interval.ms", "500");
        properties.put("group.streams.min.session.timeout.ms", "3000");
        properties.put("group.streams.min.heartbeat.interval.ms", "500");
        // There is nobody else to wait for.
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("group.streams.initial.rebalance.delay.ms", "0");
    }

    private static void lean(Properties properties) {
        // The default takes 128 MB of this JVM's heap.
        properties.put("log.cleaner.dedupe.buffer.size", "4194304");
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        properties.put("background.threads", "2");
    }

    private static void limits(Properties properties, int maxMessageBytes) {
        properties.put("message.max.bytes", Integer.toString(maxMessageBytes));
        properties.put("replica.fetch.max.bytes", Integer.toString(maxMessageBytes));
        // A request carries a batch for each of several partitions.
        long request = Math.min(Integer.MAX_VALUE, Math.max(REQUEST_BYTES_MIN, 4L * maxMessageBytes));
        properties.put("socket.request.max.bytes", Long.toString(request));
    }
}
