package io.chronosdb.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.ItemKey;
import io.chronosdb.event.Ov;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.ObjectKey;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in a document in place of a base64 property: {@code {"bucket", "key", "size", "sha256", "contentType"}}, and for
 * a text {@code "textKey"} and {@code "charset"}.
 *
 * @param ov the version of the item that the bytes came with; later ones keep naming it
 */
public record BlobReference(Ov ov, long size, String sha256, String contentType, Optional<String> charset) {
    private static final Set<String> NAMES =
            Set.of("bucket", "key", "size", "sha256", "contentType", "textKey", "charset");
    private static final Pattern VERSION = Pattern.compile("/v(0|[1-9][0-9]{0,17})/");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    ObjectNode toJson(ArchiveLocation location, ItemKey item, String property) {
        ObjectKey key = location.blob(item, ov, property);
        ObjectNode json = Json.object();
        json.put("bucket", key.bucket());
        json.put("key", key.key());
        json.put("size", size);
        json.put("sha256", sha256);
        json.put("contentType", contentType);
        charset.ifPresent(name ->
                json.put("textKey", location.text(item, ov, property).key()).put("charset", name));
        return json;
    }

    /**
     * Reads a reference. Whatever it names is the item's own: its keys must be the ones that we would compute, so that
     * nobody gets at a stranger's object by writing its key into a document.
     *
     * @return nothing if it is no reference, or one that leads out of the item's own objects
     */
    public static Optional<BlobReference> read(JsonNode json, ArchiveLocation location, ItemKey item, String property) {
        Matcher version = VERSION.matcher(json.path("key").asText());
        String before = location.prefix() + item + "/";
        if (!(json instanceof ObjectNode object)
                || !object.properties().stream().allMatch(entry -> NAMES.contains(entry.getKey()))
                || !json.path("key").asText().startsWith(before)
                || !version.find(before.length() - 1)
                || version.start() != before.length() - 1
                || !SHA_256.matcher(json.path("sha256").asText()).matches()) {
            return Optional.empty();
        }
        Optional<String> charset = Optional.ofNullable(json.path("charset").textValue());
        BlobReference reference = new BlobReference(
                new Ov(Long.parseLong(version.group(1))),
                json.path("size").asLong(),
                json.path("sha256").asText(),
                json.path("contentType").asText(),
                charset);
        // Rebuilt from what was read, it must be the same in every part.
        JsonNode ours = Json.parse(Json.bytes(reference.toJson(location, item, property)));
        return ours.equals(json) ? Optional.of(reference) : Optional.empty();
    }
}
