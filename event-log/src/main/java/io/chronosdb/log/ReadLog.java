package io.chronosdb.log;

import io.chronosdb.event.LoggedEvent;
import io.chronosdb.event.Position;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Log;
import io.chronosdb.port.Progress;
import java.util.List;
import java.util.Optional;

/** A log as followers ask it. */
record ReadLog(Log log, EventReader events) implements LogView {
    @Override
    public Optional<LoggedEvent> at(Position position) {
        return Optional.ofNullable(events.logged(List.of(position)).get(position));
    }

    @Override
    public Optional<String> disagreement(DatabasePartition partition, Progress at) {
        return LogCheck.disagreement(log, partition, at);
    }
}
