package io.chronosdb.mongo;

import com.mongodb.client.MongoCursor;
import io.chronosdb.mongo.ProgressStore.Stored;
import io.chronosdb.mongo.RebuildResult.Difference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * What an old index and a new one of the same place in the log have different.
 *
 * @param difference the first one, if there is one
 * @param ahead how many documents of the old index are of events behind its progress, which is no difference
 */
record IndexComparison(Optional<Difference> difference, long ahead) {
    private static final IndexComparison EQUAL = new IndexComparison(Optional.empty(), 0);

    /**
     * Compares two.
     *
     * @param progress that both are at, by partition
     * @param due the versions that one may have without the other
     */
    static IndexComparison of(
            IndexDatabase old,
            IndexDatabase rebuilt,
            Collection<String> collections,
            Map<Integer, Stored> progress,
            DueVersions due) {
        return Parallel.map(collections, collection -> of(old, rebuilt, collection, progress, due)).stream()
                .reduce(EQUAL, IndexComparison::plus);
    }

    private static IndexComparison of(
            IndexDatabase old,
            IndexDatabase rebuilt,
            String collection,
            Map<Integer, Stored> progress,
            DueVersions due) {
        IndexComparison versions = of(old, rebuilt, Part.VERSIONS, collection, progress, due, false);
        IndexComparison heads = of(old, rebuilt, Part.HEAD, collection, progress, due, false);
        IndexComparison counter = of(old, rebuilt, Part.COUNTER, collection, progress, due, versions.ahead > 0);
        return versions.plus(heads).plus(counter);
    }

    private static IndexComparison of(
            IndexDatabase old,
            IndexDatabase rebuilt,
            Part part,
            String collection,
            Map<Integer, Stored> progress,
            DueVersions due,
            boolean versionsAhead) {
        return old.call("compare", () -> {
            List<Difference> first = new ArrayList<>();
            PartComparison comparison = new PartComparison(part, progress, due, versionsAhead, found -> {
                if (first.isEmpty()) {
                    first.add(found.difference(part.of(collection)));
                }
            });
            try (MongoCursor<BsonDocument> left = old.scan(part, collection);
                    MongoCursor<BsonDocument> right = rebuilt.scan(part, collection)) {
                comparison.run(left, right);
            }
            return new IndexComparison(first.stream().findFirst(), comparison.ahead());
        });
    }

    IndexComparison or(Optional<Difference> other) {
        return new IndexComparison(difference.or(() -> other), ahead);
    }

    private IndexComparison plus(IndexComparison other) {
        return new IndexComparison(difference.or(() -> other.difference), ahead + other.ahead);
    }
}
