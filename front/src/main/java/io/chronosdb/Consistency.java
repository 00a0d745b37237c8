package io.chronosdb;

/** What a read waits for. */
public enum Consistency {
    /** Nothing: what the index has now. */
    EVENTUAL,
    /** The handle's own writes, and positions it was handed. */
    SESSION,
    /** Everything that was in the log when the read began. */
    LATEST
}
