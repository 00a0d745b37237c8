package io.chronosdb.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.document.Json;
import io.chronosdb.event.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * What the restoration of a collection came to.
 *
 * @param dryRun whether it was only planned
 * @param planned how many items were different and need a version
 * @param done how many have got it: all of them, unless it was a dry run
 * @param positions of the last event of each partition that took part: a reader can ask for at least these
 */
public record RestoreReport(boolean dryRun, long planned, long done, List<Position> positions) {
    public RestoreReport {
        positions = List.copyOf(positions);
    }

    /** Both together, of two partitions of one collection. */
    public RestoreReport plus(RestoreReport other) {
        List<Position> all = new ArrayList<>(positions);
        all.addAll(other.positions);
        return new RestoreReport(dryRun, planned + other.planned, done + other.done, all);
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("dryRun", dryRun);
        json.put("planned", planned);
        json.put("done", done);
        var tokens = json.putArray("positions");
        positions.forEach(position -> tokens.add(position.token()));
        return json;
    }

    static RestoreReport parse(Database database, JsonNode json) {
        List<Position> positions = new ArrayList<>();
        json.path("positions").forEach(token -> positions.add(Position.parse(database, token.asText())));
        return new RestoreReport(
                json.path("dryRun").asBoolean(),
                json.path("planned").longValue(),
                json.path("done").longValue(),
                positions);
    }
}
