package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lt;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.DeleteManyModel;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import io.chronosdb.mongo.CollectionBatch.NewHead;
import io.chronosdb.mongo.CollectionBatch.NewVersion;
import io.chronosdb.mongo.CollectionBatch.Until;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Writes a folded batch so that repeating it, replaying it from earlier, or writing it late changes nothing.
 *
 * <p>Order: versions, their ends, heads, what is not kept, counter. So whoever has found a head finds its version too. The progress is written
 * behind all of them, by the caller.
 */
final class BatchWriter {
    private final IndexDatabase database;
    private final BulkWrites writes;

    BatchWriter(IndexDatabase database, BulkWrites writes) {
        this.database = database;
        this.writes = writes;
    }

    void write(CollectionBatch batch) {
        writeVersions(batch);
        writeHeads(batch);
        removeForgotten(batch);
        raiseCounter(batch);
    }

    /** A late writer may bring one back: the head says which ones count. */
    private void removeForgotten(CollectionBatch batch) {
        write(
                database.versions(batch.collection()),
                batch.forgotten().stream()
                        .map(gone ->
                                new DeleteManyModel<BsonDocument>(and(gte("_id", gone.first()), lt("_id", gone.end()))))
                        .toList());
    }

    private void writeVersions(CollectionBatch batch) {
        MongoCollection<BsonDocument> collection = database.versions(batch.collection());
        List<NewVersion> versions = batch.versions();
        List<Integer> present = write(
                collection,
                versions.stream()
                        .map(version -> new InsertOneModel<>(version.document()))
                        .toList());
        // One that was there may have been written before its end was known.
        List<Until> untils = new ArrayList<>(batch.earlierUntils());
        present.forEach(index -> versions.get(index).until().ifPresent(untils::add));
        write(collection, untils.stream().map(BatchWriter::end).toList());
    }

    /** By id alone, which costs the server half as much; where the end is set, it is set to the same. */
    private static WriteModel<BsonDocument> end(Until until) {
        return new UpdateOneModel<>(eq("_id", until.key()), new BsonDocument("$set", until.fields()));
    }

    /**
     * A head moves forward only. That one is there is no proof that it is as new as ours: between our looking and our
     * inserting, someone else may have inserted an older one. So what met one is tried again, now that it is there, by a
     * replacement only; that one decides.
     */
    private void writeHeads(CollectionBatch batch) {
        MongoCollection<BsonDocument> collection = database.heads(batch.collection());
        List<NewHead> heads = batch.heads();
        List<Integer> present =
                write(collection, heads.stream().map(BatchWriter::firstTry).toList());
        write(
                collection,
                present.stream()
                        .map(index -> replaceOlder(heads.get(index).document(), false))
                        .toList());
    }

    private static WriteModel<BsonDocument> firstTry(NewHead head) {
        return head.born() ? new InsertOneModel<>(head.document()) : replaceOlder(head.document(), true);
    }

    /**
     * The guard is in the update, not in the filter: finding by id alone is cheaper, and where a newer one is there nothing
     * fails. A missing {@code ov} is less than any.
     */
    private static WriteModel<BsonDocument> replaceOlder(BsonDocument head, boolean upsert) {
        Document newer = new Document("$lt", List.of("$ov", head.getInt64("ov")));
        Document either = new Document("$cond", List.of(newer, new Document("$literal", head), "$$ROOT"));
        return new UpdateOneModel<>(
                eq("_id", head.get("_id")),
                List.of(new Document("$replaceWith", either)),
                new UpdateOptions().upsert(upsert));
    }

    private void raiseCounter(CollectionBatch batch) {
        Bson raise = Updates.max("cv", new BsonInt64(batch.cvMax().value()));
        UpdateOneModel<BsonDocument> model =
                new UpdateOneModel<>(eq("_id", batch.collection()), raise, new UpdateOptions().upsert(true));
        MongoCollection<BsonDocument> collection = database.part(Part.COUNTER, batch.collection());
        if (!write(collection, List.of(model)).isEmpty()) {
            write(collection, List.of(model)); // Someone else inserted it at the same moment.
        }
    }

    private List<Integer> write(
            MongoCollection<BsonDocument> collection, List<? extends WriteModel<BsonDocument>> models) {
        return models.isEmpty() ? List.of() : writes.write(collection, models);
    }
}
