package io.chronosdb.mongo;

import java.util.Optional;

/**
 * What a rebuild found and did.
 *
 * @param built what is in the new index
 * @param compared whether there was an old index at the same place of the log, to compare with
 * @param difference the first one between the old index and the new one; none if they are equal, or were not compared
 * @param switched whether the new index is the one that serves now. If not, it is kept beside the old one, as
 *     {@code rebuild.<generation>.<c>_head} and so on, until the next rebuild
 * @param ahead how many documents the old index had of events behind its own progress, of a batch that nobody has finished.
 *     They come again when the projection goes on
 */
public record RebuildResult(
        IndexFingerprint built, boolean compared, Optional<Difference> difference, boolean switched, long ahead) {
    /**
     * Where two indexes differ. It names no values: they may be confidential.
     *
     * @param collection the MongoDB collection, for example {@code users_head}
     * @param document the item, or {@code <item>@<ov>} for a version
     * @param field dotted; empty if one index does not have the document at all
     * @param problem for a person
     */
    public record Difference(String collection, String document, String field, String problem) {}
}
