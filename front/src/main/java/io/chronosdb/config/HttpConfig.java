package io.chronosdb.config;

import java.time.Duration;

/**
 * Where a node tells how it is.
 *
 * @param port 0: any that is free
 * @param stalledAfter how long something may be in the way of a role before the node is not ready
 */
public record HttpConfig(String host, int port, Duration stalledAfter) {
    static final String HOST_DEFAULT = "127.0.0.1";
    static final int PORT_DEFAULT = 9464;
    static final Duration STALLED_AFTER_DEFAULT = Duration.ofSeconds(30);

    /** Less would be shorter than a pause between two tries. */
    static final Duration STALLED_AFTER_MIN = Duration.ofSeconds(1);

    static final Duration STALLED_AFTER_MAX = Duration.ofDays(1);
}
