package io.chronosdb.mongo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.document.CollectionMap;
import io.chronosdb.document.Json;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Times;
import io.chronosdb.event.Version;
import io.chronosdb.port.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * The documents of one version, as they lie in {@code <c>_ver} and {@code <c>_head}. A pure function of the event, the map and
 * the archive's place, so that a rebuild gives the same ones, but for a {@link PayloadShadow}. Times are text with six digits: its order is time order, and
 * nothing is cut off, as a BSON date would.
 */
final class EntryDocuments {
    /** What a version has, beside {@code until}, as soon as there is a next one: its cv. */
    static final String UNTIL_CV = "untilCv";

    /** The first version that an item keeps, where that is not its first. */
    static final String FIRST_KEPT = "firstKept";

    /** Of a head: the item is gone for good. */
    static final String GONE = "gone";

    private final LoggedEvent logged;
    private final Version version;
    private final IndexSettings settings;
    private final CollectionMap map;
    private final ObjectNode meta;

    /** What the version and the head have alike: made once, nobody changes the values. */
    private final BsonDocument both;

    EntryDocuments(LoggedEvent logged, Version version, IndexSettings settings) {
        this.logged = logged;
        this.version = version;
        this.settings = settings;
        this.map = settings.maps().apply(version.item().collection());
        this.meta = version.payload()
                .map(payload -> map.meta(Json.parseObject(payload.json())))
                .orElseGet(Json::object);
        this.both = both();
    }

    Version version() {
        return version;
    }

    /** The document of {@code <c>_ver}, without its end. */
    BsonDocument versionDocument() {
        BsonDocument document = new BsonDocument(
                "_id", versionId(version.item().id(), version.ov().value()));
        document.putAll(both);
        version.provenance().commandId().ifPresent(id -> document.append("commandId", text(id)));
        return document;
    }

    /** The document of {@code <c>_head}. */
    BsonDocument headDocument() {
        BsonDocument document = new BsonDocument("_id", text(version.item().id()));
        document.append("ov", new BsonInt64(version.ov().value()));
        Ov firstKept = version.kept().firstKept(version.ov());
        if (!firstKept.equals(Ov.FIRST)) {
            document.append(FIRST_KEPT, new BsonInt64(firstKept.value()));
        }
        if (version.kept().nothing()) {
            // What is left of an item that is gone for good: enough that a late writer does not bring it back.
            return document.append("position", position()).append(GONE, BsonBoolean.TRUE);
        }
        document.putAll(both);
        document.append("updatedAt", both.get("at"));
        settings.shadow().ifPresent(shadow -> shadow.append(version, document));
        return document;
    }

    private BsonDocument both() {
        BsonDocument document =
                new BsonDocument("cv", new BsonInt64(version.cv().value()));
        document.append("op", new BsonString(version.op().label()));
        document.append("at", time(version.at()));
        document.append("createdAt", time(version.insertedAt()));
        appendDeletion(document);
        appendProvenance(document);
        appendContent(document);
        return document;
    }

    private void appendDeletion(BsonDocument document) {
        document.append("deleted", BsonBoolean.valueOf(version.deleted()));
        if (version.deleted()) {
            document.append("deletedAt", document.get("at"));
        }
    }

    private void appendFunctionIds(BsonDocument document) {
        List<String> functionIds = version.provenance().functionIds();
        if (!functionIds.isEmpty()) {
            document.append(
                    "functionIds",
                    new BsonArray(functionIds.stream().map(BsonString::new).toList()));
        }
    }

    private void appendProvenance(BsonDocument document) {
        version.provenance().actor().ifPresent(actor -> document.append("actor", text(actor)));
        version.provenance().reason().ifPresent(reason -> document.append("reason", text(reason)));
        appendFunctionIds(document);
        version.restoredFrom().ifPresent(ov -> document.append("restoredFrom", new BsonInt64(ov.value())));
    }

    private void appendContent(BsonDocument document) {
        version.payload().ifPresent(payload -> document.append("payload", reference(payload)));
        document.append("position", position());
        document.append("meta", BsonJson.document(meta));
        List<String> unordered = unordered();
        if (!unordered.isEmpty()) {
            document.append(
                    "unordered",
                    new BsonArray(unordered.stream().map(BsonString::new).toList()));
        }
    }

    private BsonDocument position() {
        return new BsonDocument("partition", new BsonInt32(logged.position().partition()))
                .append("offset", new BsonInt64(logged.position().offset()));
    }

    private BsonDocument reference(Payload payload) {
        ObjectKey object = settings.archive().item(version.item(), version.ov());
        return new BsonDocument("bucket", text(object.bucket()))
                .append("key", text(object.key()))
                .append("size", new BsonInt64(payload.size()))
                .append("sha256", new BsonString(payload.sha256().toString()));
    }

    /**
     * The indexed paths where MongoDB would sort this item by something else than {@link CollectionMap#sortValue}: lists,
     * what is within lists, objects. None, nearly always. Where everything is indexed no index gives an order anyway.
     */
    private List<String> unordered() {
        return map.paths().stream().filter(path -> !hasOrder(meta, path)).toList();
    }

    private static boolean hasOrder(ObjectNode meta, String path) {
        JsonNode node = meta;
        for (String name : path.split("\\.")) {
            node = node.path(name);
            if (node.isArray()) {
                return false;
            }
        }
        return !node.isObject();
    }

    /** The indexed paths where this version has objects, whose own properties a filter may name. */
    Stream<String> nested() {
        return map.paths().stream()
                .filter(path -> CollectionMap.values(meta, path).stream()
                        .anyMatch(value -> value.isContainerNode()
                                && (value.isObject()
                                        || StreamSupport.stream(value.spliterator(), false)
                                                .anyMatch(JsonNode::isObject))));
    }

    static BsonDocument versionId(String id, long ov) {
        return new BsonDocument("id", text(id)).append("ov", new BsonInt64(ov));
    }

    static BsonString time(Instant time) {
        return new BsonString(Times.format(time));
    }

    private static BsonString text(String text) {
        return new BsonString(BsonJson.wellFormed(text));
    }
}
