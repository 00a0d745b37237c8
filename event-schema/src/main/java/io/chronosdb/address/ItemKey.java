package io.chronosdb.address;

/** The thing that has versions: an id within a collection of some database. */
public record ItemKey(String collection, String id) {
    public ItemKey {
        Names.require(Names.collectionProblem(collection));
        Names.require(Names.itemIdProblem(id));
    }

    /** {@code <collection>/<id>}: unambiguous, since neither part may contain a slash. */
    @Override
    public String toString() {
        return collection + "/" + id;
    }
}
