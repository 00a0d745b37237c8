package io.chronosdb.mongo;

import io.chronosdb.document.CollectionMap;
import io.chronosdb.port.ArchiveLocation;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the index of one database needs to know.
 *
 * @param dbName the MongoDB database
 * @param maps what of a collection is indexed, by the collection's name; answers for every name
 * @param archive where the database's payloads are: the index keeps their addresses
 * @param transactions whether a batch is written in one MongoDB transaction where the server can
 * @param retention which versions it keeps
 * @param shadow which documents it keeps for a while, if any
 * @param forgets whether items of a collection may not keep all their versions, by the collection's name
 */
public record IndexSettings(
        String dbName,
        Function<String, CollectionMap> maps,
        ArchiveLocation archive,
        boolean transactions,
        VersionRetention retention,
        Optional<PayloadShadow> shadow,
        Predicate<String> forgets) {
    /** Every version, no document. */
    public IndexSettings(
            String dbName, Function<String, CollectionMap> maps, ArchiveLocation archive, boolean transactions) {
        this(dbName, maps, archive, transactions, VersionRetention.ALL, Optional.empty());
    }

    /** The same without documents at hand. */
    IndexSettings withoutShadow() {
        return new IndexSettings(dbName, maps, archive, transactions, retention, Optional.empty(), forgets);
    }

    /** Items keep all their versions, as far as their collections say. */
    public IndexSettings(
            String dbName,
            Function<String, CollectionMap> maps,
            ArchiveLocation archive,
            boolean transactions,
            VersionRetention retention,
            Optional<PayloadShadow> shadow) {
        this(dbName, maps, archive, transactions, retention, shadow, collection -> false);
    }
}
