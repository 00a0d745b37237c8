package io.chronosdb.port;

/** A role of a process, for whoever looks after it. Thread-safe; to look at it never holds it up. */
public interface Watched {
    /** A short name: {@code commands}, {@code projector}, {@code archiver}, {@code counters}, {@code totals}. */
    String role();

    /** Whether it can still go on by itself, now or when what it needs is back. If not, only a new process helps. */
    boolean alive();

    /** How it is now. */
    RoleStatus status();
}
