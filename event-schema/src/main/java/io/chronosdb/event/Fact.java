package io.chronosdb.event;

import io.chronosdb.address.ItemKey;
import java.util.List;
import java.util.Optional;

/** What an event says: items have new versions, or a partition is decided by other settings from here on. */
public sealed interface Fact permits Version, Configured, Transaction {
    /** One answer per kind of fact; a new kind breaks the build until every place answers. */
    <R> R match(Cases<R> cases);

    /** The versions that it makes, in order: what projections copy. None where it makes none. */
    default List<Version> versions() {
        return match(new Cases<>() {
            @Override
            public List<Version> version(Version version) {
                return List.of(version);
            }

            @Override
            public List<Version> configured(Configured configured) {
                return List.of();
            }

            @Override
            public List<Version> transaction(Transaction transaction) {
                return transaction.versions();
            }
        });
    }

    /** The one of its versions that is this; nothing where it makes no such version. */
    default Optional<Version> version(ItemKey item, Ov ov) {
        return versions().stream()
                .filter(version -> version.item().equals(item) && version.ov().equals(ov))
                .findFirst();
    }

    /**
     * The kinds.
     *
     * @param <R> the answer
     */
    interface Cases<R> {
        R version(Version version);

        R configured(Configured configured);

        R transaction(Transaction transaction);
    }
}
