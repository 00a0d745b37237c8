package io.chronosdb.testkit.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.chronosdb.document.AsOf;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Cursor;
import io.chronosdb.document.Field;
import io.chronosdb.document.Json;
import io.chronosdb.document.Query;
import io.chronosdb.document.Query.Order;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Times;
import io.chronosdb.event.Version;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.IndexEntry;
import io.chronosdb.port.IndexEntry.PayloadRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One version as an index knows it, and what filters and sorts see of it. */
record IndexedVersion(IndexEntry entry, ObjectNode meta) {
    static IndexedVersion of(LoggedEvent event, Version version, CollectionMap map, ArchiveLocation archive) {
        return new IndexedVersion(
                new IndexEntry(
                        version.item(),
                        version.ov(),
                        version.cv(),
                        version.op(),
                        version.at(),
                        version.insertedAt(),
                        version.provenance().actor(),
                        version.provenance().reason(),
                        version.payload()
                                .map(payload -> new PayloadRef(
                                        archive.item(version.item(), version.ov()), payload.size(), payload.sha256())),
                        event.position(),
                        Optional.empty()),
                version.payload()
                        .map(payload -> map.meta(Json.parseObject(payload.json())))
                        .orElseGet(Json::object));
    }

    /** Whether it was there already at a moment; absent: now. */
    boolean isBy(Optional<AsOf> moment) {
        return moment.map(asOf -> asOf.match(new AsOf.Cases<Boolean>() {
                    @Override
                    public Boolean time(AsOf.Time time) {
                        return !entry.at().isAfter(time.at());
                    }

                    @Override
                    public Boolean change(AsOf.Change change) {
                        return entry.cv().compareTo(change.cv()) <= 0;
                    }
                }))
                .orElse(true);
    }

    boolean isListed(Query query) {
        return (query.includeDeleted() || !entry.deleted()) && query.filter().matches(this::values);
    }

    /** Where the version's item stands in a list. */
    Cursor place(List<Order> sort) {
        return new Cursor(
                sort.stream().map(order -> sortValue(order.field())).toList(),
                entry.item().id());
    }

    private JsonNode sortValue(Field field) {
        return field.system()
                ? values(field).stream().findFirst().orElse(NullNode.getInstance())
                : CollectionMap.sortValue(meta, field.path());
    }

    private List<JsonNode> values(Field field) {
        if (!field.system()) {
            return CollectionMap.values(meta, field.path());
        }
        return switch (field.path()) {
            case "id" -> text(entry.item().id());
            case "ov" -> List.of(LongNode.valueOf(entry.ov().value()));
            case "cv" -> List.of(LongNode.valueOf(entry.cv().value()));
            case "op" -> text(entry.op().label());
            case "at", "updatedAt" -> time(entry.at());
            case "createdAt" -> time(entry.createdAt());
            case "deletedAt" -> entry.deleted() ? time(entry.at()) : List.of();
            case "actor" -> text(entry.actor());
            case "reason" -> text(entry.reason());
            default -> throw new IllegalArgumentException("unknown system field: " + field);
        };
    }

    private static List<JsonNode> time(Instant time) {
        return text(Times.format(time));
    }

    private static List<JsonNode> text(String text) {
        return List.of(TextNode.valueOf(text));
    }

    private static List<JsonNode> text(Optional<String> text) {
        return text.map(IndexedVersion::text).orElse(List.of());
    }
}
