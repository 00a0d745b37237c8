package io.chronosdb.event;

/**
 * Which versions of its item a version lets projections keep. The log keeps all of them in any case, for as long as it
 * keeps anything. The order is that of the symbols in {@code Event.avsc}.
 */
public enum Keeps {
    /** All, which is the default. */
    ALL,
    /** This one only: versioning is off. */
    LATEST,
    /** Not even this one: a deletion for good. */
    NOTHING
}
