package io.chronosdb.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Position;
import io.chronosdb.event.Times;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Parking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.conversions.Bson;

/**
 * Parking beside the index: documents {@code projector/<partition>/<offset>} of {@code chronos_fallback_dead}, or of the
 * collection that is configured, and {@code projector/<partition>} of {@code chronos_fallback_ops} for what is being tried
 * again.
 */
public final class MongoParking implements Parking {
    public static final String DEAD_DEFAULT = "chronos_fallback_dead";

    private static final String RETRYING = "chronos_fallback_ops";
    private static final Set<String> TAKEN = Set.of(RETRYING, "chronos_progress", "cnt_total");
    private static final String PREFIX = "projector/";
    private static final String WISH = "wish";

    private final Function<Database, IndexSettings> settings;
    private final Function<Database, MongoClient> clients;
    private final String dead;

    /** @param dead the collection of parked events, in each database */
    public MongoParking(
            Function<Database, IndexSettings> settings, Function<Database, MongoClient> clients, String dead) {
        this.settings = settings;
        this.clients = clients;
        this.dead = requireFree(dead);
    }

    /** @throws Invalid if a collection of this name would be in the way of the index's own */
    public static String requireFree(String collection) {
        if (!collection.matches("[A-Za-z0-9_-]{1,100}")
                || TAKEN.contains(collection)
                || Part.collectionOf(collection).isPresent()) {
            throw new Invalid("expected 1 to 100 of A-Z a-z 0-9 _ -, and no name of the index's own: " + collection);
        }
        return collection;
    }

    @Override
    public Map<ItemKey, Long> parked(DatabasePartition partition) {
        IndexDatabase database = database(partition);
        return database.call("parked", () -> {
            Map<ItemKey, Long> first = new HashMap<>();
            database.collection(dead)
                    .aggregate(List.of(
                            Aggregates.match(of(partition)),
                            Aggregates.unwind("$items"),
                            Aggregates.group("$items", Accumulators.min("offset", "$position.offset"))))
                    .forEach(item -> first.put(
                            ItemKey.parse(item.getString("_id").getValue()),
                            item.getInt64("offset").getValue()));
            return first;
        });
    }

    @Override
    public void park(List<ParkedEvent> events) {
        Map<DatabasePartition, List<InsertOneModel<BsonDocument>>> inserts = new HashMap<>();
        for (ParkedEvent event : events) {
            String id = id(event.partition(), event.position());
            inserts.computeIfAbsent(event.partition(), partition -> new ArrayList<>())
                    .add(new InsertOneModel<>(document(id, event)));
        }
        inserts.forEach((partition, models) -> {
            IndexDatabase database = database(partition);
            database.call("park", () -> BulkWrites.direct(database.collection(dead), models));
        });
    }

    @Override
    public List<ParkedEvent> events(DatabasePartition partition, long from, int limit) {
        IndexDatabase database = database(partition);
        return database.call(
                "parked events",
                () -> database.collection(dead)
                        .find(and(of(partition), gte("position.offset", from)))
                        .sort(Sorts.ascending("position.offset"))
                        .limit(limit)
                        .map(document -> event(partition.database(), document))
                        .into(new ArrayList<>()));
    }

    @Override
    public boolean ask(Position position, ParkedEvent.Wish wish) {
        DatabasePartition partition = new DatabasePartition(position.database(), position.partition());
        IndexDatabase database = database(partition);
        return database.call(
                "ask",
                () -> database.collection(dead)
                                .updateOne(eq("_id", id(partition, position)), Updates.set(WISH, wish.name()))
                                .getMatchedCount()
                        == 1);
    }

    @Override
    public boolean takeAsked(DatabasePartition partition) {
        IndexDatabase database = database(partition);
        return database.call(
                "asked",
                () -> database.collection(dead)
                                .find(and(of(partition), exists(WISH)))
                                .first()
                        != null);
    }

    @Override
    public void note(ParkedEvent event) {
        IndexDatabase database = database(event.partition());
        String id = id(event.partition(), event.position());
        database.call(
                "note",
                () -> database.collection(dead)
                        .replaceOne(eq("_id", id), document(id, event), new ReplaceOptions().upsert(true)));
    }

    @Override
    public void release(DatabasePartition partition, Set<Position> positions) {
        IndexDatabase database = database(partition);
        List<String> ids =
                positions.stream().map(position -> id(partition, position)).toList();
        database.call("release", () -> database.collection(dead).deleteMany(in("_id", ids)));
    }

    /** '0' is the character behind '/'. */
    private static Bson of(DatabasePartition partition) {
        return and(gte("_id", id(partition) + "/"), lt("_id", id(partition) + "0"));
    }

    private static String id(DatabasePartition partition, Position position) {
        return id(partition) + "/" + position.offset();
    }

    @Override
    public Optional<ParkedEvent> retried(DatabasePartition partition) {
        IndexDatabase database = database(partition);
        return database.call(
                "retried",
                () -> Optional.ofNullable(retrying(database)
                                .find(eq("_id", id(partition)))
                                .first())
                        .map(document -> event(partition.database(), document)));
    }

    @Override
    public void retrying(ParkedEvent event) {
        IndexDatabase database = database(event.partition());
        String id = id(event.partition());
        database.call(
                "retrying",
                () -> retrying(database)
                        .replaceOne(eq("_id", id), document(id, event), new ReplaceOptions().upsert(true)));
    }

    @Override
    public void settled(DatabasePartition partition) {
        IndexDatabase database = database(partition);
        database.call("settled", () -> retrying(database).deleteOne(eq("_id", id(partition))));
    }

    private static MongoCollection<BsonDocument> retrying(IndexDatabase database) {
        return database.collection(RETRYING);
    }

    private IndexDatabase database(DatabasePartition partition) {
        return new IndexDatabase(
                clients.apply(partition.database()),
                settings.apply(partition.database()).dbName());
    }

    private static String id(DatabasePartition partition) {
        return PREFIX + partition.number();
    }

    private static BsonDocument document(String id, ParkedEvent event) {
        BsonDocument document = new BsonDocument("_id", new BsonString(id))
                .append(
                        "position",
                        new BsonDocument(
                                        "partition",
                                        new BsonInt32(event.position().partition()))
                                .append("offset", new BsonInt64(event.position().offset())))
                .append(
                        "items",
                        new BsonArray(event.items().stream()
                                .map(ItemKey::toString)
                                .sorted()
                                .map(BsonString::new)
                                .toList()))
                .append("attempts", new BsonInt32(event.attempts()))
                .append("cause", new BsonString(BsonJson.wellFormed(event.cause())))
                .append("at", EntryDocuments.time(event.at()));
        event.wish().ifPresent(wish -> document.append(WISH, new BsonString(wish.name())));
        return document;
    }

    private static ParkedEvent event(Database database, BsonDocument document) {
        BsonDocument position = document.getDocument("position");
        return new ParkedEvent(
                new Position(
                        database,
                        position.getInt32("partition").getValue(),
                        position.getInt64("offset").getValue()),
                document.getArray("items").stream()
                        .map(item -> ItemKey.parse(item.asString().getValue()))
                        .collect(Collectors.toSet()),
                document.getInt32("attempts").getValue(),
                document.getString("cause").getValue(),
                Times.parse(document.getString("at").getValue()),
                Optional.ofNullable(document.get(WISH))
                        .map(wish -> ParkedEvent.Wish.valueOf(wish.asString().getValue())));
    }
}
