package io.chronosdb.mongo;

import io.chronosdb.address.Database;
import io.chronosdb.event.LoggedEvent;
import io.chronosdb.port.DatabasePartition;
import io.chronosdb.port.Progress;
import io.chronosdb.testkit.index.EventChain;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** A log of events in memory, replayed in batches of any size. */
record ChainSource(List<EventChain> chains, Random random) implements EventSource {
    @Override
    public int partitions(Database database) {
        return chains.size();
    }

    @Override
    public long end(DatabasePartition partition) {
        return chains.get(partition.number()).end().next();
    }

    @Override
    public Progress replay(
            DatabasePartition partition, Progress from, long toOffset, Consumer<List<LoggedEvent>> batches) {
        List<LoggedEvent> events = chains.get(partition.number()).events().stream()
                .filter(event -> event.position().offset() >= from.next()
                        && event.position().offset() < toOffset)
                .toList();
        Progress reached = from;
        for (int start = 0; start < events.size(); ) {
            int end = Math.min(events.size(), start + 1 + random.nextInt(30));
            batches.accept(events.subList(start, end));
            for (LoggedEvent event : events.subList(start, end)) {
                reached = EventChain.behind(reached, event);
            }
            start = end;
        }
        return new Progress(toOffset, reached.chain());
    }
}
