package io.chronosdb.command.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Routing;
import io.chronosdb.document.Base64Property;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.port.ArchiveLocation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything of the configuration that changes a decision. It is part of the log, so that two processes with different
 * files never decide the same command differently.
 *
 * @param routing how commands find their partition, unless the collection has its own key
 * @param partitions how many the database has; recorded, never changed
 * @param dbName the database's configured MongoDB name, which a routing key may contain
 * @param payloadBytesMax the largest document
 * @param commandIdsKept how long a command id is remembered, by the log's time
 * @param archive where blobs go: documents name them
 * @param keeping what collections keep, unless one has its own
 * @param collections the collections' own rules, by name
 */
public record DecisionSettings(
        Routing routing,
        int partitions,
        String dbName,
        long payloadBytesMax,
        Duration commandIdsKept,
        ArchiveLocation archive,
        Keeping keeping,
        Map<String, CollectionRules> collections) {
    public DecisionSettings {
        collections = Collections.unmodifiableMap(new TreeMap<>(collections));
        if (partitions < 1 || payloadBytesMax < 1 || commandIdsKept.isNegative()) {
            throw new Invalid("partitions, payloadBytesMax and commandIdsKept are positive");
        }
    }

    private CollectionRules rules(String collection) {
        return collections.getOrDefault(collection, CollectionRules.NONE);
    }

    /** How the collection's items are routed. */
    public Routing routing(String collection) {
        return rules(collection)
                .chooseKey()
                .map(own -> new Routing(routing.hash(), own))
                .orElse(routing);
    }

    /** The collection's map, as far as deciding needs it. */
    public CollectionMap map(String collection) {
        return new CollectionMap(List.of(), rules(collection).requiredIndexed());
    }

    public List<Base64Property> base64Props(String collection) {
        return rules(collection).base64Props();
    }

    public Keeping keeping(String collection) {
        return rules(collection).keeping().orElse(keeping);
    }

    /** Whether commands find the same partitions by the other settings. */
    public boolean routesLike(DecisionSettings other) {
        return routing.equals(other.routing)
                && chooseKeys().equals(other.chooseKeys())
                && partitions == other.partitions
                && dbName.equals(other.dbName);
    }

    private Map<String, String> chooseKeys() {
        Map<String, String> keys = new TreeMap<>();
        collections.forEach((name, rules) -> rules.chooseKey().ifPresent(key -> keys.put(name, key)));
        return keys;
    }

    /** What {@link #routesLike} compares, for a person. */
    public String routingText() {
        return "hashAlgo=" + routing.hash().label() + " chooseKey=" + routing.chooseKey() + " chooseKeys="
                + chooseKeys() + " partitions=" + partitions + " dbName=" + dbName;
    }

    /** Canonical: the same settings are the same text. */
    public String toJson() {
        ObjectNode json = Json.object();
        json.put("hashAlgo", routing.hash().label());
        json.put("chooseKey", routing.chooseKey());
        json.put("partitions", partitions);
        json.put("dbName", dbName);
        json.put("payloadBytesMax", payloadBytesMax);
        json.put("commandIdsKeptSeconds", commandIdsKept.toSeconds());
        json.put("bucket", archive.bucket());
        json.put("prefix", archive.prefix());
        json.set("keeping", json(keeping));
        ObjectNode byName = json.putObject("collections");
        collections.forEach((name, rules) -> byName.set(name, json(rules)));
        return Json.text(json);
    }

    private static ObjectNode json(Keeping keeping) {
        return Json.object().put("versions", keeping.versions()).put("deleted", keeping.deleted());
    }

    private static ObjectNode json(CollectionRules rules) {
        ObjectNode json = Json.object();
        rules.chooseKey().ifPresent(key -> json.put("chooseKey", key));
        ArrayNode required = json.putArray("requiredIndexed");
        rules.requiredIndexed().forEach(required::add);
        ArrayNode base64 = json.putArray("base64Props");
        for (Base64Property property : rules.base64Props()) {
            base64.addObject()
                    .put("path", property.path())
                    .put("contentType", property.contentType())
                    .put("preferredText", property.preferredText())
                    .put("textCharset", property.textCharset());
        }
        rules.keeping().ifPresent(keeping -> json.set("keeping", json(keeping)));
        return json;
    }

    /**
     * The inverse of {@link #toJson}.
     *
     * @throws Invalid if the text is no settings
     */
    public static DecisionSettings parse(String text) {
        ObjectNode json = Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
        Map<String, CollectionRules> collections = new TreeMap<>();
        json.path("collections").properties().forEach(e -> collections.put(e.getKey(), rules(e.getValue())));
        Routing.Hash hash = json.path("hashAlgo").asText().equals(Routing.Hash.JUMP.label())
                ? Routing.Hash.JUMP
                : Routing.Hash.RENDEZVOUS;
        return new DecisionSettings(
                new Routing(hash, json.path("chooseKey").asText()),
                json.path("partitions").asInt(),
                json.path("dbName").asText(),
                json.path("payloadBytesMax").asLong(),
                Duration.ofSeconds(json.path("commandIdsKeptSeconds").asLong()),
                new ArchiveLocation(
                        json.path("bucket").asText(), json.path("prefix").asText()),
                keeping(json.path("keeping")),
                collections);
    }

    private static Keeping keeping(JsonNode json) {
        return new Keeping(
                json.path("versions").asBoolean(true), json.path("deleted").asBoolean(true));
    }

    private static CollectionRules rules(JsonNode json) {
        List<String> required = new ArrayList<>();
        json.path("requiredIndexed").forEach(path -> required.add(path.asText()));
        List<Base64Property> base64 = new ArrayList<>();
        json.path("base64Props")
                .forEach(property -> base64.add(new Base64Property(
                        property.path("path").asText(),
                        property.path("contentType").asText(),
                        property.path("preferredText").asBoolean(),
                        property.path("textCharset").asText())));
        return new CollectionRules(
                Optional.ofNullable(json.path("chooseKey").textValue()),
                required,
                base64,
                json.has("keeping") ? Optional.of(keeping(json.path("keeping"))) : Optional.empty());
    }
}
