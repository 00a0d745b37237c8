package io.chronosdb.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.error.ChronosException.NotIndexed;
import io.chronosdb.event.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A condition on indexed fields, as callers write it in JSON. A closed set of operators: anything else is an error, and
 * nothing of it reaches a database as it came.
 */
public sealed interface Filter {
    /** How deep conditions may nest; more is a mistake or an attack. */
    int DEPTH_MAX = 20;

    /** How many values {@code $in} may list. */
    int IN_MAX = 1_000;

    /** How many comparisons and conditions a filter may have in all. */
    int PARTS_MAX = 10_000;

    /** How many characters a prefix may have: servers limit their patterns. */
    int PREFIX_MAX = 5_000;

    /** All of them; none at all is true. */
    record And(List<Filter> parts) implements Filter {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.and(this);
        }
    }

    /** At least one of them. */
    record Or(List<Filter> parts) implements Filter {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.or(this);
        }
    }

    /** Not it. */
    record Not(Filter part) implements Filter {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.not(this);
        }
    }

    /**
     * A comparison with a scalar. Only values of the same kind compare; an array matches if one of its elements does.
     * Equality with null also matches where the field is missing.
     */
    record Compare(Field field, Operator operator, JsonNode value) implements Filter {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.compare(this);
        }
    }

    /** Equality with one of the scalars. */
    record In(Field field, List<JsonNode> values) implements Filter {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.in(this);
        }
    }

    /** The field is there, be it null. */
    record Exists(Field field) implements Filter {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.exists(this);
        }
    }

    /** A text that starts with this one. */
    record Prefix(Field field, String prefix) implements Filter {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.prefix(this);
        }
    }

    /** The comparisons that there are. */
    enum Operator {
        EQ,
        GT,
        GTE,
        LT,
        LTE
    }

    /**
     * One answer per kind.
     *
     * @param <R> the answer
     */
    interface Cases<R> {
        R and(And and);

        R or(Or or);

        R not(Not not);

        R compare(Compare compare);

        R in(In in);

        R exists(Exists exists);

        R prefix(Prefix prefix);
    }

    <R> R match(Cases<R> cases);

    /** True for everything. */
    Filter ALL = new And(List.of());

    /**
     * Reads a condition.
     *
     * @throws Invalid if an operator or its operand is not of the language
     * @throws NotIndexed if a field is not indexed
     */
    static Filter parse(JsonNode json, CollectionMap map) {
        return new Parser(map).filter(json, 0);
    }

    /**
     * Whether it holds for a document.
     *
     * @param fields the values at a field, as {@link CollectionMap#values} gives them
     */
    default boolean matches(Function<Field, List<JsonNode>> fields) {
        return match(new Evaluation(fields));
    }

    /** Reads the language. */
    final class Parser {
        private static final String SPECIAL = ".*+?()[]{}|^$";

        private final CollectionMap map;
        private int length;

        private Parser(CollectionMap map) {
            this.map = map;
        }

        private Filter filter(JsonNode json, int depth) {
            if (depth > DEPTH_MAX) {
                throw new Invalid("the filter is nested too deeply: depthMax=" + DEPTH_MAX);
            }
            if (!(json instanceof ObjectNode object)) {
                throw new Invalid("a filter is a JSON object");
            }
            List<Filter> parts = new ArrayList<>();
            for (Map.Entry<String, JsonNode> entry : object.properties()) {
                count(1);
                parts.add(condition(entry.getKey(), entry.getValue(), depth));
            }
            return parts.size() == 1 ? parts.get(0) : new And(parts);
        }

        private void count(int more) {
            length += more;
            if (length > PARTS_MAX) {
                throw new Invalid("the filter is too long: partsMax=" + PARTS_MAX);
            }
        }

        private Filter condition(String name, JsonNode operand, int depth) {
            return switch (name) {
                case "$and" -> new And(list(name, operand, depth));
                case "$or" -> new Or(list(name, operand, depth));
                case "$not" -> new Not(filter(operand, depth + 1));
                default -> {
                    if (name.startsWith("$")) {
                        throw unknown(name);
                    }
                    yield field(Field.of(name, map), operand, depth);
                }
            };
        }

        private List<Filter> list(String operator, JsonNode operand, int depth) {
            if (!operand.isArray() || operand.isEmpty()) {
                throw new Invalid("the operator takes a list of at least one filter: operator=" + operator);
            }
            List<Filter> parts = new ArrayList<>();
            operand.forEach(part -> parts.add(filter(part, depth + 1)));
            return parts;
        }

        private Filter field(Field field, JsonNode operand, int depth) {
            if (!(operand instanceof ObjectNode operators)) {
                return new Compare(field, Operator.EQ, scalar(field, operand));
            }
            if (operators.isEmpty() || depth > DEPTH_MAX) {
                throw new Invalid("a field is compared with a scalar or by operators: field=" + field);
            }
            List<Filter> parts = new ArrayList<>();
            for (Map.Entry<String, JsonNode> entry : operators.properties()) {
                parts.add(operator(field, entry.getKey(), entry.getValue(), depth));
            }
            return parts.size() == 1 ? parts.get(0) : new And(parts);
        }

        private Filter operator(Field field, String operator, JsonNode operand, int depth) {
            return switch (operator) {
                case "$eq" -> new Compare(field, Operator.EQ, scalar(field, operand));
                case "$ne" -> new Not(new Compare(field, Operator.EQ, scalar(field, operand)));
                case "$gt" -> new Compare(field, Operator.GT, ordered(field, operand));
                case "$gte" -> new Compare(field, Operator.GTE, ordered(field, operand));
                case "$lt" -> new Compare(field, Operator.LT, ordered(field, operand));
                case "$lte" -> new Compare(field, Operator.LTE, ordered(field, operand));
                case "$in" -> new In(field, scalars(field, operand));
                case "$nin" -> new Not(new In(field, scalars(field, operand)));
                case "$exists" -> exists(field, operand);
                case "$not" -> new Not(field(field, operand, depth + 1));
                case "$regex" -> prefix(field, operand);
                default -> throw unknown(operator);
            };
        }

        private static Filter exists(Field field, JsonNode operand) {
            if (!operand.isBoolean()) {
                throw new Invalid("$exists takes true or false: field=" + field);
            }
            Filter exists = new Exists(field);
            return operand.booleanValue() ? exists : new Not(exists);
        }

        private static Filter prefix(Field field, JsonNode operand) {
            String regex = operand.isTextual() ? operand.textValue() : "";
            StringBuilder prefix = new StringBuilder();
            boolean literal = regex.startsWith("^");
            // By hand: a pattern for it recurses once per character.
            for (int i = 1; literal && i < regex.length(); i++) {
                boolean escaped = regex.charAt(i) == '\\';
                i += escaped ? 1 : 0;
                literal = i < regex.length()
                        && (escaped ? isEscapable(regex.charAt(i)) : SPECIAL.indexOf(regex.charAt(i)) < 0);
                prefix.append(literal ? regex.substring(i, i + 1) : "");
            }
            if (!literal) {
                throw new Invalid("$regex takes a literal prefix such as \"^abc\": field=" + field);
            }
            if (prefix.length() > PREFIX_MAX) {
                throw new Invalid("the prefix is too long: field=" + field + " charactersMax=" + PREFIX_MAX);
            }
            return new Prefix(field, prefix.toString());
        }

        /** A letter or a digit behind a backslash means something. */
        private static boolean isEscapable(char c) {
            return !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9');
        }

        private List<JsonNode> scalars(Field field, JsonNode operand) {
            if (!operand.isArray() || operand.size() > IN_MAX) {
                throw new Invalid("$in and $nin take a list of at most " + IN_MAX + " scalars: field=" + field);
            }
            count(operand.size());
            List<JsonNode> values = new ArrayList<>();
            operand.forEach(value -> values.add(scalar(field, value)));
            return values;
        }

        private static JsonNode ordered(Field field, JsonNode value) {
            if (value.isNull()) {
                throw new Invalid("null has no order: field=" + field);
            }
            return scalar(field, value);
        }

        private static JsonNode scalar(Field field, JsonNode value) {
            if (!value.isValueNode()) {
                throw new Invalid("a field is compared with a scalar: field=" + field);
            }
            return field.time() && value.isTextual()
                    ? TextNode.valueOf(Times.format(Times.parse(value.textValue())))
                    : value;
        }

        private static Invalid unknown(String operator) {
            return new Invalid("unknown operator: operator=" + operator
                    + " known=$eq $ne $gt $gte $lt $lte $in $nin $exists $and $or $not $regex");
        }
    }

    /** The language's meaning, as MongoDB has it for the same operators. */
    final class Evaluation implements Cases<Boolean> {
        private final Function<Field, List<JsonNode>> fields;

        private Evaluation(Function<Field, List<JsonNode>> fields) {
            this.fields = fields;
        }

        @Override
        public Boolean and(And and) {
            return and.parts().stream().allMatch(part -> part.match(this));
        }

        @Override
        public Boolean or(Or or) {
            return or.parts().stream().anyMatch(part -> part.match(this));
        }

        @Override
        public Boolean not(Not not) {
            return !not.part().match(this);
        }

        @Override
        public Boolean compare(Compare compare) {
            return test(compare.field(), compare.operator(), compare.value());
        }

        @Override
        public Boolean in(In in) {
            return in.values().stream().anyMatch(value -> test(in.field(), Operator.EQ, value));
        }

        @Override
        public Boolean exists(Exists exists) {
            return !fields.apply(exists.field()).isEmpty();
        }

        @Override
        public Boolean prefix(Prefix prefix) {
            return elements(prefix.field())
                    .anyMatch(v -> v.isTextual() && v.textValue().startsWith(prefix.prefix()));
        }

        private boolean test(Field field, Operator operator, JsonNode value) {
            if (value.isNull()) {
                return fields.apply(field).isEmpty() || elements(field).anyMatch(JsonNode::isNull);
            }
            return elements(field).anyMatch(v -> sameKind(v, value) && holds(operator, order(v, value)));
        }

        private java.util.stream.Stream<JsonNode> elements(Field field) {
            return fields.apply(field).stream()
                    .flatMap(v -> v.isArray()
                            ? java.util.stream.StreamSupport.stream(v.spliterator(), false)
                            : java.util.stream.Stream.of(v));
        }

        private static boolean sameKind(JsonNode a, JsonNode b) {
            return a.getNodeType() == b.getNodeType();
        }

        private static int order(JsonNode a, JsonNode b) {
            if (a.isNumber()) {
                return a.decimalValue().compareTo(b.decimalValue());
            }
            if (a.isBoolean()) {
                return Boolean.compare(a.booleanValue(), b.booleanValue());
            }
            return compareUtf8(a.asText(), b.asText());
        }

        /** By code point, as UTF-8 bytes order; {@code String.compareTo} orders surrogates otherwise. */
        private static int compareUtf8(String a, String b) {
            return java.util.Arrays.compareUnsigned(
                    a.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    b.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        private static boolean holds(Operator operator, int order) {
            return switch (operator) {
                case EQ -> order == 0;
                case GT -> order > 0;
                case GTE -> order >= 0;
                case LT -> order < 0;
                case LTE -> order <= 0;
            };
        }
    }
}
