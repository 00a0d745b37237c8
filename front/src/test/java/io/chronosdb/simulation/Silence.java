package io.chronosdb.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Every fault is logged where it strikes: thousands of times a second here. */
final class Silence {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.chronosdb");
    private static final @Nullable Level USUAL = LOG.getLevel();

    private Silence() {}

    static void begin() {
        LOG.setLevel(Level.OFF);
    }

    static void end() {
        LOG.setLevel(USUAL);
    }
}
