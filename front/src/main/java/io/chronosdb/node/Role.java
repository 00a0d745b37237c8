package io.chronosdb.node;

import io.chronosdb.error.ChronosException.Invalid;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a process does. */
public enum Role {
    /** Decides commands. */
    COMMANDS,
    /** Writes the index. */
    PROJECTOR,
    /** Writes the archive. */
    ARCHIVER,
    /** Counts. */
    COUNTERS,
    /** Holds index and archive to the log, in the background. */
    VERIFIER;

    /** What is done where nothing is said: everything but verification, which reads all copies all the time. */
    public static Set<Role> byDefault() {
        return EnumSet.complementOf(EnumSet.of(VERIFIER));
    }

    /**
     * Reads a list such as {@code commands,projector}, or {@code none}.
     *
     * @throws Invalid naming what there is
     */
    public static Set<Role> parse(String text) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        if (text.strip().equalsIgnoreCase("none")) {
            return roles;
        }
        for (String name : text.split(",")) {
            try {
                roles.add(valueOf(name.strip().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new Invalid("no such role: role=" + name.strip()
                        + " known=commands,projector,archiver,counters,verifier,none");
            }
        }
        return roles;
    }
}
