package io.chronosdb.verify;

import java.util.Optional;

/**
 * What is verified, and what is done about what is found.
 *
 * @param collection the only one to look at; empty: all of the database's
 * @param repair whether copies are mended that differ from the log
 * @param differencesMax how many differences are named; all are counted
 */
public record VerifyOptions(Optional<String> collection, boolean repair, int differencesMax) {
    public static final int DIFFERENCES_DEFAULT = 20;

    /** Everything, and nothing is changed. */
    public static final VerifyOptions PLAIN = new VerifyOptions(Optional.empty(), false, DIFFERENCES_DEFAULT);
}
