package io.chronosdb.counters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.port.Totals;
import io.chronosdb.port.TotalsStore.Part;
import java.util.Map;
import java.util.TreeMap;

/**
 * A record of a totals topic: key {@code <collection>|<partition>}, value {@code {"collection", "partition", "next",
 * "created", "updated", "deleted", "rules": {name: number}}} in UTF-8. The numbers are absolute: the latest record of a
 * key is all there is to know, and one with a smaller {@code next} than another is older.
 */
public final class TotalsRecord {
    private TotalsRecord() {}

    public static String key(Part part) {
        return part.collection() + "|" + part.partition();
    }

    /** The same part is the same bytes. */
    public static byte[] encode(Part part) {
        ObjectNode json = Json.object();
        json.put("collection", part.collection());
        json.put("partition", part.partition());
        json.put("next", part.next());
        json.put("created", part.totals().created());
        json.put("updated", part.totals().updated());
        json.put("deleted", part.totals().deleted());
        ObjectNode rules = json.putObject("rules");
        part.totals().rules().forEach(rules::put);
        return Json.bytes(json);
    }

    /**
     * The inverse of {@link #encode}. Properties that it does not know are passed over.
     *
     * @throws MalformedRecord if the bytes are no such value
     */
    public static Part decode(byte[] value) {
        try {
            ObjectNode json = Json.parseObject(value);
            Map<String, Long> rules = new TreeMap<>();
            for (Map.Entry<String, JsonNode> rule : json.path("rules").properties()) {
                rules.put(rule.getKey(), number(rule.getValue(), rule.getKey()));
            }
            return new Part(
                    text(json, "collection"),
                    Math.toIntExact(number(json, "partition")),
                    number(json, "next"),
                    new Totals(number(json, "created"), number(json, "updated"), number(json, "deleted"), rules));
        } catch (Invalid | ArithmeticException e) {
            throw new MalformedRecord("not a totals record: cause=" + e.getMessage());
        }
    }

    private static String text(ObjectNode json, String name) {
        if (!json.path(name).isTextual()) {
            throw new MalformedRecord("not a totals record: a text is missing, property=" + name);
        }
        return json.path(name).textValue();
    }

    private static long number(ObjectNode json, String name) {
        return number(json.path(name), name);
    }

    private static long number(JsonNode json, String name) {
        if (!json.isIntegralNumber() || !json.canConvertToLong() || json.longValue() < 0) {
            throw new MalformedRecord("not a totals record: a number is missing, property=" + name);
        }
        return json.longValue();
    }
}
