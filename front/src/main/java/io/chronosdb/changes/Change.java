package io.chronosdb.changes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.document.Json;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.event.Times;
import io.chronosdb.event.Version;
import java.time.Instant;
import java.util.Optional;

/**
 * A new version of an item, as the change feed hands it over.
 *
 * @param at when: increasing along a partition, microseconds
 * @param payload the document's bytes as they were written; absent where the item was deleted
 * @param position of the event: what {@code readAtLeast} takes as a token
 * @param resume goes on behind this change
 */
public record Change(
        Database database,
        String collection,
        String id,
        Ov ov,
        Cv cv,
        Op op,
        Instant at,
        Optional<String> actor,
        Optional<String> reason,
        Optional<Payload> payload,
        Position position,
        ResumeToken resume) {
    static Change of(Version version, Position position, ResumeToken resume) {
        return new Change(
                position.database(),
                version.item().collection(),
                version.item().id(),
                version.ov(),
                version.cv(),
                version.op(),
                version.at(),
                version.provenance().actor(),
                version.provenance().reason(),
                version.payload(),
                position,
                resume);
    }

    /** Goes on behind this change, in this process or another, as long as the log keeps what follows. */
    public String token() {
        return resume.text();
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("database", database.value());
        json.put("collection", collection);
        json.put("id", id);
        json.put("ov", ov.value());
        json.put("cv", cv.value());
        json.put("op", op.label());
        json.put("at", Times.format(at));
        actor.ifPresent(value -> json.put("actor", value));
        reason.ifPresent(value -> json.put("reason", value));
        payload.ifPresent(value -> json.set("data", Json.parseObject(value.json())));
        json.put("position", position.token());
        json.put("token", token());
        return json;
    }
}
