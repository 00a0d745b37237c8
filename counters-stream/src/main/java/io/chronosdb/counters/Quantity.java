package io.chronosdb.counters;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.document.Field;
import io.chronosdb.event.Hash;
import io.chronosdb.port.Measure;
import io.chronosdb.port.Uniques;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a counter rule adds up over the events for which its condition holds. */
public sealed interface Quantity {
    /** What one event adds. */
    Measure of(Function<Field, List<JsonNode>> event);

    /** What no event adds. */
    Measure nothing();

    /** The events themselves. */
    record Events() implements Quantity {
        @Override
        public Measure of(Function<Field, List<JsonNode>> event) {
            return new Measure.Count(1);
        }

        @Override
        public Measure nothing() {
            return new Measure.Count(0);
        }
    }

    /** The numbers at a field, all elements of lists; what is no number adds nothing. */
    record SumOf(Field field) implements Quantity {
        @Override
        public Measure of(Function<Field, List<JsonNode>> event) {
            return scalars(event, field)
                    .filter(JsonNode::isNumber)
                    .<Measure>map(number -> Measure.Sum.of(number.decimalValue()))
                    .reduce(nothing(), Measure::plus);
        }

        @Override
        public Measure nothing() {
            return Measure.Sum.ZERO;
        }
    }

    /** The different texts, numbers and flags at a field, all elements of lists. Numbers differ by value: 1 is 1.0. */
    record UniqueOf(Field field) implements Quantity {
        @Override
        public Measure of(Function<Field, List<JsonNode>> event) {
            return Uniques.of(scalars(event, field)
                    .filter(value -> value.isTextual() || value.isNumber() || value.isBoolean())
                    .mapToLong(UniqueOf::hash)
                    .toArray());
        }

        @Override
        public Measure nothing() {
            return Uniques.NONE;
        }

        private static long hash(JsonNode value) {
            String text = value.isNumber()
                    ? "n" + value.decimalValue().stripTrailingZeros()
                    : (value.isTextual() ? "s" : "b") + value.asText();
            return ByteBuffer.wrap(
                            Hash.of(text.getBytes(StandardCharsets.UTF_8)).toBytes())
                    .getLong();
        }
    }

    private static Stream<JsonNode> scalars(Function<Field, List<JsonNode>> event, Field field) {
        return event.apply(field).stream()
                .flatMap(
                        value -> value.isArray() ? StreamSupport.stream(value.spliterator(), false) : Stream.of(value));
    }
}
