package io.chronosdb.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCursor;
import io.chronosdb.error.ChronosException.Unavailable;
import io.chronosdb.event.Hash;
import java.util.Collection;
import java.util.List;
import org.bson.BsonDocument;

/**
 * A hash over everything in an index: two indexes with the same one answer every read alike, however they came to be. It
 * covers versions, heads and counters in the order of their ids, with the fields of each by name; not the progress.
 *
 * @param collections ours, by name
 * @param hash over theirs
 */
public record IndexFingerprint(List<OfCollection> collections, Hash hash) {
    public IndexFingerprint {
        collections = List.copyOf(collections);
    }

    /**
     * One collection.
     *
     * @param versions how many there are
     * @param heads how many items there are
     */
    public record OfCollection(String collection, long versions, long heads, Hash hash) {}

    /**
     * Reads the whole index. What is written meanwhile may or may not be in it.
     *
     * @throws Unavailable if the server cannot be reached
     */
    public static IndexFingerprint of(MongoClient client, String dbName) {
        IndexDatabase database = new IndexDatabase(client, dbName);
        return of(database, database.collections());
    }

    static IndexFingerprint of(IndexDatabase database, Collection<String> names) {
        List<OfCollection> collections = Parallel.map(
                names.stream().sorted().toList(), name -> database.call("fingerprint", () -> of(database, name)));
        DocumentHash total = new DocumentHash();
        for (OfCollection collection : collections) {
            total.add(collection.collection());
            total.add(collection.hash().toString());
        }
        return new IndexFingerprint(collections, total.value());
    }

    private static OfCollection of(IndexDatabase database, String collection) {
        DocumentHash hash = new DocumentHash();
        long versions = addAll(database, Part.VERSIONS, collection, hash);
        long heads = addAll(database, Part.HEAD, collection, hash);
        addAll(database, Part.COUNTER, collection, hash);
        return new OfCollection(collection, versions, heads, hash.value());
    }

    private static long addAll(IndexDatabase database, Part part, String collection, DocumentHash hash) {
        hash.add(part.name());
        long count = 0;
        try (MongoCursor<BsonDocument> documents = database.scan(part, collection)) {
            for (; documents.hasNext(); count++) {
                hash.add(documents.next());
            }
        }
        return count;
    }
}
