package io.chronosdb.mongo;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.event.Times;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.port.IndexEntry.PayloadRef;
import io.chronosdb.port.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt64;

/** Documents of {@code <c>_ver} and {@code <c>_head} as entries of one database. */
record EntryReader(Database database, Optional<PayloadShadow> shadow) {
    private static final List<String> FIELDS =
            List.of("ov", "cv", "op", "at", "createdAt", "actor", "reason", "payload", "position");

    private static final List<String> FIELDS_AND_SHADOW =
            Stream.concat(FIELDS.stream(), Stream.of(PayloadShadow.FIELD)).toList();

    /** What of a document an entry needs; everything but the properties. */
    List<String> fields() {
        return shadow.isPresent() ? FIELDS_AND_SHADOW : FIELDS;
    }

    IndexEntry head(String collection, BsonDocument head) {
        return entry(new ItemKey(collection, head.getString("_id").getValue()), head.getInt64("ov"), head);
    }

    IndexEntry version(String collection, BsonDocument version) {
        return entry(
                new ItemKey(collection, item(version)),
                version.getDocument("_id").getInt64("ov"),
                version);
    }

    /** Either. */
    IndexEntry listed(String collection, BsonDocument document) {
        return document.isDocument("_id") ? version(collection, document) : head(collection, document);
    }

    /** The id of the item that a document of either is of. */
    static String item(BsonDocument document) {
        return (document.isDocument("_id") ? document.getDocument("_id").getString("id") : document.getString("_id"))
                .getValue();
    }

    private IndexEntry entry(ItemKey item, BsonInt64 ov, BsonDocument document) {
        BsonDocument position = document.getDocument("position");
        Instant at = time(document, "at");
        return new IndexEntry(
                item,
                new Ov(ov.getValue()),
                new Cv(document.getInt64("cv").getValue()),
                Op.parse(document.getString("op").getValue()),
                at,
                time(document, "createdAt"),
                text(document, "actor"),
                text(document, "reason"),
                document.containsKey("payload")
                        ? Optional.of(payload(document.getDocument("payload")))
                        : Optional.empty(),
                new Position(
                        database,
                        position.getInt32("partition").getValue(),
                        position.getInt64("offset").getValue()),
                shadow.flatMap(documents -> documents.of(document, at)));
    }

    private static PayloadRef payload(BsonDocument payload) {
        return new PayloadRef(
                new ObjectKey(
                        payload.getString("bucket").getValue(),
                        payload.getString("key").getValue()),
                payload.getInt64("size").getValue(),
                Hash.fromHex(payload.getString("sha256").getValue()));
    }

    private static Instant time(BsonDocument document, String name) {
        return Times.parse(document.getString(name).getValue());
    }

    private static Optional<String> text(BsonDocument document, String name) {
        return document.containsKey(name) ? Optional.of(document.getString(name).getValue()) : Optional.empty();
    }
}
