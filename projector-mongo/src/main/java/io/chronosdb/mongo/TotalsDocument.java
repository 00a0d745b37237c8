package io.chronosdb.mongo;

import io.chronosdb.address.Database;
import io.chronosdb.port.Counts;
import io.chronosdb.port.Measure;
import io.chronosdb.port.Period;
import io.chronosdb.port.TotalsStore.Part;
import io.chronosdb.port.Uniques;
import io.chronosdb.port.Window;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * A part of a collection's totals as a document. A rule's number of events is a number; a sum is {@code {sum: "12.50"}},
 * for MongoDB has no decimals of that size; different values are {@code {uniques, values}}, a number and what adds up.
 */
final class TotalsDocument {
    private TotalsDocument() {}

    static BsonDocument of(String id, Database database, Part part) {
        BsonDocument document = new BsonDocument("_id", new BsonString(id))
                .append("database", new BsonString(database.value()))
                .append("collection", new BsonString(part.collection()))
                .append("partition", new BsonInt32(part.partition()));
        part.period()
                .ifPresent(period -> document.append(
                                "window", new BsonString(period.window().label()))
                        .append("start", day(period.start())));
        if (!part.oldest().isEmpty()) {
            BsonDocument oldest = new BsonDocument();
            part.oldest().forEach((window, start) -> oldest.append(window.label(), day(start)));
            document.append("oldest", oldest);
        }
        BsonDocument rules = new BsonDocument();
        part.counts().rules().forEach((rule, measure) -> rules.append(rule, value(measure)));
        return document.append("next", new BsonInt64(part.next()))
                .append("created", new BsonInt64(part.counts().created()))
                .append("updated", new BsonInt64(part.counts().updated()))
                .append("deleted", new BsonInt64(part.counts().deleted()))
                .append("rules", rules);
    }

    static Part part(BsonDocument document) {
        Optional<Period> period = Optional.ofNullable(document.get("window"))
                .map(window -> Window.valueOf(window.asString().getValue().toUpperCase(Locale.ROOT)))
                .map(window -> new Period(window, start(document)));
        Map<Window, LocalDate> oldest = new EnumMap<>(Window.class);
        for (Window window : Window.values()) {
            oldest(document, window).ifPresent(day -> oldest.put(window, day));
        }
        return new Part(
                document.getString("collection").getValue(),
                document.getInt32("partition").getValue(),
                period,
                document.getInt64("next").getValue(),
                counts(document),
                oldest);
    }

    static Counts counts(BsonDocument part) {
        Map<String, Measure> rules = new TreeMap<>();
        part.getDocument("rules").forEach((rule, value) -> rules.put(rule, measure(value)));
        return new Counts(
                part.getInt64("created").getValue(),
                part.getInt64("updated").getValue(),
                part.getInt64("deleted").getValue(),
                rules);
    }

    static LocalDate start(BsonDocument part) {
        return LocalDate.parse(part.getString("start").getValue());
    }

    /** Absent: nothing was removed yet. */
    static Optional<LocalDate> oldest(BsonDocument part, Window window) {
        return Optional.ofNullable(
                        part.getDocument("oldest", new BsonDocument()).get(window.label()))
                .map(day -> LocalDate.parse(day.asString().getValue()));
    }

    private static BsonString day(LocalDate day) {
        return new BsonString(day.toString());
    }

    private static BsonValue value(Measure measure) {
        return measure.match(new Measure.Cases<>() {
            @Override
            public BsonValue count(Measure.Count count) {
                return new BsonInt64(count.events());
            }

            @Override
            public BsonValue sum(Measure.Sum sum) {
                return new BsonDocument("sum", new BsonString(sum.number().toPlainString()));
            }

            @Override
            public BsonValue uniques(Uniques uniques) {
                return new BsonDocument(
                                "uniques", new BsonInt64(uniques.number().longValueExact()))
                        .append("values", new BsonBinary(uniques.toBytes()));
            }
        });
    }

    private static Measure measure(BsonValue value) {
        if (value.isInt64()) {
            return new Measure.Count(value.asInt64().getValue());
        }
        BsonDocument document = value.asDocument();
        return document.containsKey("sum")
                ? new Measure.Sum(new BigDecimal(document.getString("sum").getValue()))
                : Uniques.fromBytes(document.getBinary("values").getData());
    }
}
