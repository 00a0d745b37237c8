package io.chronosdb.command.state;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Evolution;
import io.chronosdb.command.decide.Head;
import io.chronosdb.command.decide.ItemState;
import io.chronosdb.command.decide.Remembered;
import io.chronosdb.command.decide.State;
import io.chronosdb.command.decide.VersionState;
import io.chronosdb.event.Cv;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A partition's state in the heap: for tests and simulations, where it is small. */
public final class HeapState implements PartitionState, State.Writer {
    private final Map<String, NavigableMap<String, ItemState>> items = new HashMap<>();
    private final Map<ItemKey, NavigableMap<Ov, VersionState>> versions = new HashMap<>();
    private final Map<String, Cv> collections = new HashMap<>();
    private final Map<String, Remembered> remembered = new HashMap<>();
    private Head head = Head.START;
    private Optional<DecisionSettings> settings = Optional.empty();
    private String eventsGeneration = "";

    @Override
    public Optional<ItemState> item(ItemKey item) {
        return Optional.ofNullable(ofCollection(item.collection()).get(item.id()));
    }

    private NavigableMap<String, ItemState> ofCollection(String collection) {
        return items.computeIfAbsent(collection, name -> new TreeMap<>());
    }

    private NavigableMap<Ov, VersionState> of(ItemKey item) {
        return versions.computeIfAbsent(item, key -> new TreeMap<>());
    }

    @Override
    public Optional<VersionState> version(ItemKey item, Ov ov) {
        return Optional.ofNullable(of(item).get(ov));
    }

    /** Documents are not kept, as nowhere. */
    @Override
    public Optional<Payload> payload(ItemKey item, Ov ov) {
        return Optional.empty();
    }

    @Override
    public List<Entry> items(String collection, Optional<String> after, int limit) {
        return ofCollection(collection).tailMap(after.orElse(""), false).entrySet().stream()
                .limit(limit)
                .map(entry -> new Entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    @Override
    public Optional<Cv> lastCv(String collection) {
        return Optional.ofNullable(collections.get(collection));
    }

    @Override
    public Optional<Remembered> remembered(String scope, String commandId) {
        return Optional.ofNullable(remembered.get(scope + "/" + commandId));
    }

    @Override
    public Head head() {
        return head;
    }

    @Override
    public Optional<DecisionSettings> settings() {
        return settings;
    }

    @Override
    public void item(ItemKey item, ItemState state) {
        ofCollection(item.collection()).put(item.id(), state);
    }

    @Override
    public void version(ItemKey item, VersionState version, Optional<Payload> payload) {
        of(item).put(version.ov(), version);
    }

    @Override
    public void forgetVersions(ItemKey item, Ov below) {
        of(item).headMap(below, false).clear();
    }

    @Override
    public void lastCv(String collection, Cv cv) {
        collections.put(collection, cv);
    }

    @Override
    public void remember(String scope, String commandId, Remembered what) {
        remembered.put(scope + "/" + commandId, what);
    }

    @Override
    public void head(Head head) {
        this.head = head;
    }

    @Override
    public void settings(DecisionSettings settings) {
        this.settings = Optional.of(settings);
    }

    @Override
    public void commit(List<LoggedEvent> events) {
        events.forEach(event -> Evolution.evolve(event, this));
    }

    @Override
    public void reset() {
        items.clear();
        versions.clear();
        collections.clear();
        remembered.clear();
        head = Head.START;
        settings = Optional.empty();
    }

    @Override
    public String eventsGeneration() {
        return eventsGeneration;
    }

    @Override
    public void belongsTo(String generation) {
        eventsGeneration = generation;
    }

    @Override
    public void close() {}
}
