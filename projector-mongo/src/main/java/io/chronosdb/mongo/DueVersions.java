package io.chronosdb.mongo;

import java.time.Instant;
import java.util.Map;
import org.bson.BsonDocument;

/**
 * Which versions an index at one place in the log may have or not.
 *
 * @param times when the last event of every partition happened
 */
record DueVersions(VersionRetention retention, Map<Integer, Instant> times) {
    /** Whether a version has ended long enough ago. */
    boolean byAge(BsonDocument version) {
        Instant now =
                times.get(version.getDocument("position").getInt32("partition").getValue());
        return now != null
                && version.containsKey("until")
                && retention
                        .horizon(now)
                        .filter(horizon -> version.getString("until").getValue().compareTo(horizon) <= 0)
                        .isPresent();
    }

    /** Whether an item that has a version need not have another one any more. */
    boolean byCount(long ov, long latest) {
        return retention.perItem().isPresent()
                && ov <= latest - retention.perItem().getAsLong();
    }

    /** Whether that can be at all. */
    boolean byCount() {
        return retention.perItem().isPresent();
    }
}
