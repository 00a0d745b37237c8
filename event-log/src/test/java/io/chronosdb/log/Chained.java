package io.chronosdb.log;

import io.chronosdb.address.Database;
import io.chronosdb.address.ItemKey;
import io.chronosdb.address.Route;
import io.chronosdb.event.Chain;
import io.chronosdb.event.Cv;
import io.chronosdb.event.Event;
import io.chronosdb.event.EventCodec;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Link;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Op;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Position;
import io.chronosdb.event.Provenance;
import io.chronosdb.event.Version;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.LogPartition;
import io.chronosdb.port.LogRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Writes records that continue a chain, a deletion of some item each. */
final class Chained {
    static final Database DATABASE = Route.runtime("t");
    static final DatabasePartition PARTITION = new DatabasePartition(DATABASE, 0);
    static final LogPartition SOURCE = new LogPartition("chronos.runtime.t.events", 0);

    /** What the log has. */
    final Map<Position, LoggedEvent> logged = new HashMap<>();

    private Chain chain = Chain.START;

    byte[] value(String id) {
        Instant at = Instant.EPOCH.plusSeconds(chain.next());
        Event event = new Event(
                new Link(chain.next(), chain.last(), "g", chain.next(), 0, true),
                at,
                new Version(
                        new ItemKey("c", id),
                        new Ov(chain.next()),
                        new Cv(chain.next()),
                        Op.DELETE,
                        at,
                        at,
                        Provenance.NONE,
                        Optional.empty()));
        byte[] value = EventCodec.encode(event);
        chain = chain.advance(Hash.of(value));
        return value;
    }

    /** The next record of a partition in which every record counts. */
    LogRecord record(String id) {
        long offset = chain.next();
        byte[] value = value(id);
        Position position = new Position(DATABASE, 0, offset);
        logged.put(position, new LoggedEvent(EventCodec.decode(value), Hash.of(value), position));
        return new LogRecord(SOURCE, offset, Instant.EPOCH, "", value, Map.of());
    }
}
