package io.chronosdb.embedded;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * What can be chosen about a broker; everything else is the same for all of them.
 *
 * @param port the port for clients on 127.0.0.1; a free one is chosen at each start when empty
 * @param maxMessageBytes the largest record batch the broker takes, compressed; a producer must raise its own
 *     {@code max.request.size} to the same
 * @param overrides broker properties that win over the ones of this module, but not over those that hold the broker
 *     together (listeners, directories, quorum)
 */
public record KafkaSettings(OptionalInt port, int maxMessageBytes, Map<String, String> overrides) {
    /** 17 MiB: a document of 16 MiB, the most that MongoDB stores, in its envelope. */
    public static final int MAX_MESSAGE_BYTES = 17 * 1024 * 1024;

    private static final int MAX_MESSAGE_BYTES_MIN = 1024;
    private static final Set<String> STRUCTURE = Set.of(
            "process.roles",
            "node.id",
            "controller.quorum.voters",
            "controller.quorum.bootstrap.servers",
            "controller.listener.names",
            "inter.broker.listener.name",
            "listeners",
            "advertised.listeners",
            "listener.security.protocol.map",
            "log.dir",
            "log.dirs",
            "metadata.log.dir");

    /** Refuses values that no broker could run with, naming them. */
    public KafkaSettings {
        if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > 65_535)) {
            throw new IllegalArgumentException("not a port, port=" + port.getAsInt());
        }
        if (maxMessageBytes < MAX_MESSAGE_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "too small, maxMessageBytes=" + maxMessageBytes + " min=" + MAX_MESSAGE_BYTES_MIN);
        }
        for (String key : overrides.keySet()) {
            if (STRUCTURE.contains(key)) {
                throw new IllegalArgumentException("can't be overridden, property=" + key);
            }
        }
        overrides = Map.copyOf(overrides);
    }

    /** A port of its own choice and {@link #MAX_MESSAGE_BYTES}. */
    public static KafkaSettings defaults() {
        return new KafkaSettings(OptionalInt.empty(), MAX_MESSAGE_BYTES, Map.of());
    }

    /** The same with this port for clients. */
    public KafkaSettings onPort(int chosen) {
        return new KafkaSettings(OptionalInt.of(chosen), maxMessageBytes, overrides);
    }

    /** The same with this limit, in bytes. */
    public KafkaSettings withMaxMessageBytes(int bytes) {
        return new KafkaSettings(port, bytes, overrides);
    }

    /** The same with one more broker property. */
    public KafkaSettings with(String property, String value) {
        Map<String, String> more = new TreeMap<>(overrides);
        more.put(property, value);
        return new KafkaSettings(port, maxMessageBytes, more);
    }
}
