package io.chronosdb.log;

import io.chronosdb.address.ItemKey;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The items of one partition that wait behind a parked event, and from which offset on. */
final class ParkedItems {
    /** So many are no events that are at fault by themselves: a person has to look. Also a bound on memory. */
    static final int ITEMS_MAX = 1_000;

    private final Map<ItemKey, Long> first;

    ParkedItems(Map<ItemKey, Long> first) {
        this.first = new HashMap<>(first);
    }

    /** The items whose versions an event has. */
    static Set<ItemKey> items(LoggedEvent event) {
        return event.event().fact().versions().stream().map(Version::item).collect(Collectors.toSet());
    }

    /** Whether the event has a version of an item that waits. One before the item's first parked event does not wait. */
    boolean holdUp(LoggedEvent event) {
        long offset = event.position().offset();
        return items(event).stream().anyMatch(item -> first.getOrDefault(item, Long.MAX_VALUE) <= offset);
    }

    void add(LoggedEvent event) {
        long offset = event.position().offset();
        items(event).forEach(item -> first.merge(item, offset, Math::min));
    }

    boolean isEmpty() {
        return first.isEmpty();
    }

    int count() {
        return first.size();
    }

    boolean tooMany() {
        return first.size() >= ITEMS_MAX;
    }
}
