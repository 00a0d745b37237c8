package io.chronosdb.health;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What is told of a process's health, as JSON. */
final class StatusJson {
    /** Enough to see what it is; the rest is in the status. */
    private static final int PROBLEMS_MAX = 20;

    private StatusJson() {}

    /** One of the three answers, and why. */
    static ObjectNode answer(String name, boolean yes, List<Problem> problems) {
        ObjectNode json = Json.object().put(name, yes);
        if (!yes && !problems.isEmpty()) {
            add(json.putArray("problems"), problems.subList(0, Math.min(PROBLEMS_MAX, problems.size())));
            if (problems.size() > PROBLEMS_MAX) {
                json.put("more", problems.size() - PROBLEMS_MAX);
            }
        }
        return json;
    }

    /** Everything. */
    static ObjectNode status(Look look, Health health, Instant now) {
        ObjectNode json = Json.object();
        json.put("started", health.started()).put("ready", health.ready()).put("live", health.live());
        json.put("at", look.at().toString());
        add(json.putArray("problems"), health.problems());
        ArrayNode roles = json.putArray("roles");
        look.roles().forEach(role -> {
            ObjectNode one = roles.addObject();
            one.put("role", role.role()).put("alive", role.alive());
            one.put("member", role.status().member());
            one.put("since", role.status().since().toString());
            role.status().cause().ifPresent(cause -> one.put("cause", cause));
        });
        ArrayNode partitions = json.putArray("partitions");
        look.partitions().forEach(partition -> partitions.add(partition(partition, now)));
        return json;
    }

    private static ObjectNode partition(PartitionLook look, Instant now) {
        ObjectNode json = Json.object();
        json.put("role", look.role());
        json.put("database", look.status().partition().database().value());
        json.put("partition", look.status().partition().number());
        look.status().position().ifPresent(position -> json.put("position", position));
        look.end().ifPresent(end -> json.put("end", end));
        look.lagEvents().ifPresent(lag -> {
            json.put("lagEvents", lag);
            json.put("lagSeconds", seconds(look.lag(now)));
        });
        json.put("state", look.state().name().toLowerCase(Locale.ROOT));
        json.put("since", look.status().condition().since().toString());
        look.status().condition().cause().ifPresent(cause -> json.put("cause", cause));
        json.put("parked", look.status().parked());
        return json;
    }

    static double seconds(Duration time) {
        return time.toMillis() / 1_000.0;
    }

    private static void add(ArrayNode array, List<Problem> problems) {
        for (Problem problem : problems) {
            ObjectNode json = array.addObject().put("role", problem.role());
            if (!problem.place().isEmpty()) {
                json.put("at", problem.place());
            }
            json.put("problem", problem.problem()).put("since", problem.since().toString());
        }
    }
}
