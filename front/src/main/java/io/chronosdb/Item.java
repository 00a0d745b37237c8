package io.chronosdb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Ov;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * One version of an item, as a read returns it.
 *
 * @param data the document; absent where this version is a deletion
 * @param system who made it, when, why, and its hash
 * @param url gives the archived document to whoever has it, for the time that the read asked for; absent unless it did,
 *     and where this version is a deletion
 * @param blobUrls the same for the bytes that the document names, by property
 */
public record Item(
        String id,
        Ov ov,
        Cv cv,
        Optional<ObjectNode> data,
        ObjectNode system,
        Optional<URI> url,
        Map<String, URI> blobUrls) {
    public boolean deleted() {
        return data.isEmpty();
    }

    /**
     * The document as a value of the type.
     *
     * @throws IllegalArgumentException if it does not fit the type
     * @throws java.util.NoSuchElementException if the version is a deletion
     */
    public <T> T as(Class<T> type) {
        return Json.MAPPER.convertValue(data.orElseThrow(), type);
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("id", id);
        json.put("ov", ov.value());
        json.put("cv", cv.value());
        data.ifPresent(document -> json.set("data", document));
        json.set(Json.SYSTEM, system);
        url.ifPresent(address -> json.put("url", address.toString()));
        if (!blobUrls.isEmpty()) {
            ObjectNode urls = json.putObject("blobUrls");
            blobUrls.forEach((property, address) -> urls.put(property, address.toString()));
        }
        return json;
    }
}
