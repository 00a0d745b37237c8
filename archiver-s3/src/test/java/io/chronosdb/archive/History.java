package io.chronosdb.archive;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.event.Configured;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Event;
import io.chronosdb.event.Fact;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Link;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.event.Position;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Version;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A partition's events, as the log would hand them on, and the progress behind each of them. */
final class History {
    static final Database DATABASE = Route.runtime("acme");
    static final DatabasePartition PARTITION = new DatabasePartition(DATABASE, 0);

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    private final List<LoggedEvent> events = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>(List.of(Progress.START));

    /** Some items with some versions each, the last of every third a deletion. */
    static History of(int items, int versions) {
        History history = new History();
        history.configure();
        for (int ov = 0; ov < versions; ov++) {
            for (int i = 0; i < items; i++) {
                boolean delete = ov == versions - 1 && ov > 0 && i % 3 == 0;
                history.version("item-" + i, ov, delete ? "" : "{ \"i\" : " + i + ", \"ov\":" + ov + " }");
            }
        }
        return history;
    }

    History configure() {
        return add(new Configured("{}"));
    }

    /** @param json the document; empty for a deletion */
    History version(String id, long ov, String json) {
        return add(version(id, ov, events.size(), json));
    }

    static Version version(String id, long ov, long cv, String json) {
        return new Version(
                new ItemKey("users", id),
                new Ov(ov),
                new Cv(cv),
                json.isEmpty() ? Op.DELETE : ov == 0 ? Op.CREATE : Op.UPDATE,
                START.plusSeconds(cv),
                START,
                new Provenance(Optional.of("tëster"), Optional.empty(), Optional.empty(), Map.of("näme", "wert ✓")),
                json.isEmpty() ? Optional.empty() : Optional.of(Payload.of(json.getBytes(StandardCharsets.UTF_8))));
    }

    History add(Fact fact) {
        Progress last = progress.get(events.size());
        Event event = new Event(
                new Link(last.chain().next(), last.chain().last(), "generation", events.size(), 0, true), START, fact);
        Hash hash = Hash.of(event.toString().getBytes(StandardCharsets.UTF_8));
        events.add(new LoggedEvent(event, hash, new Position(DATABASE, 0, events.size())));
        progress.add(new Progress(events.size(), last.chain().advance(hash)));
        return this;
    }

    int size() {
        return events.size();
    }

    List<Version> versions() {
        return events.stream()
                .map(event -> event.event().fact())
                .filter(Version.class::isInstance)
                .map(Version.class::cast)
                .toList();
    }

    /** The events from one on, up to another, which is not among them. */
    List<LoggedEvent> events(int from, int to) {
        return events.subList(from, to);
    }

    /** The progress before an event, which is that behind the one before it. */
    Progress before(int event) {
        return progress.get(event);
    }
}
