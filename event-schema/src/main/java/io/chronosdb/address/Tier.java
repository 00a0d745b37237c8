package io.chronosdb.address;

import java.util.Locale;

/** Who shares a database: everyone, a domain, or one tenant. */
public enum Tier {
    GENERIC,
    DOMAIN,
    TENANT;

    /** The name as written in configuration and on the command line, for example {@code tenant}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
