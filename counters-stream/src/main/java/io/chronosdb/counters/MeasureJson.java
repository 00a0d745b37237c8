package io.chronosdb.counters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.chronosdb.document.Json;
import io.chronosdb.event.SingleObject.MalformedRecord;
import io.chronosdb.port.Measure;
import io.chronosdb.port.Uniques;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * What a counter rule has measured, in JSON: a number of events is a number, a sum is {@code {"sum": "12.50"}}, and
 * different values are {@code {"uniques": 3, "values": base64}}: the number is for readers, the values are what adds up.
 */
final class MeasureJson {
    private MeasureJson() {}

    static JsonNode of(Measure measure) {
        return measure.match(new Measure.Cases<>() {
            @Override
            public JsonNode count(Measure.Count count) {
                return LongNode.valueOf(count.events());
            }

            @Override
            public JsonNode sum(Measure.Sum sum) {
                return Json.object().put("sum", sum.number().toPlainString());
            }

            @Override
            public JsonNode uniques(Uniques uniques) {
                return Json.object()
                        .put("uniques", uniques.number().longValueExact())
                        .put("values", uniques.toBytes());
            }
        });
    }

    /** @throws MalformedRecord if it is none */
    static Measure parse(JsonNode json, String rule) {
        try {
            if (json.path("sum").isTextual()) {
                return new Measure.Sum(new BigDecimal(json.path("sum").textValue()));
            }
            if (json.path("values").isTextual()) {
                return Uniques.fromBytes(json.path("values").binaryValue());
            }
            return new Measure.Count(count(json, rule));
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedRecord("not a measure: rule=" + rule + " cause=" + e.getMessage());
        }
    }

    /** @throws MalformedRecord if it is no whole number of at least 0 */
    static long count(JsonNode json, String name) {
        if (!json.isIntegralNumber() || !json.canConvertToLong() || json.longValue() < 0) {
            throw new MalformedRecord("not a totals record: a number is missing, property=" + name);
        }
        return json.longValue();
    }
}
