package io.chronosdb.command.process;

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

/**
 * The state as it will be when everything in flight is accepted, over the state as it is. Bounded by what is in flight:
 * whatever the kept state has caught up with is dropped from here.
 */
final class Overlay implements State, State.Writer {
    private final State kept;
    private final Map<ItemKey, ItemState> items = new HashMap<>();
    private final Map<String, Cv> collections = new HashMap<>();
    private Head head;
    private Optional<DecisionSettings> settings;

    Overlay(State kept) {
        this.kept = kept;
        this.head = kept.head();
        this.settings = kept.settings();
    }

    @Override
    public Optional<ItemState> item(ItemKey item) {
        ItemState state = items.get(item);
        return state == null ? kept.item(item) : Optional.of(state);
    }

    @Override
    public Optional<Cv> lastCv(String collection) {
        Cv cv = collections.get(collection);
        return cv == null ? kept.lastCv(collection) : Optional.of(cv);
    }

    /** Only what is kept: an answer in flight is the pipeline's to repeat. */
    @Override
    public Optional<Remembered> remembered(String collection, String commandId) {
        return kept.remembered(collection, commandId);
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
    public void remember(String collection, String commandId, Remembered remembered) {}

    @Override
    public void head(Head newHead) {
        head = newHead;
    }

    @Override
    public void settings(DecisionSettings newSettings) {
        settings = Optional.of(newSettings);
    }

    /** Drops what the kept state has now. */
    void committed(List<LoggedEvent> events) {
        Writer drop = new Writer() {
            @Override
            public void item(ItemKey item, ItemState state) {
                items.remove(item, state);
            }

            @Override
            public void lastCv(String collection, Cv cv) {
                collections.remove(collection, cv);
            }

            @Override
            public void remember(String collection, String commandId, Remembered remembered) {}

            @Override
            public void head(Head head) {}

            @Override
            public void settings(DecisionSettings settings) {}
        };
        events.forEach(event -> Evolution.evolve(event, drop));
    }
}
