package io.chronosdb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Times;
import io.chronosdb.port.IndexEntry;
import java.time.Instant;
import java.util.Optional;

/** One version in an item's history: who, when, why and what, without the document. */
public record HistoryEntry(
        String id,
        Ov ov,
        Cv cv,
        Op op,
        Instant at,
        Optional<String> actor,
        Optional<String> reason,
        Optional<String> sha256) {
    static HistoryEntry of(IndexEntry entry) {
        return new HistoryEntry(
                entry.item().id(),
                entry.ov(),
                entry.cv(),
                entry.op(),
                entry.at(),
                entry.actor(),
                entry.reason(),
                entry.payload().map(payload -> payload.sha256().toString()));
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("id", id);
        json.put("ov", ov.value());
        json.put("cv", cv.value());
        json.put("op", op.label());
        json.put("at", Times.format(at));
        actor.ifPresent(value -> json.put("actor", value));
        reason.ifPresent(value -> json.put("reason", value));
        sha256.ifPresent(value -> json.put("sha256", value));
        return json;
    }
}
