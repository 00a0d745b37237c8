package io.chronosdb.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.event.Times;
import java.time.Instant;

/**
 * The answer "yes" to a command: which version it made, or found to be what was asked for already. Given only once the
 * version's event is in the log for good.
 *
 * @param op what made the version
 * @param at when the version was made
 * @param position of its event, or of a later one of the same partition where the command made none: a reader anywhere can
 *     ask for at least this
 */
public record Receipt(String id, Ov ov, Cv cv, Op op, Instant at, Position position) {
    /** As users see it: the time is named by what happened. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("id", id);
        json.put("ov", ov.value());
        json.put("cv", cv.value());
        json.put(atName(), Times.format(at));
        json.put("position", position.token());
        return json;
    }

    private String atName() {
        return switch (op) {
            case CREATE -> "createdAt";
            case UPDATE, ENRICH, RESTORE -> "updatedAt";
            case DELETE -> "deletedAt";
        };
    }
}
