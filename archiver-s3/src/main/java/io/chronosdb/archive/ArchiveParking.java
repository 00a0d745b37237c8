package io.chronosdb.archive;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.document.Json;
import io.chronosdb.event.Position;
import io.chronosdb.event.Times;
import io.chronosdb.port.Archive;
import io.chronosdb.port.ArchiveLocation;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.ObjectKey;
import io.chronosdb.port.ParkedEvent;
import io.chronosdb.port.Parking;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Parking beside the archiver's progress, so that it needs no other store: an object for each parked event, one per
 * partition with the items that wait, written when another one joins them, and one for what is being tried again.
 */
public final class ArchiveParking implements Parking {
    private static final int PAGE = 100;

    private final Function<Database, Archive> archives;
    private final Function<Database, ArchiveLocation> locations;
    private final Duration patience;

    /** @param patience how long to wait for the archive; longer than its own deadline */
    public ArchiveParking(
            Function<Database, Archive> archives, Function<Database, ArchiveLocation> locations, Duration patience) {
        this.archives = archives;
        this.locations = locations;
        this.patience = patience;
    }

    @Override
    public Map<ItemKey, Long> parked(DatabasePartition partition) {
        ObjectKey key = location(partition).parkedItems(partition);
        Optional<byte[]> body = await(archive(partition).get(key), key);
        Map<ItemKey, Long> first = new HashMap<>();
        body.map(Json::parseObject)
                .ifPresent(json -> json.properties()
                        .forEach(entry -> first.put(
                                ItemKey.parse(entry.getKey()), entry.getValue().longValue())));
        return first;
    }

    /** The events first: an item that waits always has one that says why. */
    @Override
    public void park(List<ParkedEvent> events) {
        Map<DatabasePartition, Map<ItemKey, Long>> first = new HashMap<>();
        for (ParkedEvent event : events) {
            DatabasePartition partition = event.partition();
            ObjectKey key = location(partition).parkedEvent(event.position());
            boolean unused = await(archive(partition).putIfAbsent(key, Json.bytes(json(event))), key);
            Map<ItemKey, Long> items = first.computeIfAbsent(partition, p -> new HashMap<>());
            event.items().forEach(item -> items.merge(item, event.position().offset(), Math::min));
        }
        first.forEach(this::hold);
    }

    private void hold(DatabasePartition partition, Map<ItemKey, Long> items) {
        Map<ItemKey, Long> before = parked(partition);
        Map<ItemKey, Long> after = new HashMap<>(before);
        items.forEach((item, offset) -> after.merge(item, offset, Math::min));
        if (!after.equals(before)) {
            write(partition, after);
        }
    }

    private void write(DatabasePartition partition, Map<ItemKey, Long> items) {
        ObjectNode json = Json.object();
        Map<String, Long> inOrder = new TreeMap<>();
        items.forEach((item, offset) -> inOrder.put(item.toString(), offset));
        inOrder.forEach(json::put);
        ObjectKey key = location(partition).parkedItems(partition);
        await(archive(partition).put(key, Json.bytes(json)), key);
    }

    /** Of all that are parked only the offsets are held. */
    @Override
    public List<ParkedEvent> events(DatabasePartition partition, long from, int limit) {
        SortedSet<Long> offsets = new TreeSet<>();
        ArchiveLocation location = location(partition);
        archive(partition).list(location.bucket(), location.parkedEvents(partition), key -> {
            String name = key.key().substring(location.parkedEvents(partition).length());
            long offset = Long.parseLong(name.substring(0, name.length() - ".json".length()));
            if (offset >= from) {
                offsets.add(offset);
            }
        });
        return offsets.stream()
                .limit(limit)
                .flatMap(offset -> read(new Position(partition.database(), partition.number(), offset)).stream())
                .toList();
    }

    private Optional<ParkedEvent> read(Position position) {
        DatabasePartition partition = new DatabasePartition(position.database(), position.partition());
        return read(partition, location(partition).parkedEvent(position));
    }

    private Optional<ParkedEvent> read(DatabasePartition partition, ObjectKey key) {
        return await(archive(partition).get(key), key).map(body -> event(partition.database(), Json.parseObject(body)));
    }

    @Override
    public boolean ask(Position position, ParkedEvent.Wish wish) {
        Optional<ParkedEvent> event = read(position);
        event.map(it -> it.wished(wish)).ifPresent(it -> {
            note(it);
            ObjectKey key = location(it.partition()).askedOfParked(it.partition());
            await(archive(it.partition()).put(key, Json.bytes(Json.object())), key);
        });
        return event.isPresent();
    }

    @Override
    public boolean takeAsked(DatabasePartition partition) {
        ObjectKey key = location(partition).askedOfParked(partition);
        return await(archive(partition).delete(key), key);
    }

    @Override
    public void note(ParkedEvent event) {
        ObjectKey key = location(event.partition()).parkedEvent(event.position());
        await(archive(event.partition()).put(key, Json.bytes(json(event))), key);
    }

    /** The items first: an item that waits always has an event that says why. */
    @Override
    public void release(DatabasePartition partition, Set<Position> positions) {
        Map<ItemKey, Long> first = new HashMap<>();
        List<ParkedEvent> page = events(partition, 0, PAGE);
        while (!page.isEmpty()) {
            page.stream()
                    .filter(event -> !positions.contains(event.position()))
                    .forEach(event -> event.items()
                            .forEach(item -> first.merge(item, event.position().offset(), Math::min)));
            page = events(partition, page.get(page.size() - 1).position().offset() + 1, PAGE);
        }
        write(partition, first);
        for (Position position : positions) {
            ObjectKey key = location(partition).parkedEvent(position);
            boolean unused = await(archive(partition).delete(key), key);
        }
    }

    @Override
    public Optional<ParkedEvent> retried(DatabasePartition partition) {
        return read(partition, location(partition).retriedEvent(partition));
    }

    @Override
    public void retrying(ParkedEvent event) {
        ObjectKey key = location(event.partition()).retriedEvent(event.partition());
        await(archive(event.partition()).put(key, Json.bytes(json(event))), key);
    }

    @Override
    public void settled(DatabasePartition partition) {
        ObjectKey key = location(partition).retriedEvent(partition);
        boolean unused = await(archive(partition).delete(key), key);
    }

    private static ObjectNode json(ParkedEvent event) {
        ObjectNode json = Json.object();
        json.putObject("position")
                .put("partition", event.position().partition())
                .put("offset", event.position().offset());
        event.items().stream().map(ItemKey::toString).sorted().forEach(json.putArray("items")::add);
        json.put("attempts", event.attempts());
        json.put("cause", event.cause());
        json.put("at", Times.format(event.at()));
        event.wish().ifPresent(wish -> json.put("wish", wish.name()));
        return json;
    }

    private static ParkedEvent event(Database database, ObjectNode json) {
        Set<ItemKey> items = new HashSet<>();
        json.path("items").forEach(item -> items.add(ItemKey.parse(item.asText())));
        return new ParkedEvent(
                new Position(
                        database,
                        json.path("position").path("partition").asInt(),
                        json.path("position").path("offset").asLong()),
                items,
                json.path("attempts").asInt(),
                json.path("cause").asText(),
                Times.parse(json.path("at").asText()),
                json.has("wish")
                        ? Optional.of(ParkedEvent.Wish.valueOf(json.path("wish").asText()))
                        : Optional.empty());
    }

    private Archive archive(DatabasePartition partition) {
        return archives.apply(partition.database());
    }

    private ArchiveLocation location(DatabasePartition partition) {
        return locations.apply(partition.database());
    }

    private <T> T await(CompletableFuture<T> answer, ObjectKey key) {
        return Futures.await(answer, patience, "parking, object=" + key);
    }
}
