package io.chronosdb.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Hash;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.Progress;
import java.util.Optional;

/**
 * How far the archiver is, as an object of the archive: {@code {"next":…,"seq":…,"hash":"…"}}, and with a pack that is not finished
 * {@code "pack":{"end":…,"begin":{"next":…,"seq":…,"hash":"…"}}}.
 */
record StoredProgress(Progress progress, Optional<OpenPack> pack) {
    /**
     * A pack of a range that is not over.
     *
     * @param end what it is named by
     * @param begin the progress before the first event that it has a version of: where to go on from should it be lost
     */
    record OpenPack(long end, Progress begin) {
        PackRange range(DatabasePartition partition) {
            return PackRange.of(partition, begin.next());
        }
    }

    static StoredProgress withoutPack(Progress progress) {
        return new StoredProgress(progress, Optional.empty());
    }

    byte[] encode() {
        ObjectNode json = Json.object();
        put(json, progress);
        pack.ifPresent(open -> put(json.putObject("pack").put("end", open.end()).putObject("begin"), open.begin()));
        return Json.bytes(json);
    }

    private static void put(ObjectNode json, Progress progress) {
        json.put("next", progress.next());
        json.put("seq", progress.chain().next());
        json.put("hash", progress.chain().last().toString());
    }

    /** @throws IllegalStateException if it is no progress: someone damaged it, and a person has to look */
    static StoredProgress decode(ObjectKey key, byte[] body) {
        try {
            ObjectNode json = Json.parseObject(body);
            JsonNode pack = json.path("pack");
            return new StoredProgress(
                    progress(json),
                    pack.isMissingNode()
                            ? Optional.empty()
                            : Optional.of(new OpenPack(number(pack, "end"), progress(pack.path("begin")))));
        } catch (Invalid | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "the archiver's progress is damaged; without it everything is archived again, object=" + key, e);
        }
    }

    private static Progress progress(JsonNode json) {
        return new Progress(
                number(json, "next"),
                new Chain(number(json, "seq"), Hash.fromHex(json.path("hash").asText())));
    }

    private static long number(JsonNode json, String name) {
        JsonNode number = json.path(name);
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
            throw new Invalid("not a number of 0 or more: name=" + name);
        }
        return number.longValue();
    }
}
