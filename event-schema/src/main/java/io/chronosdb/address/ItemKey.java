package io.chronosdb.address;

import io.chronosdb.error.ChronosException.Invalid;

/** The thing that has versions: an id within a collection of some database. */
public record ItemKey(String collection, String id) {
    public ItemKey {
        Names.require(Names.collectionProblem(collection));
        Names.require(Names.itemIdProblem(id));
    }

    /**
     * The inverse of {@link #toString}.
     *
     * @throws Invalid if the text is no item's
     */
    public static ItemKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new Invalid("an item is <collection>/<id>");
        }
        return new ItemKey(text.substring(0, slash), text.substring(slash + 1));
    }

    /** {@code <collection>/<id>}: unambiguous, since neither part may contain a slash. */
    @Override
    public String toString() {
        return collection + "/" + id;
    }
}
