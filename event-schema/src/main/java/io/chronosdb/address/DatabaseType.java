package io.chronosdb.address;

import java.util.Locale;

/** What kind of data a database holds. The lower-case name is used in configuration, topics and the CLI. */
public enum DatabaseType {
    METADATA,
    KNOWLEDGE,
    RUNTIME,
    LOGS;

    /** The name as written in configuration and topics, for example {@code runtime}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
