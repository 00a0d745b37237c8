package io.chronosdb.counters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.Json;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.port.Counts;
import io.chronosdb.port.Measure;
import io.chronosdb.port.Period;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.port.Window;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A record of a totals topic: key {@code <collection>|<partition>}, value {@code {"collection", "partition", "next",
 * "oldest": {window: day}, "created", "updated", "deleted", "rules": {name: measure}}} in UTF-8. Of a window the key goes
 * on with {@code |<window>|<start>} and the value has {@code "window"} and {@code "start"} instead of {@code "oldest"};
 * no value means that it is kept no longer. The numbers are absolute: the latest record of a key is all there is to
 * know, and one with a smaller {@code next} than another is older. {@link MeasureJson} says what a measure is.
 */
public final class TotalsRecord {
    private TotalsRecord() {}

    public static String key(Part part) {
        return key(part.collection(), part.partition(), part.period());
    }

    static String key(String collection, int partition, Optional<Period> period) {
        return collection + "|" + partition
                + period.map(p -> "|" + p.window().label() + "|" + p.start()).orElse("");
    }

    /** The same part is the same bytes. */
    public static byte[] encode(Part part) {
        ObjectNode json = Json.object();
        json.put("collection", part.collection());
        json.put("partition", part.partition());
        part.period().ifPresent(period -> {
            json.put("window", period.window().label());
            json.put("start", period.start().toString());
        });
        json.put("next", part.next());
        if (part.period().isEmpty()) {
            ObjectNode oldest = json.putObject("oldest");
            for (Window window : Window.values()) {
                Optional.ofNullable(part.oldest().get(window))
                        .ifPresent(start -> oldest.put(window.label(), start.toString()));
            }
        }
        json.put("created", part.counts().created());
        json.put("updated", part.counts().updated());
        json.put("deleted", part.counts().deleted());
        ObjectNode rules = json.putObject("rules");
        part.counts().rules().forEach((name, measure) -> rules.set(name, MeasureJson.of(measure)));
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
            Map<String, Measure> rules = new TreeMap<>();
            for (Map.Entry<String, JsonNode> rule : json.path("rules").properties()) {
                rules.put(rule.getKey(), MeasureJson.parse(rule.getValue(), rule.getKey()));
            }
            return new Part(
                    text(json, "collection"),
                    Math.toIntExact(number(json, "partition")),
                    period(json),
                    number(json, "next"),
                    new Counts(number(json, "created"), number(json, "updated"), number(json, "deleted"), rules),
                    oldest(json.path("oldest")));
        } catch (Invalid | IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new MalformedRecord("not a totals record: cause=" + e.getMessage());
        }
    }

    private static Optional<Period> period(ObjectNode json) {
        if (!json.has("window")) {
            return Optional.empty();
        }
        for (Window window : Window.values()) {
            if (window.label().equals(text(json, "window"))) {
                return Optional.of(new Period(window, LocalDate.parse(text(json, "start"))));
            }
        }
        throw new MalformedRecord("not a totals record: an unknown window");
    }

    private static Map<Window, LocalDate> oldest(JsonNode json) {
        Map<Window, LocalDate> oldest = new EnumMap<>(Window.class);
        for (Window window : Window.values()) {
            if (json.has(window.label())) {
                oldest.put(window, LocalDate.parse(json.path(window.label()).asText()));
            }
        }
        return oldest;
    }

    private static String text(ObjectNode json, String name) {
        if (!json.path(name).isTextual()) {
            throw new MalformedRecord("not a totals record: a text is missing, property=" + name);
        }
        return json.path(name).textValue();
    }

    private static long number(ObjectNode json, String name) {
        return MeasureJson.count(json.path(name), name);
    }
}
