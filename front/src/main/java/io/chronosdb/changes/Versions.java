package io.chronosdb.changes;

import io.chronosdb.event.Event;
import io.chronosdb.event.Version;
import java.util.List;

/** The versions that an event makes, in order: what a change feed hands over one by one. */
final class Versions {
    private Versions() {}

    static List<Version> of(Event event) {
        return event.fact().versions();
    }
}
