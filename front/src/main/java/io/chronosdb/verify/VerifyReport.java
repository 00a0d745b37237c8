package io.chronosdb.verify;

import java.util.List;
import java.util.Map;

/**
 * What a verification found.
 *
 * @param position up to where all copies were compared, by partition: the offset behind the last event
 * @param versions how many the log has up to there
 * @param objects how many were compared in the archive
 * @param totals how many parts of totals were counted again
 * @param found how many differences there are
 * @param repaired how many of them were mended
 * @param differences the first ones
 * @param waiting items that wait behind a parked event: they differ until it is retried, and are not among the differences
 */
public record VerifyReport(
        Map<Integer, Long> position,
        long versions,
        long objects,
        long totals,
        long found,
        long repaired,
        List<Difference> differences,
        long waiting) {
    /** Whether all copies are as the log has it, now. */
    public boolean agrees() {
        return found == repaired && waiting == 0;
    }

    /** Which copy differs. */
    public enum Store {
        LOG,
        INDEX,
        ARCHIVE,
        TOTALS
    }

    /**
     * Where a copy differs from the log. It names no values: they may be confidential.
     *
     * @param place the MongoDB collection, the bucket, or the collection of the totals
     * @param object the item, {@code <item>@<ov>}, the object's key, or the window of the totals
     * @param field dotted; empty where there is none
     * @param problem for a person
     * @param repaired whether it was mended
     */
    public record Difference(
            Store store, String place, String object, String field, String problem, boolean repaired) {}
}
