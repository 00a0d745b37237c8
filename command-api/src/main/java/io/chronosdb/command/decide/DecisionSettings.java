package io.chronosdb.command.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Routing;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything of the configuration that changes a decision. It is part of the log, so that two processes with different
 * files never decide the same command differently.
 *
 * @param routing how commands find their partition, unless the collection has its own key
 * @param chooseKeys a collection's own routing key
 * @param partitions how many the database has; recorded, never changed
 * @param dbName the database's configured MongoDB name, which a routing key may contain
 * @param payloadBytesMax the largest document
 * @param commandIdsKept how long a command id is remembered, by the log's time
 * @param requiredIndexed paths that a collection's documents must have
 */
public record DecisionSettings(
        Routing routing,
        Map<String, String> chooseKeys,
        int partitions,
        String dbName,
        long payloadBytesMax,
        Duration commandIdsKept,
        Map<String, List<String>> requiredIndexed) {
    public DecisionSettings {
        chooseKeys = Collections.unmodifiableMap(new TreeMap<>(chooseKeys));
        requiredIndexed = Collections.unmodifiableMap(new TreeMap<>(requiredIndexed));
        if (partitions < 1 || payloadBytesMax < 1 || commandIdsKept.isNegative()) {
            throw new Invalid("partitions, payloadBytesMax and commandIdsKept are positive");
        }
    }

    /** How the collection's items are routed. */
    public Routing routing(String collection) {
        String own = chooseKeys.get(collection);
        return own == null ? routing : new Routing(routing.hash(), own);
    }

    /** The collection's map, as far as deciding needs it. */
    public CollectionMap map(String collection) {
        return new CollectionMap(List.of(), requiredIndexed.getOrDefault(collection, List.of()));
    }

    /** Whether commands find the same partitions by the other settings. */
    public boolean routesLike(DecisionSettings other) {
        return routing.equals(other.routing)
                && chooseKeys.equals(other.chooseKeys)
                && partitions == other.partitions
                && dbName.equals(other.dbName);
    }

    /** What {@link #routesLike} compares, for a person. */
    public String routingText() {
        return "hashAlgo=" + routing.hash().label() + " chooseKey=" + routing.chooseKey() + " chooseKeys=" + chooseKeys
                + " partitions=" + partitions + " dbName=" + dbName;
    }

    /** Canonical: the same settings are the same text. */
    public String toJson() {
        ObjectNode json = Json.object();
        json.put("hashAlgo", routing.hash().label());
        json.put("chooseKey", routing.chooseKey());
        json.set("chooseKeys", Json.MAPPER.valueToTree(chooseKeys));
        json.put("partitions", partitions);
        json.put("dbName", dbName);
        json.put("payloadBytesMax", payloadBytesMax);
        json.put("commandIdsKeptSeconds", commandIdsKept.toSeconds());
        json.set("requiredIndexed", Json.MAPPER.valueToTree(requiredIndexed));
        return Json.text(json);
    }

    /**
     * The inverse of {@link #toJson}.
     *
     * @throws Invalid if the text is no settings
     */
    public static DecisionSettings parse(String text) {
        ObjectNode json = Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
        Map<String, String> chooseKeys = new TreeMap<>();
        json.path("chooseKeys")
                .properties()
                .forEach(e -> chooseKeys.put(e.getKey(), e.getValue().asText()));
        Map<String, List<String>> required = new TreeMap<>();
        json.path("requiredIndexed").properties().forEach(e -> {
            List<String> paths = new ArrayList<>();
            e.getValue().forEach((JsonNode path) -> paths.add(path.asText()));
            required.put(e.getKey(), List.copyOf(paths));
        });
        Routing.Hash hash = json.path("hashAlgo").asText().equals(Routing.Hash.JUMP.label())
                ? Routing.Hash.JUMP
                : Routing.Hash.RENDEZVOUS;
        return new DecisionSettings(
                new Routing(hash, json.path("chooseKey").asText()),
                chooseKeys,
                json.path("partitions").asInt(),
                json.path("dbName").asText(),
                json.path("payloadBytesMax").asLong(),
                Duration.ofSeconds(json.path("commandIdsKeptSeconds").asLong()),
                required);
    }
}
