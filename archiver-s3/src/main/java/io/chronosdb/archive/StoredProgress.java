package io.chronosdb.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Hash;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.Progress;

/** How far the archiver is, as an object of the archive: {@code {"next":…,"seq":…,"hash":"…"}}. */
final class StoredProgress {
    private StoredProgress() {}

    static byte[] encode(Progress progress) {
        ObjectNode json = Json.object();
        json.put("next", progress.next());
        json.put("seq", progress.chain().next());
        json.put("hash", progress.chain().last().toString());
        return Json.bytes(json);
    }

    /** @throws IllegalStateException if it is no progress: someone damaged it, and a person has to look */
    static Progress decode(ObjectKey key, byte[] body) {
        try {
            ObjectNode json = Json.parseObject(body);
            return new Progress(
                    number(json, "next"),
                    new Chain(
                            number(json, "seq"), Hash.fromHex(json.path("hash").asText())));
        } catch (Invalid | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "the archiver's progress is damaged; without it everything is archived again, object=" + key, e);
        }
    }

    private static long number(ObjectNode json, String name) {
        JsonNode number = json.path(name);
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
            throw new Invalid("not a number of 0 or more: name=" + name);
        }
        return number.longValue();
    }
}
