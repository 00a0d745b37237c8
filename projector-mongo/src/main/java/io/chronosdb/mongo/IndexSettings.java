package io.chronosdb.mongo;

import io.chronosdb.document.CollectionMap;
import io.chronosdb.port.ArchiveLocation;
import java.util.function.Function;

/**
 * What the index of one database needs to know.
 *
 * @param dbName the MongoDB database
 * @param maps what of a collection is indexed, by the collection's name; answers for every name
 * @param archive where the database's payloads are: the index keeps their addresses
 * @param transactions whether a batch is written in one MongoDB transaction where the server can
 */
public record IndexSettings(
        String dbName, Function<String, CollectionMap> maps, ArchiveLocation archive, boolean transactions) {}
