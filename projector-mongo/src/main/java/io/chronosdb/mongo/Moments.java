package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.descending;

import com.mongodb.client.MongoCollection;
import io.chronosdb.document.AsOf;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.conversions.Bson;

/**
 * Moments of a collection as collection versions. Both increase along a partition, and across partitions a cv is a stamp of the
 * time, so that what has happened up to a time is what has happened up to the last cv of that time.
 */
record Moments(IndexDatabase database) {
    /** Text order is time order for four-digit years; beyond them there is nothing. */
    private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59.999999Z");

    private static final Instant TIME_MIN = Instant.parse("0000-01-01T00:00:00Z");

    /** Before all that happened. */
    private static final long NEVER = -1;

    /**
     * A moment as conditions need it.
     *
     * @param cv the last one that had happened
     * @param at the time, if the moment is one: it follows from the cv, and is what an index by time can start from
     */
    record Cut(long cv, Optional<BsonString> at) {}

    /** A time as documents have it. */
    static BsonString text(Instant time) {
        return EntryDocuments.time(time.isAfter(TIME_MAX) ? TIME_MAX : time.isBefore(TIME_MIN) ? TIME_MIN : time);
    }

    Cut cut(String collection, AsOf moment) {
        return moment.match(new AsOf.Cases<>() {
            @Override
            public Cut time(AsOf.Time time) {
                BsonString at = text(time.at());
                Bson ended = and(lte("at", at), exists(EntryDocuments.UNTIL_CV));
                long cv = Math.max(
                        last(database.heads(collection), "updatedAt", lte("updatedAt", at)),
                        last(database.versions(collection), "at", ended));
                return new Cut(cv, Optional.of(at));
            }

            @Override
            public Cut change(AsOf.Change change) {
                return new Cut(change.cv().value(), Optional.empty());
            }
        });
    }

    /** The last cv of the last time. */
    private static long last(MongoCollection<BsonDocument> collection, String time, Bson filter) {
        BsonDocument newest = collection
                .find(filter)
                .sort(descending(time))
                .projection(include(time))
                .first();
        if (newest == null) {
            return NEVER;
        }
        BsonDocument last = collection
                .find(and(filter, eq(time, newest.get(time))))
                .sort(descending("cv"))
                .projection(include("cv"))
                .first();
        return last == null ? NEVER : last.getInt64("cv").getValue();
    }

    /**
     * The first cv whose versions are all there; nothing where none was ever pruned.
     *
     * <p>Read it behind what it is about: it rises before anything is pruned.
     */
    OptionalLong keptFrom(String collection) {
        BsonDocument counter = database.part(Part.COUNTER, collection)
                .find(eq("_id", collection))
                .first();
        return counter != null && counter.containsKey(VersionPruning.KEPT_FROM)
                ? OptionalLong.of(counter.getInt64(VersionPruning.KEPT_FROM).getValue())
                : OptionalLong.empty();
    }
}
