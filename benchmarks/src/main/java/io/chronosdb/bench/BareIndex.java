package io.chronosdb.bench;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.Document;

/**
 * What the floors know of an index, and how they write.
 *
 * @param database with the same durability as Chronos asks for
 */
record BareIndex(MongoDatabase database) {
    static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);

    BareIndex {
        database = database.withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
    }

    static String versions(String collection) {
        return collection + "_ver";
    }

    static String heads(String collection) {
        return collection + "_head";
    }

    MongoCollection<BsonDocument> collection(String name) {
        return database.getCollection(name, BsonDocument.class);
    }

    /** Gives a collection the indexes of its namesake. */
    void copyIndexes(BareIndex from, String collection) {
        List<Document> indexes =
                from.database().getCollection(collection).listIndexes().into(new ArrayList<>());
        indexes.removeIf(index -> index.getString("name").equals("_id_"));
        Document unused = database.runCommand(new Document("createIndexes", collection).append("indexes", indexes));
    }
}
