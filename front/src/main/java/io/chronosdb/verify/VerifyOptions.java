package io.chronosdb.verify;

import io.chronosdb.address.Selection;

/**
 * What is verified, and what is done about what is found.
 *
 * @param only what of the database is looked at; totals are of no single item, and looked at with all of a collection's only
 * @param repair whether copies are mended that differ from the log
 * @param differencesMax how many differences are named; all are counted
 */
public record VerifyOptions(Selection only, boolean repair, int differencesMax) {
    public static final int DIFFERENCES_DEFAULT = 20;

    /** Everything, and nothing is changed. */
    public static final VerifyOptions PLAIN = new VerifyOptions(Selection.ALL, false, DIFFERENCES_DEFAULT);
}
