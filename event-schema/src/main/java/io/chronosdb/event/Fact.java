package io.chronosdb.event;

/** What an event says: an item has a new version, or a partition is decided by other settings from here on. */
public sealed interface Fact permits Version, Configured {
    /** One answer per kind of fact; a new kind breaks the build until every place answers. */
    <R> R match(Cases<R> cases);

    /**
     * The kinds.
     *
     * @param <R> the answer
     */
    interface Cases<R> {
        R version(Version version);

        R configured(Configured configured);
    }
}
