package io.chronosdb.testkit.index;

import com.fasterxml.jackson.databind.JsonNode;
import io.chronosdb.document.Cursor;
import io.chronosdb.document.Query.Order;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The order of a list, as {@link io.chronosdb.document.Query} defines it, over the places where items stand in it. */
record ListOrder(List<Order> sort) implements Comparator<Cursor> {
    @Override
    public int compare(Cursor a, Cursor b) {
        for (int i = 0; i < sort.size(); i++) {
            int order = compareScalars(a.values().get(i), b.values().get(i));
            if (order != 0) {
                return sort.get(i).ascending() ? order : -order;
            }
        }
        int order = a.id().compareTo(b.id());
        return sort.isEmpty() || sort.get(sort.size() - 1).ascending() ? order : -order;
    }

    private static int compareScalars(JsonNode a, JsonNode b) {
        if (rank(a) != rank(b)) {
            return rank(a) - rank(b);
        }
        return switch (a.getNodeType()) {
            case NUMBER -> a.decimalValue().compareTo(b.decimalValue());
            case STRING -> Arrays.compareUnsigned(utf8(a), utf8(b));
            case BOOLEAN -> Boolean.compare(a.booleanValue(), b.booleanValue());
            default -> 0;
        };
    }

    private static int rank(JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER -> 1;
            case STRING -> 2;
            case BOOLEAN -> 3;
            default -> 0;
        };
    }

    private static byte[] utf8(JsonNode text) {
        return text.textValue().getBytes(StandardCharsets.UTF_8);
    }
}
