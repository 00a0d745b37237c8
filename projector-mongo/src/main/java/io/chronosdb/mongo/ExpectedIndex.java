package io.chronosdb.mongo;

import io.chronosdb.address.Selection;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.SortedTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** The documents that an index at some place of the log has, by the log alone: in a table on disk, in MongoDB's order. */
final class ExpectedIndex {
    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

    private final IndexSettings settings;
    private final Selection only;
    private final SortedTable table;
    private final Map<String, Long> cvMax = new TreeMap<>();
    private final Map<Integer, Instant> times = new HashMap<>();

    /**
     * @param only what to look at
     * @param table has keys of others, too, which do not begin with the parts' names
     */
    ExpectedIndex(IndexSettings settings, Selection only, SortedTable table) {
        this.settings = settings.withoutShadow();
        this.only = only;
        this.table = table;
    }

    /** One batch more of the log. */
    void add(List<LoggedEvent> events) {
        CollectionBatch.fold(events, settings, only).forEach(this::add);
        events.forEach(
                event -> times.put(event.position().partition(), event.event().at()));
    }

    private void add(CollectionBatch batch) {
        String collection = batch.collection();
        for (CollectionBatch.Forgotten gone : batch.forgotten()) {
            table.delete(
                    key(Part.VERSIONS, collection, gone.id(), gone.from()),
                    key(Part.VERSIONS, collection, gone.id(), gone.below()));
        }
        batch.versions().forEach(version -> put(Part.VERSIONS, collection, version.document()));
        batch.earlierUntils().forEach(until -> end(collection, until));
        batch.heads().forEach(head -> put(Part.HEAD, collection, head.document()));
        cvMax.merge(collection, batch.cvMax().value(), Math::max);
    }

    private void end(String collection, CollectionBatch.Until until) {
        byte[] key = key(Part.VERSIONS, collection, until.id(), until.ov());
        table.get(key).ifPresent(bytes -> {
            BsonDocument version = decode(bytes);
            version.putAll(until.fields());
            table.put(key, encode(version));
        });
    }

    private void put(Part part, String collection, BsonDocument document) {
        byte[] key = document.isDocument("_id")
                ? key(
                        part,
                        collection,
                        document.getDocument("_id").getString("id").getValue(),
                        document.getDocument("_id").getInt64("ov").getValue())
                : key(part, collection, document.getString("_id").getValue(), 0);
        table.put(key, encode(document));
    }

    /** What there were events of. */
    Iterable<String> collections() {
        return cvMax.keySet();
    }

    DueVersions due() {
        return new DueVersions(settings.retention(), Map.copyOf(times));
    }

    /** The documents of a part in the order of their ids. */
    Documents scan(Part part, String collection) {
        if (part == Part.COUNTER) {
            return new Documents(Optional.empty(), counter(collection).iterator());
        }
        SortedTable.Scan scan = table.scan(prefix(part, collection));
        return new Documents(Optional.of(scan), new Iterator<>() {
            @Override
            public boolean hasNext() {
                return scan.hasNext();
            }

            @Override
            public BsonDocument next() {
                return decode(scan.next().getValue());
            }
        });
    }

    private List<BsonDocument> counter(String collection) {
        return Optional.ofNullable(cvMax.get(collection)).stream()
                .map(cv -> new BsonDocument("_id", new BsonString(collection)).append("cv", new BsonInt64(cv)))
                .toList();
    }

    /** Documents that something on disk is open for. */
    record Documents(Optional<SortedTable.Scan> open, Iterator<BsonDocument> documents) implements AutoCloseable {
        @Override
        public void close() {
            open.ifPresent(SortedTable.Scan::close);
        }
    }

    /** The zero bytes end names, so that none is the start of another's. */
    private static byte[] prefix(Part part, String collection) {
        return (part.name() + "\0" + collection + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] key(Part part, String collection, String id, long ov) {
        byte[] prefix = prefix(part, collection);
        byte[] item = (id + "\0").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(prefix.length + item.length + Long.BYTES)
                .put(prefix)
                .put(item)
                .putLong(ov)
                .array();
    }

    private static byte[] encode(BsonDocument document) {
        ByteBuffer bytes = new RawBsonDocument(document, CODEC).getByteBuffer().asNIO();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static BsonDocument decode(byte[] bytes) {
        return new RawBsonDocument(bytes).decode(CODEC);
    }
}
