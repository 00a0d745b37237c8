package io.chronosdb.counters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Field;
import io.chronosdb.event.Times;
import io.chronosdb.event.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The values at a filter's fields.
 *
 * @param document the part of the version's document that a rule sees; asked for only if a property is
 */
record VersionFields(Version version, Supplier<ObjectNode> document) implements Function<Field, List<JsonNode>> {
    @Override
    public List<JsonNode> apply(Field field) {
        return field.system() ? system(field.path()) : CollectionMap.values(document.get(), field.path());
    }

    private List<JsonNode> system(String path) {
        return switch (path) {
            case "id" -> text(Optional.of(version.item().id()));
            case "ov" -> List.of(LongNode.valueOf(version.ov().value()));
            case "cv" -> List.of(LongNode.valueOf(version.cv().value()));
            case "op" -> text(Optional.of(version.op().label()));
            case "at", "updatedAt" -> time(version.at());
            case "createdAt" -> time(version.insertedAt());
            case "deletedAt" -> version.deleted() ? time(version.at()) : List.of();
            case "actor" -> text(version.provenance().actor());
            case "reason" -> text(version.provenance().reason());
            default -> List.of();
        };
    }

    private static List<JsonNode> time(Instant time) {
        return text(Optional.of(Times.format(time)));
    }

    private static List<JsonNode> text(Optional<String> text) {
        return text.<List<JsonNode>>map(t -> List.of(TextNode.valueOf(t))).orElse(List.of());
    }
}
