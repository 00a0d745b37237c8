package io.chronosdb.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Blob;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Kept;
import io.chronosdb.event.Lineage;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Times;
import io.chronosdb.event.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The layout of {@code item.json}: the document of one version with a {@code _system} block as its first property. The
 * document's own bytes follow as its writer sent them, so that they can be cut out again to the byte and checked
 * against their hash.
 *
 * @param system the {@code _system} block
 * @param payload the document without it; absent for a deletion
 */
public record ItemDocument(ObjectNode system, Optional<Payload> payload) {
    private static final byte[] START = ("{\"" + Json.SYSTEM + "\":").getBytes(StandardCharsets.UTF_8);

    /** The document's properties stand behind the block, and are not read. */
    private static final ObjectReader SYSTEM =
            Json.MAPPER.readerFor(ObjectNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** What is known of a version, as reads return it and the archive keeps it. */
    public static ObjectNode system(Version version) {
        ObjectNode system = Json.object();
        system.put("ov", version.ov().value());
        system.put("cv", version.cv().value());
        system.put("op", version.op().label());
        system.put("at", Times.format(version.at()));
        system.put("insertedAt", Times.format(version.insertedAt()));
        system.put("updatedAt", Times.format(version.at()));
        if (version.deleted()) {
            system.put("deletedAt", Times.format(version.at()));
        }
        version.provenance().actor().ifPresent(actor -> system.put("actor", actor));
        version.provenance().reason().ifPresent(reason -> system.put("reason", reason));
        version.provenance().commandId().ifPresent(id -> system.put("commandId", id));
        if (!version.provenance().headers().isEmpty()) {
            ObjectNode headers = system.putObject("headers");
            version.provenance().headers().forEach(headers::put);
        }
        if (!version.provenance().functionIds().isEmpty()) {
            ArrayNode functionIds = system.putArray("functionIds");
            version.provenance().functionIds().forEach(functionIds::add);
        }
        version.lineage()
                .parent()
                .ifPresent(parent -> system.put("parentId", parent.id()).put("parentCollection", parent.collection()));
        version.lineage()
                .origin()
                .ifPresent(origin -> system.put("originId", origin.id()).put("originCollection", origin.collection()));
        version.restoredFrom().ifPresent(ov -> system.put("restoredFrom", ov.value()));
        version.payload()
                .ifPresent(payload -> system.put("sha256", payload.sha256().toString()));
        return system;
    }

    /** The bytes of {@code item.json}: the same version gives the same bytes. */
    public static byte[] encode(Version version) {
        byte[] system = Json.bytes(system(version));
        byte[] document = version.payload().map(Payload::json).orElse(new byte[] {'{', '}'});
        ByteArrayOutputStream out = new ByteArrayOutputStream(START.length + system.length + document.length);
        out.writeBytes(START);
        out.writeBytes(system);
        if (!isEmptyObject(document)) {
            out.write(',');
        }
        out.write(document, 1, document.length - 1);
        return out.toByteArray();
    }

    /**
     * The inverse of {@link #encode}.
     *
     * @throws Invalid if the bytes are no such document, or the payload's hash is not the one it should be
     */
    public static ItemDocument decode(byte[] itemJson) {
        if (itemJson.length < START.length || !Arrays.equals(itemJson, 0, START.length, START, 0, START.length)) {
            throw new Invalid("not an item.json");
        }
        try (JsonParser parser = Json.MAPPER.createParser(itemJson)) {
            parser.nextToken();
            parser.nextToken();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Invalid("not an item.json");
            }
            ObjectNode system = SYSTEM.readValue(parser);
            int rest = (int) parser.currentLocation().getByteOffset();
            if (rest >= itemJson.length) {
                throw new Invalid("not an item.json: it ends too early");
            }
            JsonNode sha256 = system.get("sha256");
            if (sha256 == null) {
                if (itemJson[rest] != '}' || rest + 1 != itemJson.length) {
                    throw new Invalid("not an item.json: a document without a hash");
                }
                return new ItemDocument(system, Optional.empty());
            }
            if (itemJson[rest] == ',') {
                rest++;
            }
            byte[] document = new byte[itemJson.length - rest + 1];
            document[0] = '{';
            System.arraycopy(itemJson, rest, document, 1, itemJson.length - rest);
            Payload payload = Payload.trusted(document);
            if (!payload.sha256().equals(Hash.fromHex(sha256.asText()))) {
                throw new Invalid("the payload's hash is not the recorded one: expected=" + sha256.asText());
            }
            return new ItemDocument(system, Optional.of(payload));
        } catch (IOException | IllegalArgumentException e) {
            throw new Invalid("not an item.json");
        }
    }

    /**
     * The version that this is the document of: the inverse of {@link #encode}, but for what is not in it.
     *
     * @param kept what of the item is kept
     * @param blobs the bytes that are beside it
     * @throws Invalid if the block is not one of ours
     */
    public Version version(ItemKey item, Kept kept, Map<String, Blob> blobs) {
        try {
            Map<String, String> headers = new TreeMap<>();
            system.path("headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            List<String> functionIds = new ArrayList<>();
            system.path("functionIds").forEach(id -> functionIds.add(id.asText()));
            return new Version(
                    item,
                    new Ov(number("ov")),
                    new Cv(number("cv")),
                    Op.parse(text("op").orElse("")),
                    time("at"),
                    time("insertedAt"),
                    new Provenance(text("actor"), text("reason"), text("commandId"), headers, functionIds),
                    new Lineage(key("parent"), key("origin")),
                    system.has("restoredFrom") ? Optional.of(new Ov(number("restoredFrom"))) : Optional.empty(),
                    kept,
                    payload,
                    blobs);
        } catch (IllegalArgumentException e) {
            throw new Invalid("the _system block is not one of ours: item=" + item);
        }
    }

    private long number(String name) {
        if (!system.path(name).isIntegralNumber()) {
            throw new Invalid("a number is missing in the _system block: " + name);
        }
        return system.path(name).longValue();
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(system.get(name)).map(JsonNode::asText);
    }

    private Instant time(String name) {
        return Times.parse(text(name).orElse(""));
    }

    private Optional<ItemKey> key(String which) {
        return text(which + "Id")
                .map(id -> new ItemKey(text(which + "Collection").orElse(""), id));
    }

    private static boolean isEmptyObject(byte[] document) {
        int i = 1;
        while (document[i] <= ' ' && document[i] >= 0) {
            i++;
        }
        return document[i] == '}';
    }
}
