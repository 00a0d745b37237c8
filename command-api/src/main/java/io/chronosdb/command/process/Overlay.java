package io.chronosdb.command.process;

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
import java.util.function.Consumer;

/**
 * The state as it will be when everything in flight is accepted, over the state as it is. Bounded by what is in flight
 * or waits to be kept: whatever the kept state has caught up with is dropped from here.
 */
final class Overlay implements State, State.Writer {
    private final State kept;
    private final Documents documents;
    private final Map<ItemKey, ItemState> items = new HashMap<>();
    private final Map<ItemKey, NavigableMap<Ov, Made>> versions = new HashMap<>();
    private final Map<ItemKey, Ov> forgotten = new HashMap<>();
    private final Map<String, Cv> collections = new HashMap<>();
    private final Map<CommandId, Remembered> remembered = new HashMap<>();
    private Head head;
    private Optional<DecisionSettings> settings;

    private record Made(VersionState state, Optional<Payload> payload) {}

    /** Within its scope a command id is unique. */
    record CommandId(String scope, String id) {}

    /** Documents that are neither in flight nor in the kept state, but at hand. */
    interface Documents {
        Optional<Payload> get(ItemKey item, Ov ov);

        void keep(ItemKey item, Ov ov, Payload payload);
    }

    Overlay(State kept, Documents documents) {
        this.kept = kept;
        this.documents = documents;
        this.head = kept.head();
        this.settings = kept.settings();
    }

    @Override
    public Optional<ItemState> item(ItemKey item) {
        ItemState state = items.get(item);
        return state == null ? kept.item(item) : Optional.of(state);
    }

    @Override
    public Optional<VersionState> version(ItemKey item, Ov ov) {
        Optional<Made> made = made(item, ov);
        if (made.isPresent()) {
            return made.map(Made::state);
        }
        Ov first = forgotten.get(item);
        return first != null && ov.compareTo(first) < 0 ? Optional.empty() : kept.version(item, ov);
    }

    @Override
    public Optional<Payload> payload(ItemKey item, Ov ov) {
        Optional<Made> made = made(item, ov);
        return made.isPresent() ? made.get().payload() : documents.get(item, ov);
    }

    private Optional<Made> made(ItemKey item, Ov ov) {
        NavigableMap<Ov, Made> ofItem = versions.get(item);
        return ofItem == null ? Optional.empty() : Optional.ofNullable(ofItem.get(ov));
    }

    @Override
    public Optional<Cv> lastCv(String collection) {
        Cv cv = collections.get(collection);
        return cv == null ? kept.lastCv(collection) : Optional.of(cv);
    }

    @Override
    public Optional<Remembered> remembered(String scope, String commandId) {
        Remembered inFlight = remembered.get(new CommandId(scope, commandId));
        return inFlight == null ? kept.remembered(scope, commandId) : Optional.of(inFlight);
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
    public void version(ItemKey item, VersionState version, Optional<Payload> payload) {
        versions.computeIfAbsent(item, key -> new TreeMap<>()).put(version.ov(), new Made(version, payload));
    }

    @Override
    public void forgetVersions(ItemKey item, Ov below) {
        forgotten.put(item, below);
        versions.computeIfPresent(item, (key, here) -> {
            here.headMap(below, false).clear();
            return here.isEmpty() ? null : here;
        });
    }

    @Override
    public void lastCv(String collection, Cv cv) {
        collections.put(collection, cv);
    }

    @Override
    public void remember(String scope, String commandId, Remembered what) {
        remembered.put(new CommandId(scope, commandId), what);
    }

    @Override
    public void head(Head newHead) {
        head = newHead;
    }

    @Override
    public void settings(DecisionSettings newSettings) {
        settings = Optional.of(newSettings);
    }

    /**
     * Drops what the kept state has now.
     *
     * @param dropped hears the id of each command that is in flight no more
     */
    void committed(List<LoggedEvent> events, Consumer<CommandId> dropped) {
        Writer drop = new Writer() {
            @Override
            public void item(ItemKey item, ItemState state) {
                // By its version: here its offset was not known yet.
                items.computeIfPresent(item, (key, here) -> here.ov().equals(state.ov()) ? null : here);
            }

            @Override
            public void version(ItemKey item, VersionState version, Optional<Payload> payload) {
                versions.computeIfPresent(item, (key, here) -> {
                    here.remove(version.ov());
                    return here.isEmpty() ? null : here;
                });
                payload.ifPresent(document -> documents.keep(item, version.ov(), document));
            }

            @Override
            public void forgetVersions(ItemKey item, Ov below) {
                forgotten.remove(item, below);
            }

            @Override
            public void lastCv(String collection, Cv cv) {
                collections.remove(collection, cv);
            }

            @Override
            public void remember(String scope, String commandId, Remembered what) {
                CommandId id = new CommandId(scope, commandId);
                Remembered here = remembered.get(id);
                if (here != null && here.at().equals(what.at())) { // Or it is another one, when the first has expired.
                    remembered.remove(id);
                    dropped.accept(id);
                }
            }

            @Override
            public void head(Head head) {}

            @Override
            public void settings(DecisionSettings settings) {}
        };
        events.forEach(event -> Evolution.evolve(event, drop));
    }
}
