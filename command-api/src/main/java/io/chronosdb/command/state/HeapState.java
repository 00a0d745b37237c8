package io.chronosdb.command.state;

import io.chronosdb.address.ItemKey;
import io.chronosdb.command.decide.DecisionSettings;
import io.chronosdb.command.decide.Evolution;
import io.chronosdb.command.decide.Head;
import io.chronosdb.command.decide.ItemState;
import io.chronosdb.command.decide.Remembered;
import io.chronosdb.command.decide.State;
import io.chronosdb.event.Cv;
import io.chronosdb.event.LoggedEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A partition's state in the heap: for tests and simulations, where it is small. */
public final class HeapState implements PartitionState, State.Writer {
    private final Map<ItemKey, ItemState> items = new HashMap<>();
    private final Map<String, Cv> collections = new HashMap<>();
    private final Map<String, Remembered> remembered = new HashMap<>();
    private Head head = Head.START;
    private Optional<DecisionSettings> settings = Optional.empty();
    private String eventsGeneration = "";

    @Override
    public Optional<ItemState> item(ItemKey item) {
        return Optional.ofNullable(items.get(item));
    }

    @Override
    public Optional<Cv> lastCv(String collection) {
        return Optional.ofNullable(collections.get(collection));
    }

    @Override
    public Optional<Remembered> remembered(String collection, String commandId) {
        return Optional.ofNullable(remembered.get(collection + "/" + commandId));
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
        items.put(item, state);
    }

    @Override
    public void lastCv(String collection, Cv cv) {
        collections.put(collection, cv);
    }

    @Override
    public void remember(String collection, String commandId, Remembered what) {
        remembered.put(collection + "/" + commandId, what);
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
