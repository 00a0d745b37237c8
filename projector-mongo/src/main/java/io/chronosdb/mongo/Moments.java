package io.chronosdb.mongo;

import static com.mongodb.client.model.Aggregates.limit;
import static com.mongodb.client.model.Aggregates.match;
import static com.mongodb.client.model.Aggregates.project;
import static com.mongodb.client.model.Aggregates.sort;
import static com.mongodb.client.model.Aggregates.unionWith;
import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.empty;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Projections.computed;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.descending;

import io.chronosdb.document.AsOf;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
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
                return new Cut(last(collection, at), Optional.of(at));
            }

            @Override
            public Cut change(AsOf.Change change) {
                return new Cut(change.cv().value(), Optional.empty());
            }
        });
    }

    /** The last cv up to a time. The heads are read first, as {@link ListPipeline} does. */
    private long last(String collection, BsonString time) {
        List<Bson> stages = new ArrayList<>(last(Part.HEAD.of(collection), Place.HEADS.at(), time, empty()));
        String versions = Part.VERSIONS.of(collection);
        stages.add(unionWith(versions, last(versions, Place.VERSIONS.at(), time, exists(EntryDocuments.UNTIL_CV))));
        return database.heads(collection).aggregate(stages).into(new ArrayList<>()).stream()
                .filter(last -> last.containsKey("cv"))
                .mapToLong(last -> last.getInt64("cv").getValue())
                .max()
                .orElse(NEVER);
    }

    /** The last cv of the last time. */
    private static List<Bson> last(String from, String field, BsonString time, Bson which) {
        List<Bson> ofThatTime = List.of(match(which), sort(descending("cv")), limit(1), project(include("cv")));
        return List.of(
                match(and(lte(field, time), which)),
                sort(descending(field)),
                limit(1),
                project(include(field)),
                new BsonDocument(
                        "$lookup",
                        new BsonDocument("from", new BsonString(from))
                                .append("localField", new BsonString(field))
                                .append("foreignField", new BsonString(field))
                                .append(
                                        "pipeline",
                                        new BsonArray(ofThatTime.stream()
                                                .map(Bson::toBsonDocument)
                                                .toList()))
                                .append("as", new BsonString("last"))),
                project(computed("cv", new BsonDocument("$first", new BsonString("$last.cv")))));
    }
}
